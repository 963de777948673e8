"""Panels of what lives: the river, its stations and alarms; and their link to the hub."""
