"""How well mails find their campaigns, in two kinds of made-up worlds with known truth, and what that costs.

    python -m bench.campaigns                      ten worlds of each kind, at 5, 15, 25 and 35 % of words exchanged
    python -m bench.campaigns --seeds 3 --churn 25

Precision and recall are B-cubed (Bagga and Baldwin, 1998) over the mails of campaigns, honest letters to many among
them; a mail of its own that is drawn into a campaign costs that campaign precision. CPU seconds, of one core.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec import Struct

from bench.campaign_phrases import Phrases
from bench.campaign_world import Made, World
from bench.lab import b_cubed
from fyke.detect.outbreak.campaign import question
from fyke.lab.campaigns.conclude import partition
from fyke.lab.campaigns.members import ROW, Rows, packed
from fyke.mail import parse
from fyke.mail.sketch import sketch
from fyke.model import Envelope, Mail, Message
from fyke.store.folder.campaigns import FolderCampaigns

WORLDS: dict[str, type[World | Phrases]] = {"macros": World, "phrases": Phrases}


class Told(Struct, frozen=True):
    """Figures of one world."""

    precision: float
    recall: float
    rate: float  # mails a CPU second, sketched and found in the pass over all
    path_ms: float  # of CPU a mail, sketched and found in the index
    early: tuple[float, float]  # precision and recall of the index, before the lab joins anything

    @property
    def f(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def rows_of(messages: Sequence[Message]) -> Rows:
    """The rows of all that says anything, sorted by id."""
    data = [
        packed(bytes.fromhex(message.digest[:32]), found)
        for message in messages
        if (found := sketch(message)).is_telling
    ]
    rows = np.frombuffer(b"".join(data), ROW)
    return rows[np.unique(rows["id"], return_index=True)[1]]


def measured(made: Sequence[Made]) -> Told:
    """Find the campaigns of these mails, both ways."""
    messages = [parse(each.raw) for each in made]
    names = [message.digest[:32] for message in messages]
    truth = {name: each.campaign or name for name, each in zip(names, made, strict=True)}
    items = [name for name, each in zip(names, made, strict=True) if each.campaign]
    started = time.process_time()
    rows = rows_of(messages)
    labels = partition(rows)
    took_s = time.process_time() - started
    found = {name: -1 - at for at, name in enumerate(names)}
    found |= {
        each.ljust(16, b"\0").hex(): label for each, label in zip(rows["id"].tolist(), labels.tolist(), strict=True)
    }
    path_ms, first = _on_the_path(made, messages)
    return Told(*b_cubed(found, truth, items), len(made) / took_s, path_ms, b_cubed(first, truth, items))


def _on_the_path(made: Sequence[Made], messages: Sequence[Message]) -> tuple[float, dict[str, int]]:
    """What a mail costs while it is judged, in ms of CPU, and the campaign that it is counted to."""
    order = sorted(range(len(made)), key=lambda at: (made[at].at, messages[at].digest))
    mails = [Mail(Envelope(client_ip=made[at].client, received_at=made[at].at), messages[at]) for at in order]
    with tempfile.TemporaryDirectory() as folder:
        index = FolderCampaigns(Path(folder) / "index")
        started = time.process_time()
        told = [
            index.join(question(mail), mail.envelope.received_at.timestamp())
            for mail in mails
            if mail.envelope.received_at
        ]
        took_s = time.process_time() - started
        index.close()
    number = {name: at for at, name in enumerate(sorted({each.campaign for each in told} - {""}))}
    first = {
        mail.message.digest[:32]: number.get(each.campaign, -1 - at)
        for at, (mail, each) in enumerate(zip(mails, told, strict=True))
    }
    return 1_000 * took_s / len(mails), first


def order_matters(made: Sequence[Made]) -> bool:
    """Whether mails that come in another order make other campaigns."""
    shuffled = list(made)
    random.Random(1).shuffle(shuffled)
    one, other = (rows_of([parse(each.raw) for each in mails]) for mails in (made, shuffled))
    return not np.array_equal(partition(one), partition(other))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10, help="worlds of each kind")
    parser.add_argument("--first", type=int, default=501, help="the first seed")
    parser.add_argument("--churn", type=int, nargs="*", default=[5, 15, 25, 35], help="of a hundred words")
    parser.add_argument("--world", choices=sorted(WORLDS), nargs="*", default=sorted(WORLDS))
    args = parser.parse_args()
    print("world    churn   P mean  worst   R mean  worst   F mean  worst   mails/s   ms a mail   index P, R")
    for name in args.world:
        for churn in args.churn:
            _row(name, churn, range(args.first, args.first + args.seeds))
        mails = list(WORLDS[name](args.first).mails())
        print(f"{name}: another order of arrival changes campaigns: {'yes' if order_matters(mails) else 'no'}")


def _row(name: str, churn: int, seeds: range) -> None:
    told = [measured(list(WORLDS[name](seed, churn=churn / 100).mails())) for seed in seeds]
    columns = [[each.precision for each in told], [each.recall for each in told], [each.f for each in told]]
    shown = "   ".join(f"{np.mean(column):.4f}  {min(column):.4f}" for column in columns)
    rate, cost = np.median([each.rate for each in told]), np.median([each.path_ms for each in told])
    early = np.mean([each.early for each in told], axis=0)
    print(f"{name:8} {churn:>3} %   {shown}   {rate:>7,.0f}   {cost:>9.3f}   {early[0]:.3f} {early[1]:.3f}", flush=True)


if __name__ == "__main__":
    main()
