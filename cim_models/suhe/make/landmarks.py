"""Buildings placed by name."""

from cim_models.suhe.make.design import Design


def landmarks() -> list[Design]:
    """Return the named buildings of the twin."""
    return []
