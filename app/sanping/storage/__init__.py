"""Where history is kept on disk."""
