"""Bytes to `Message`. Never raises on bad mail: it notes a `Defect`."""
