"""Who is known here: what earlier mail says of a sender, where it is proved that it is the same sender."""
