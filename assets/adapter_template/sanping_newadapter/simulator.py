"""Devices that speak the protocol over loopback."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sanping.ports.source import Readings


class Simulator:
    """Plays all stations of the readings; the settings are the source's own."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings

    async def play(self, readings: Readings, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Connect to the source and report for ever."""
        raise NotImplementedError("simulator.py: speak the protocol")
