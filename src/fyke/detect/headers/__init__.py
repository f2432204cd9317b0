"""Detectors that read the header block and the structure of the message."""
