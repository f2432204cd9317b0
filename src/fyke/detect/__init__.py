"""Detectors: one question about a mail a file, answered with findings."""
