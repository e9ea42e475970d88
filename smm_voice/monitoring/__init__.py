"""Drift: whether the brand has moved, or its model."""
