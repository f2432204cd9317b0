"""Detectors that read what the reader sees, and how it was made: text, HTML, pictures."""
