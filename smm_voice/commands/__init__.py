"""What each command does, from a validated config to an exit status."""
