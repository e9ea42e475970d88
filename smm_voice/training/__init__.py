"""Fine-tuning: examples → a verified adapter."""
