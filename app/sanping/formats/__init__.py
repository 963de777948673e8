"""Readers: one module a format family, file to arrays."""
