"""The proof of monitoring: false alarms, power, and two years month by month."""
