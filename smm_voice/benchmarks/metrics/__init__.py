"""`bench=metrics`: what the scores can tell, what they cannot, and what they cost."""
