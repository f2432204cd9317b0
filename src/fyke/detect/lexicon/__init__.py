"""The detector of themes by their words (the TOML files in `lexicons`), and the engine that finds phrases."""
