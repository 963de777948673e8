"""Stations that speak HJ 212 over loopback: loggers that report to a source, or a logger that a source asks."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sanping.adapters.hj212.options import options_from
from sanping.adapters.hj212.simulated_logger import LoggerServer
from sanping.adapters.hj212.simulated_station import Reporters
from sanping.ports.source import Readings


class Simulator:
    """Plays all stations of the readings; the settings are the source's own, its secrets written out in them."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._options = options_from(
            settings, password=str(settings.get("password") or ""), key=str(settings.get("sm4_key") or "")
        )

    async def play(self, readings: Readings, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Report for ever; a source that is away is tried again."""
        if self._options.role == "server":
            await Reporters(self._options, readings, sleep).play()
        else:
            await LoggerServer(self._options, readings, sleep).play()
