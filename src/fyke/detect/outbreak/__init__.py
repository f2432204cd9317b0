"""What the same text tells by how often, from where and to whom it comes."""
