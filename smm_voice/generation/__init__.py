"""Answers to briefs: one function, batched, seeded by brief and not by batch."""
