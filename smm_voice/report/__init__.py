"""The report of an evaluation, as one self-contained HTML file and as Markdown."""
