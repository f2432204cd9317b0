"""The back end of one machine: SQLite files in the data folder."""
