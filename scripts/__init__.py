"""One thin Hydra entry per stage; `entry.py` is what they share."""
