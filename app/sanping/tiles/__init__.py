"""Cutting models into tiles, and their cache."""
