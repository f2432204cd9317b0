"""What the pages show, and what is printed: `python -m tests.shown` writes the shown lines anew.

In a block of ```console, `$ command` is run in an empty folder that holds the demo mail as `mail/` and the files that
the page writes (blocks with `title=`). The lines under it, or lines that hold them, are printed, in that order; `...`
stands for any lines between them.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
COLUMNS = "100"  # what a page can show without scrolling
_BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^```\w+ title=(\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def files(page):
    """(name, text) of each file that the page writes."""
    return _FILE.findall(page.read_text())


def commands(page):
    """(command, lines it must print), in order: those of fyke and of the page's own files, not those of make."""
    ours = _ours(page)
    for block in _BLOCK.findall(page.read_text()):
        for command, shown in _chunks(block):
            if ours.search(command):
                yield command, [line for line in shown if line.strip() not in {"", "..."}]


def prepare(page, folder):
    """Put the mail and the page's files there; install them where they are a package."""
    shutil.copytree(ROOT / "src/fyke/demo/mail", folder / "mail")
    for name, text in files(page):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    if (folder / "pyproject.toml").exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
        subprocess.run([*pip, "--target", folder / "site", folder], check=True, capture_output=True)


def run(command, folder):
    """The finished command, with both its outputs as one list of lines."""
    environ = {name: value for name, value in os.environ.items() if name != "FYKE_CONFIG"} | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(folder / "site"),
        "XDG_CONFIG_HOME": str(folder),
        "XDG_STATE_HOME": str(folder / "state"),
        "COLUMNS": COLUMNS,
        "NO_COLOR": "1",
    }
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True, check=False, env=environ)
    return done.returncode, (done.stdout + done.stderr).splitlines()


def plain(line):
    """A line without what differs from run to run: numbers, bars and the width of columns."""
    return re.sub(r"\s+", " ", re.sub(r"\d+", "0", re.sub(r"[▁-▟─-╿]+", "", line))).strip()


def renew(page, folder):
    """The page with the lines as they are printed now, and those that are printed no more."""
    missing = []
    ours = _ours(page)

    def block(match):
        out = []
        for command, shown in _chunks(match[1]):
            out.append(f"$ {command}")
            printed = run(command, folder)[1] if ours.search(command) else []
            for line in shown:
                if ours.search(command) and line.strip() not in {"", "..."}:
                    at = next((at for at, candidate in enumerate(printed) if plain(line) in plain(candidate)), None)
                    if at is None:
                        missing.append(f"{command}: {line}")
                        out.append(line)
                    else:
                        out.append(printed[at].rstrip())
                        printed = printed[at + 1 :]
                else:
                    out.append(line)
        return "```console\n" + "\n".join(out) + "\n```"

    return _BLOCK.sub(block, page.read_text()), missing


def _ours(page):
    own = "|".join(["fyke", *(rf"(?:python3|sh) {re.escape(name)}" for name, _ in files(page))])
    return re.compile(rf"(^|[|;&] *)({own})\b")


def _chunks(block):
    for chunk in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *shown = chunk.removesuffix("\n").split("\n")
        yield command, shown


def main():
    """Rewrite the pages, or those whose name has the given word in it."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    for page in PAGES:
        if word in str(page) and any(commands(page)):
            with tempfile.TemporaryDirectory() as folder:
                prepare(page, Path(folder))
                text, missing = renew(page, Path(folder))
            page.write_text(text)
            for line in missing:
                print(f"{page.relative_to(ROOT)}: no longer printed: {line}")


if __name__ == "__main__":
    main()
