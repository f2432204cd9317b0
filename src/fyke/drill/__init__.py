"""A made-up world with known truth: gangs, their mail and their sites, honest people, and the traps between them."""
