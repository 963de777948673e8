"""Actions declared once as data, and the pure functions that decide."""
