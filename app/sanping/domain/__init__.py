"""Frozen values of the city: what things are, never what is done with them."""
