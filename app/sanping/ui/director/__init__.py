"""The desk as director of the linked screens."""
