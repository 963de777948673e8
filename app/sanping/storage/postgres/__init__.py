"""Stores in PostgreSQL: the same ports as the files, for sites that have outgrown one machine."""
