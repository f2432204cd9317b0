"""Tests, one file a source file under the same path."""
