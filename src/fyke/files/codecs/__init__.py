"""Decompressors that no library has: one method a file, linear, in pieces, `Broken` where the stream is."""
