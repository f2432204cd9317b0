"""Real conversations, a packet a line: who says it, and its bytes without their length."""

import ast
from pathlib import Path

from fyke.wire.milter import Actions, Stage, Steps
from fyke.wire.milter.events import Offer
from fyke.wire.milter.packets import packet

FOLDER = Path(__file__).parents[1] / "transcripts" / "milter"
ACTIONS = Actions.ADD_HEADERS | Actions.CHANGE_HEADERS | Actions.DELETE_RCPT
STEPS = (
    Steps.NO_EOH | Steps.NO_DATA | Steps.NO_UNKNOWN | Steps.SKIP | Steps.LEADING_SPACE | Steps.SILENT_CONNECT
    | Steps.SILENT_HELO | Steps.SILENT_MAIL | Steps.SILENT_HEADER | Steps.SILENT_BODY
)  # fmt: skip
MACROS = {
    Stage.CONNECT: b"{client_addr} {client_resolve} _",
    Stage.HELO: b"{tls_version}",
    Stage.MAIL: b"i {auth_authen} {tls_version}",
    Stage.RCPT: b"i",
    Stage.EOM: b"i",
}


def talks():
    """Each conversation by name: what the server said, and what the filter said."""
    for path in sorted(FOLDER.glob("*.txt")):
        said = {"server": b"", "filter": b""}
        for line in path.read_text().splitlines():
            who, _, data = line.partition(" ")
            said[who] += packet(*_split(ast.literal_eval(data)))
        yield path.stem, said["server"], said["filter"]


def answered(wire, pieces):
    """The events of what comes in these pieces, and all that a filter says that is content with everything."""
    events, said = [], b""
    for piece in pieces:
        wire.receive(piece)
        while (event := wire.next_event()) is not None:
            events.append(event)
            said += wire.agree(ACTIONS, STEPS, MACROS) if isinstance(event, Offer) else wire.go_on()
    return events, said


def _split(data):
    return data[:1], data[1:]
