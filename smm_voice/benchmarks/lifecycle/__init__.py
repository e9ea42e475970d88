"""`bench=lifecycle`: a brand lived month by month by the scheduled job, and judged by what came."""
