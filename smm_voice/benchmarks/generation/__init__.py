"""`bench=generation`: how fast posts are written, beside transformers' own `generate`."""
