"""What is made beforehand and shipped in the package: the base model."""
