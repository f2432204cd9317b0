"""The Containerfile: what it copies is there, it runs as nobody special, and its config and command can be used."""

import json
import re
from pathlib import Path

from fyke import serving
from fyke.cli.main import parsers
from fyke.config import load

ROOT = Path(__file__).parents[2]
FILE = ROOT / "packaging" / "Containerfile"


def steps():
    """(instruction, rest) with continued lines joined."""
    text = re.sub(r"\\\n\s*", "", FILE.read_text())
    for line in text.splitlines():
        if line and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest.strip()


def rest(wanted):
    """What stands behind the last instruction of that name."""
    return [rest for word, rest in steps() if word == wanted][-1]


def test_what_is_copied_is_there():
    """From the folder in which it is built."""
    for word, words in steps():
        if word == "COPY" and not words.startswith("--from"):
            for source in words.split()[:-1]:
                assert (ROOT / source).exists(), source


def test_every_instruction_is_known():
    """And every base has its name and its version."""
    known = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL"}
    assert {word for word, _ in steps()} <= known | {"ENTRYPOINT", "CMD"}
    for word, words in steps():
        if word == "FROM":
            assert re.match(r"docker\.io/library/python:3\.\d+-slim-\w+", words)


def test_it_runs_as_nobody_special():
    """A user that the build makes."""
    assert rest("USER") == "fyke"
    assert any(word == "RUN" and "useradd" in words and "fyke" in words for word, words in steps())


def test_its_command_and_config_can_be_used():
    """With the ports that it exposes."""
    command = [*json.loads(rest("ENTRYPOINT")), *json.loads(rest("CMD"))]
    assert command[0] == "fyke"
    assert parsers()[0].parse_args(command[1:]).config == "/etc/fyke/fyke.toml"
    copied = [words.split() for word, words in steps() if word == "COPY"]
    assert ["packaging/container.toml", "/etc/fyke/fyke.toml"] in copied
    config = load(ROOT / "packaging" / "container.toml", environ={}).config
    ports = {str(where.port) for places in serving.plan(config).addresses.values() for where in places}
    assert ports == set(rest("EXPOSE").split())


def test_its_health_is_asked_after_at_a_door_that_is_open():
    """At the page that says whether mail is taken."""
    asked = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", rest("HEALTHCHECK"))
    assert asked[1] in rest("EXPOSE").split()
    assert asked[2] == "/ready"
