"""What happens to mail after the verdict: its headers, its copies in quarantine, the log of what was done."""
