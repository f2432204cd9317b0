"""Protocols without sockets, one a file: bytes in, events out; what to send back as bytes."""
