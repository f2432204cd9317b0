"""Thin servers, one protocol a file: a socket, a wire machine, a Gate. A door knows no engine and decides nothing."""
