"""Fluency: is it language at all? A brand's manner without language is worth nothing."""
