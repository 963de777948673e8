"""Plays a file of observations again, at its own pace times a speed; what it says is marked as a replay."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from sanping.adapters.replay.decode import batches
from sanping.domain.errors import FrameBroken, SourceFailed, SourceRefused
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.source import World

STEP_S = 0.5

_AWAY = Text("文件不存在；放好后会自动重试", "The file is not there; put it there and it is tried again")
_NO_FILE = Text("请填写录像文件", "Name the file of the recording")
_PLAYING = Text("正在回放，{speed:g} 倍速", "Replaying at {speed:g} times the speed")
_DONE = Text("回放完毕，共 {count} 个值", "The replay is over: {count} values")
_FOUND = Text(
    "可用：第一批 {count} 个值，来自 {stations} 个站点", "It works: {count} values of {stations} stations at first"
)


class Source:
    """Replay with the settings of `manifest.toml`."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._path = Path(str(settings.get("path") or ""))
        self._speed = float(str(settings.get("speed") or 1))
        self._is_shifted = str(settings.get("times") or "original") == "now"
        self._is_endless = bool(settings.get("repeats"))
        self._offset_h = float(str(settings.get("utc_offset_h") or 8))
        if not str(settings.get("path") or ""):
            raise SourceRefused(_NO_FILE)

    async def run(self, world: World) -> None:
        """Play to the end, again if asked to; then rest.

        Raises `SourceFailed` while the file is not there, `SourceRefused` when it cannot be read.
        """
        while True:
            count = await self._play(world)
            if not self._is_endless:
                break
        world.say("live", _DONE.with_values(count=count))
        while True:
            await world.sleep(3600.0)

    async def test(self, world: World) -> Text:
        """Read the beginning."""
        first = next(self._rows(), [])
        return _FOUND.with_values(count=len(first), stations=len({row.station for row in first}))

    async def _play(self, world: World) -> int:
        count, began_ms, first_ms = 0, world.now_ms(), None
        world.say("live", _PLAYING.with_values(speed=self._speed))
        due: list[Observation] = []
        for rows in self._rows():
            for row in rows:
                first_ms = row.event_ms if first_ms is None else first_ms
                while row.event_ms - first_ms > (world.now_ms() - began_ms) * self._speed:
                    await self._deliver(due, world)
                    await world.sleep(STEP_S)
                moved_ms = began_ms + int((row.event_ms - first_ms) / self._speed)
                due.append(msgspec.structs.replace(row, event_ms=moved_ms) if self._is_shifted else row)
                count += 1
            await self._deliver(due, world)
        return count

    async def _deliver(self, due: list[Observation], world: World) -> None:
        if due:
            now_ms = world.now_ms()
            await world.deliver([msgspec.structs.replace(row, received_ms=now_ms) for row in due])
            world.count("frames", len(due))
            due.clear()

    def _rows(self) -> Iterator[list[Observation]]:
        if not self._path.is_file():
            raise SourceFailed(_AWAY, path=str(self._path))
        try:
            yield from batches(self._path, self._offset_h)
        except FrameBroken as error:
            raise SourceRefused(error.message, path=str(self._path), place=error.place) from error
