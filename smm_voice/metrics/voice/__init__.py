"""Voice: does it sound like the brand? Two views, each anchored between floor and human."""
