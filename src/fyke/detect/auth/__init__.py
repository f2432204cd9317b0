"""Who really sent it: one mechanism a file, each a generator that asks the DNS and is resumed with the answer."""
