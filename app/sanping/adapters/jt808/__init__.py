"""JT/T 808: vehicles, shuttles and vessels whose terminals report where they are over TCP."""
