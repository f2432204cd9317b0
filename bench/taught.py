"""The peers that learn, in the same three runs: bogofilter, rspamd with Bayes, SpamAssassin with Bayes.

Stock settings, offline, no network tests, on loopback. rspamd is told to learn each label (`Learn-Type: bulk`), where
it would by itself skip what it knows. The slow ones are asked about a sample, spread evenly over the digests.
"""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from bench.manifest import Row, in_order
from bench.peers import CONTROL_PORT, Bogofilter, Peer, Rspamd, Spamd
from fyke.learn.measure import Quality, quality

SAMPLE = {"spamassassin": 1000}  # it needs two tenths of a second a message
LINES = {"bogofilter": 0.99, "rspamd": 15.0, "spamassassin": 5.0}  # from which each calls a mail spam

Pairs = list[tuple[float, bool]]
Result = tuple[str, Quality, str]  # run, figures, a note


class TaughtRspamd(Rspamd):
    """rspamd with its stock Bayes."""

    def _configure(self) -> None:
        super()._configure()
        with (self.folder / "local.d" / "worker-controller.inc").open("a") as file:
            file.write('secure_ip = "127.0.0.1";\n')

    def learn(self, row: Row) -> bool:
        """Teach it a label; whether it took it."""
        connection = http.client.HTTPConnection("127.0.0.1", CONTROL_PORT, timeout=60)
        try:
            path = "/learnspam" if row.spam else "/learnham"
            connection.request("POST", path, row.path.read_bytes(), {"Learn-Type": "bulk"})
            answer = connection.getresponse()
            answer.read()
            return answer.status == 200
        finally:
            connection.close()


class TaughtSpamd(Spamd):
    """spamd with Bayes, which learns only what it is told."""

    def spawn(self, *command: str, user: str | None = None) -> None:
        words = self.folder / "bayes"
        words.mkdir()
        shutil.chown(words, "debian-spamd", "debian-spamd")
        # After local.cf in the alphabet, so this is what holds.
        (self.folder / "etc" / "zz_bayes.cf").write_text(f"use_bayes 1\nbayes_auto_learn 0\nbayes_path {words}/bayes\n")
        super().spawn(*command, user=user)

    def learn_all(self, rows: Iterable[Row]) -> None:
        """Teach it labels with its own program."""
        by_side: dict[bool, list[Row]] = {True: [], False: []}
        for row in rows:
            by_side[row.spam].append(row)
        command = ["sa-learn", "-L", f"--siteconfigpath={self.folder / 'etc'}", "--no-sync"]
        for spam, some in by_side.items():
            named = self.folder / "learn.lst"
            named.write_text("".join(f"{row.path.resolve()}\n" for row in some))
            self._run([*command, "--spam" if spam else "--ham", "-f", str(named)])
        self._run([*command[:-1], "--sync"])

    def _run(self, command: list[str]) -> None:
        environment = {**os.environ, "HOME": str(self.folder)}
        subprocess.run(
            command, check=True, capture_output=True, user="debian-spamd", group="debian-spamd", env=environment
        )


def bogofilter(rows: Sequence[Row], most_s: float) -> Iterator[Result]:
    """In all three runs; online it is one process to ask and one to tell."""
    for run in ("half", "hard"):
        with Bogofilter() as peer:
            taught, asked = parted(run, rows)
            peer.train([r.path for r in taught if not r.spam], [r.path for r in taught if r.spam])
            scores = _scores(["-TT", "-b", "-d", str(peer.folder)], asked)
            yield run, _quality("bogofilter", [(scores[str(row.path)], row.spam) for row in asked]), ""
    with tempfile.TemporaryDirectory() as folder:
        until, found = time.monotonic() + most_s, []
        for row in in_order(rows):
            if time.monotonic() > until:
                break
            told = _bogofilter(["-TT", "-d", folder, "-I", str(row.path)]).split()
            found.append((float(told[-1]) if told else 0.5, row.spam))
            _bogofilter(["-s" if row.spam else "-n", "-d", folder, "-I", str(row.path)])
        yield "online", _quality("bogofilter", found), _note(len(found), len(rows))


def _bogofilter(flags: Sequence[str], given: str = "") -> str:
    done = subprocess.run(["bogofilter", "-C", *flags], input=given, text=True, capture_output=True, check=False)
    return done.stdout  # its status is a verdict; with no word list yet it says nothing


def _scores(flags: Sequence[str], rows: Iterable[Row]) -> dict[str, float]:
    """Full precision, which the bench of speed does not need."""
    lines = _bogofilter(flags, "".join(f"{row.path}\n" for row in rows)).splitlines()
    return {fields[0]: float(fields[-1]) for line in lines if (fields := line.split())}


def rspamd(rows: Sequence[Row], most_s: float) -> Iterator[Result]:
    """Each label learned, then asked about the rest, one after another."""
    for run in ("half", "hard"):
        taught, asked = parted(run, rows)
        with TaughtRspamd() as peer:
            learned = sum(peer.learn(row) for row in taught)
            found = _asked(peer, asked, most_s)
        note = _note(len(found), len(asked)) or (f"learned {learned} of {len(taught)}" if learned < len(taught) else "")
        yield run, _quality("rspamd", found), note


def spamassassin(rows: Sequence[Row], most_s: float) -> Iterator[Result]:
    """Each label learned, then asked about a sample of the rest."""
    for run in ("half", "hard"):
        taught, asked = parted(run, rows)
        some = spread(asked, SAMPLE["spamassassin"])
        with TaughtSpamd() as peer:
            peer.learn_all(taught)
            found = _asked(peer, some, most_s)
        yield run, _quality("spamassassin", found), f"{len(found)} of {len(asked)}"


def _asked(peer: Peer, rows: Sequence[Row], most_s: float) -> Pairs:
    until, found = time.monotonic() + most_s, []
    for row in shuffled(rows):
        if time.monotonic() > until:
            break
        found.append((peer.check(row.path.read_bytes()), row.spam))
    return found


def parted(run: str, rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """What is learned and what is asked in a run."""
    return [row for row in rows if row.trains(run)], [row for row in rows if not row.trains(run)]


def spread(rows: Sequence[Row], count: int) -> list[Row]:
    """So many, evenly over the order."""
    return [rows[at * len(rows) // count] for at in range(count)] if count < len(rows) else list(rows)


def shuffled(rows: Sequence[Row]) -> list[Row]:
    """In an order in which any beginning is a fair sample: by the ends of the digests."""
    return sorted(rows, key=lambda row: row.sha256[::-1])


def _note(done: int, of: int) -> str:
    return f"{done} of {of}" if done < of else ""


def _quality(name: str, found: Pairs) -> Quality:
    return quality(found, LINES[name])


PEERS: dict[str, tuple[type[Peer], Callable[[Sequence[Row], float], Iterator[Result]]]] = {
    "bogofilter": (Bogofilter, bogofilter),
    "rspamd": (Rspamd, rspamd),
    "spamassassin": (Spamd, spamassassin),
}


def measure(name: str, rows: Sequence[Row], most_s: float) -> Iterator[Result]:
    """A peer's figures in each run that it is put through; none where it is not installed."""
    kind, runs = PEERS[name]
    if not kind.is_installed():
        print(f"{name}: not installed, see make peers")
        return
    yield from runs(rows, most_s)
