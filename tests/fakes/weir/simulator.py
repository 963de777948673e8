"""Weirs that report over loopback."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sanping_weir.decode import check_code

from sanping.ports.source import Readings


class Simulator:
    """Plays all stations of the readings; the settings are the source's own."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._place = (str(settings["host"]), int(settings["port"]))

    async def play(self, readings: Readings, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Connect to the source and report for ever."""
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(*self._place)
                while not writer.is_closing():
                    now_ms = time.time_ns() // 1_000_000
                    for station in readings.stations():
                        level_m = readings.at(station, now_ms)["water_level"]
                        body = f"{station}|{now_ms}|{level_m:.3f}|".encode()
                        writer.write(body + b"*" + check_code(body) + b"\n")
                    await writer.drain()
                    await sleep(1.0)
            await sleep(0.5)
