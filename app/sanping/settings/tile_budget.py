"""What a person allows the tiles of all layers of one screen to use."""

from sanping.analysis.stream_budget import Budget
from sanping.settings.settings import Settings

_GIGABYTE = 1 << 30


def budget_of(settings: Settings) -> Budget:
    """Return the budget that settings describe."""
    return Budget(
        graphics_bytes=int(settings.tile_graphics_gb * _GIGABYTE), memory_bytes=int(settings.tile_memory_gb * _GIGABYTE)
    )
