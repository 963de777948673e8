"""Sanping 三屏: a city digital twin on three linked screens.

For scripts: `sanping.open_twin`, `sanping.connect` and the other names of `sanping.api`, loaded when they are used.
"""

import importlib

__version__ = "0.1.0"
FOR_SCRIPTS = ("Desk", "Feature", "Layer", "Site", "Twin", "connect", "open_twin", "watched_by")


def __getattr__(name: str) -> object:
    """Load what scripts use only when one does: every command imports this module, and the floors point down."""
    if name not in FOR_SCRIPTS:
        raise AttributeError(f"module 'sanping' has no attribute {name!r}")
    return getattr(importlib.import_module("sanping.api"), name)
