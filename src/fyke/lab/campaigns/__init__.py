"""From mails to campaigns: sketches to clusters of one text, these to campaigns by rare words and where they lead."""
