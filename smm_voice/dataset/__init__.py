"""From posts to a dataset: briefs, splits, and the card that accounts for every post."""
