"""The generator of the bundled twin: Suzhou Creek in Putuo, invented but for its names."""
