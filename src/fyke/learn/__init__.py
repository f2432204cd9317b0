"""The text model: what it looks at, how it learns from labels, and how each word's share is told in bits."""
