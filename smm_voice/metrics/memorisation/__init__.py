"""Memorisation: were training posts copied, or personal data given away? Over human, always."""
