"""Factuality: what a post claims against what the brand knows. An assistant, not a judge."""
