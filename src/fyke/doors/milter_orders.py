"""What a gate decided, in the words of milter: changes, and the one last word.

Fields are changed from the last to the first, because Postfix counts what is left after each change and Sendmail what
came: so both mean the same field. New fields go to the top at the end, where they move nothing that is still to change.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from fyke.doors.edits import field
from fyke.doors.milter_mail import address
from fyke.model.gate import DELIVERS, NOTE, Change, Edit, Handled
from fyke.model.verdict import Action
from fyke.wire.milter import Actions, Filter

REFUSED = {Action.REJECT: (550, "5.7.1", "message refused"), Action.TEMPFAIL: (451, "4.7.1", "try again later")}


def refusal(wire: Filter, action: Action, reply: str) -> bytes:
    """REJECT or TEMPFAIL of a recipient or of a mail."""
    code, status, text = REFUSED[action]
    return wire.reply(code, status, reply or text)


def noted(handled: Handled, note: str) -> Handled:
    """With what was said of the envelope as a field of its own."""
    return replace(handled, edits=(*handled.edits, Edit(Change.ADD, NOTE, note))) if note else handled


def broken(wire: Filter) -> bytes:
    """It could not be judged: try again."""
    return wire.reply(451, "4.3.0", "mail filter is out of order, try again later")


def orders(wire: Filter, handled: Handled, recipients: Sequence[bytes], *, holds: bool) -> bytes:
    """All that is to be said at the end of a mail. With `holds` the server keeps what is set aside, whole."""
    if handled.action in REFUSED:
        return refusal(wire, handled.action, handled.reply)
    told = {fate.recipient: fate.action for fate in handled.fates}
    actions = [told.get(address(recipient), handled.action) for recipient in recipients]
    out = [recipient for recipient, action in zip(recipients, actions, strict=True) if action not in DELIVERS]
    if holds and Action.QUARANTINE in actions:
        # It can only be held as a whole: who would have had it waits with the others, but nothing is lost.
        kept = [recipient for recipient, action in zip(recipients, actions, strict=True) if action is Action.DISCARD]
        reason = f"fyke: {handled.case or handled.scan.id}".encode("ascii", "replace")
        return _without(wire, kept) + edited(wire, handled.edits) + wire.hold(reason) + wire.go_on()
    if not DELIVERS.intersection(actions or (handled.action,)):
        return wire.discard()
    if out and not wire.actions & Actions.DELETE_RCPT:
        return broken(wire)
    return _without(wire, out) + edited(wire, handled.edits) + wire.go_on()


def edited(wire: Filter, edits: Sequence[Edit]) -> bytes:
    """The changes of header fields, as far as the server lets us make them."""
    said = []
    if wire.actions & Actions.CHANGE_HEADERS:
        present = [edit for edit in edits if edit.change is not Change.ADD]
        for edit in sorted(present, key=lambda edit: edit.index, reverse=True):
            value = b"" if edit.change is Change.REMOVE else _value(edit)
            said.append(wire.change_header(edit.index, edit.name.encode("ascii"), value))
    if wire.actions & Actions.ADD_HEADERS:
        said += [
            wire.insert_header(0, edit.name.encode("ascii"), _value(edit))
            for edit in edits
            if edit.change is Change.ADD
        ]
    return b"".join(said)


def _without(wire: Filter, recipients: Sequence[bytes]) -> bytes:
    return b"".join(wire.delete_recipient(recipient) for recipient in dict.fromkeys(recipients))


def _value(edit: Edit) -> bytes:
    """Folded where it is long, with LF, as milters write it; at least a space, for nothing would take the field out."""
    value = field(edit.name, edit.value, b"\n")[len(edit.name) + 1 : -1].removeprefix(b" ")
    return value or b" "
