"""Findings to verdict to action, by the policy file."""

from fyke.judge.decide import decide, judge
from fyke.judge.policy import Policy, load

__all__ = ["Policy", "decide", "judge", "load"]
