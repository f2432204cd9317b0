"""Tests of the judge work with a small policy of their own, so that shipped weights may change."""

from functools import partial
from pathlib import Path

from fyke.judge import policy

load = partial(policy.load, shipped_path=Path(__file__).parent / "base.toml")
