"""The messages of `sanping.v1`, between hub and screens; no I/O."""
