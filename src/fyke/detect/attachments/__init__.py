"""Detectors that read attached files: by name, by type, by what they can do; invitations too."""
