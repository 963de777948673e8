"""12345 hotlines: work orders of citizens' calls from an address that answers JSON."""
