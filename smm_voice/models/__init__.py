"""Base models and adapters: load, save, verify."""
