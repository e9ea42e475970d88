"""From export files to cleaned posts."""
