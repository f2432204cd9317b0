"""The back end of one machine for what is much or large: the journal and blobs. What changes is in SQLite."""
