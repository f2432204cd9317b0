"""The report: one page that a manager can read, complete in itself."""
