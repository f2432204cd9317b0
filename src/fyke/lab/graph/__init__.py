"""The map of an operation: one page that needs no other file."""
