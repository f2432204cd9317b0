"""Which labels stand, of all that were ever said: the one place that knows, for every back end. Pure.

Of one mail for one account one label stands: the latest among those of the highest rank that were not forgotten. So a
human's word outranks everything automatic and is never undone by it, and the latest human's word wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fyke.model import Forgotten, Labelled, Source

Word = Labelled | Forgotten
Key = tuple[str, str]  # digest and account


def live(words: Iterable[Word]) -> dict[Key, list[Labelled]]:
    """All labels that were not forgotten, by mail and account. Words come in the order of their numbers."""
    found: dict[Key, list[Labelled]] = {}
    for word in words:
        key = (word.digest, word.account)
        if isinstance(word, Labelled):
            found.setdefault(key, []).append(word)
        elif word.label:
            found[key] = [label for label in found.get(key, ()) if label.seq != word.label]
        else:
            found[key] = []
    return {key: labels for key, labels in found.items() if labels}


def standing(words: Iterable[Word]) -> list[Labelled]:
    """The labels that stand, in the order in which they were said."""
    return sorted((winner(labels) for labels in live(words).values()), key=_number)


def winner(labels: Sequence[Labelled]) -> Labelled:
    """The one that stands among the live labels of one mail for one account."""
    return max(labels, key=lambda label: (label.rank, label.seq))


def is_disturbed(words: Sequence[Word], applied: int) -> bool:
    """Whether a learner that applied all up to that number knows something that stands no more, or misses something."""
    before = [label.seq for label in standing(word for word in words if word.seq <= applied)]
    now = [label.seq for label in standing(words) if label.seq <= applied]
    return before != now


def contradictions(words: Iterable[Word]) -> list[list[Labelled]]:
    """Mails of which live labels say different things: ham here and spam there. Each with the last word of everybody.

    A human who changed their mind contradicts nobody: of one account and source only the last word counts.
    """
    mails: dict[str, dict[tuple[str, Source], Labelled]] = {}
    for (digest, account), labels in live(words).items():
        for label in labels:
            mails.setdefault(digest, {})[account, label.source] = label
    found = [sorted(last.values(), key=_number) for last in mails.values()]
    return sorted(
        (labels for labels in found if len({label.spam for label in labels}) > 1), key=lambda labels: labels[-1].seq
    )


def _number(label: Labelled) -> int:
    return label.seq


def is_known(label: Labelled, live_of_mail: Iterable[Labelled]) -> bool:
    """Whether the last live word of the label's account and source says the same: then it need not be said again."""
    same = [each for each in live_of_mail if (each.account, each.source) == (label.account, label.source)]
    return bool(same) and same[-1].spam == label.spam and label.category in ("", same[-1].category)
