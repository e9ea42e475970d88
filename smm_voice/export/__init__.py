"""A finished model as a folder that other programs serve: weights, tokenizer, terms and a card."""
