"""Which sites are one operator's: marks that sites bear, how far each is shared, pairs weighed in bits, a gate."""
