"""The systemd unit: every directive is known, the command is one that fyke takes, systemd itself has no complaint."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from fyke.cli.main import parsers
from fyke.service.watcher import BAD_CONFIG

UNIT = Path(__file__).parents[2] / "packaging" / "fyke.service"
KNOWN = {
    "Unit": "Description Documentation After Wants Before StartLimitIntervalSec StartLimitBurst",
    "Service": """Type NotifyAccess ExecStart ExecReload Restart RestartSec RestartPreventExitStatus TimeoutStartSec
        TimeoutStopSec WatchdogSec KillMode User Group StateDirectory StateDirectoryMode RuntimeDirectory
        RuntimeDirectoryMode CacheDirectory ConfigurationDirectory Environment LimitNOFILE LimitCORE UMask
        CapabilityBoundingSet AmbientCapabilities NoNewPrivileges ProtectSystem ProtectHome PrivateTmp PrivateDevices
        ProtectClock ProtectControlGroups ProtectHostname ProtectKernelLogs ProtectKernelModules ProtectKernelTunables
        ProtectProc RestrictAddressFamilies RestrictRealtime RestrictSUIDSGID LockPersonality RemoveIPC
        SystemCallArchitectures SystemCallFilter SystemCallErrorNumber""",
    "Install": "WantedBy",
}
EXPOSURE = 3.0  # of 10, as systemd counts; postfix.service of Debian has 9.6


def directives():
    """(section, name, value) of each line."""
    section = ""
    for line in UNIT.read_text().splitlines():
        if found := re.fullmatch(r"\[(\w+)\]", line):
            section = found[1]
        elif line and not line.startswith("#"):
            name, equals, value = line.partition("=")
            assert equals, line
            yield section, name, value


def value(wanted):
    """That of the only directive of that name."""
    [found] = [value for _, name, value in directives() if name == wanted]
    return found


def test_every_directive_is_known():
    """A misspelled one is a warning in the journal, and no protection."""
    for section, name, _ in directives():
        assert name in KNOWN[section].split(), f"[{section}] {name}"


def test_the_command_is_one_of_ours():
    """With options that it has."""
    program, *words = shlex.split(value("ExecStart"))
    assert Path(program).name == "fyke"
    assert parsers()[0].parse_args(words).config == value("ExecStart").rpartition(" ")[2]


def test_what_systemd_is_told_it_hears():
    """Readiness, signs of life; and a config that cannot be used is not tried again."""
    assert value("Type") == "notify"
    assert int(value("WatchdogSec")) >= 10
    assert value("RestartPreventExitStatus") == str(BAD_CONFIG)
    assert value("ExecReload").endswith("kill -HUP $MAINPID")


def test_state_is_where_the_unit_makes_it():
    """Nothing else may be written."""
    assert value("ProtectSystem") == "strict"
    assert f"FYKE_SITE_FOLDER=/var/lib/{value('StateDirectory')}" in value("Environment").split()


def test_systemd_knows_it(tmp_path):
    """Its own check, of the unit with a program that is there."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    unit = tmp_path / "fyke.service"
    unit.write_text(UNIT.read_text().replace("/usr/bin/fyke", "/bin/true"))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert not [line for line in done.stderr.splitlines() if "fyke.service" in line], done.stderr
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE * 10:.0f}", unit]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr
