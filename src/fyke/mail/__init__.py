"""Bytes to `Message`. Never raises on bad mail: it notes a `Defect`."""

from fyke.mail.parse import parse

__all__ = ["parse"]
