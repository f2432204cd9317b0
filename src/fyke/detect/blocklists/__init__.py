"""What block lists say of the machines and the names in a mail. None is asked until the config names it."""
