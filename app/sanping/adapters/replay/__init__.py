"""Replay of recordings and tables, at any speed."""
