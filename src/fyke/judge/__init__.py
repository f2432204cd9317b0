"""Findings to verdict to action, by the policy file."""
