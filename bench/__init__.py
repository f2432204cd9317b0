"""Measuring: speed beside the peers, quality across the mail packs, agreement of the parser."""
