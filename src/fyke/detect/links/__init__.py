"""Detectors that read the links: where they lead, how they look, and how they were shown."""
