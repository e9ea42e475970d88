"""`bench=factuality`: which false claims the checker finds, and whom it accuses wrongly."""
