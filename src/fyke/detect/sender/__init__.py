"""Detectors that ask who the sender says they are, and who they are."""
