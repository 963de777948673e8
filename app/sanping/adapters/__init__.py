"""Live sources, a folder each; none knows another."""
