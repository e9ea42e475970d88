"""Retraining that can say no."""
