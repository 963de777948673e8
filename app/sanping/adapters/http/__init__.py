"""Polling of HTTP addresses and files that give JSON, CSV or GeoJSON."""
