"""`bench=scale`: how time and memory of a training grow with posts, model size and brands."""
