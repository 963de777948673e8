"""Modbus TCP: registers and coils of devices, read only."""
