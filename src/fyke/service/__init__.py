"""`fyke serve` as processes: one that watches, one a generation that loads, and the workers it forks."""
