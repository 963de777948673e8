"""What the core asks of the world, each a protocol of two or three methods."""
