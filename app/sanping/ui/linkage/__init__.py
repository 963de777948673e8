"""Screens as one: following what another screen leads."""
