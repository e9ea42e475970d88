"""What dataset and metrics both need to see in a text: tokens, links, typed facts, languages."""
