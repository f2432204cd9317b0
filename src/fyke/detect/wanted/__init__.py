"""Detectors that find signs of wanted mail."""
