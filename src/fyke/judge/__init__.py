"""Findings to verdict to action, by the policy file."""

from fyke.judge.decide import decide, fate, judge
from fyke.judge.policy import Policy, load

__all__ = ["Policy", "decide", "fate", "judge", "load"]
