"""CAP 1.2 public warnings (GB/T 35965.1, OASIS CAP): polled from an address or a folder."""
