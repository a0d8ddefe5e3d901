"""Training: one generator, the same for page, command line and tests."""
