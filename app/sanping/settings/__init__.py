"""Settings and paths, declared once."""
