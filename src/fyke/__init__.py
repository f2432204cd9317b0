"""fyke: one open defence against email threats."""

__version__ = "0.1.0"
