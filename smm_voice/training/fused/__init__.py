"""A training step on a CPU: the same sums as transformers and peft make, in fewer and larger ones.

`install.py` puts the parts in the place of a model's own; each can be left out by itself, and
`docs/speed.md` says what each is worth.
"""
