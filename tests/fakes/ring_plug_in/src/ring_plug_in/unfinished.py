"""A module that cannot be imported, as that of a plug-in for another version."""

from sanping.ui.workbench.tool import SomethingOfAnotherVersion as Nothing

__all__ = ["Nothing"]
