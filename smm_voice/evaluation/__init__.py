"""Arms × metrics on one prompt set, with full provenance."""
