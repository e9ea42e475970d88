"""A search for training settings: the declared space, what is wanted, and the study."""
