"""A training-and-evaluation harness for brand-voice fine-tuning."""

__version__ = "0.1.0"
