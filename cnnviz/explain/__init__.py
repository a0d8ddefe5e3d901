"""A model and an input in, frozen dataclasses of numpy arrays and numbers out."""
