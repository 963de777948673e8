"""Sanping 三屏: a city digital twin on three linked screens."""

__version__ = "0.1.0"
