"""Follows an address or a folder that holds CAP alerts and publishes each once."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from sanping.adapters.cap.decode import LARGEST_BYTES, decode
from sanping.domain.errors import FrameBroken, SourceRefused
from sanping.domain.notice import Notice
from sanping.domain.text import Text
from sanping.ports.source import World

_NO_PLACE = Text("请填写预警的网址或文件夹", "Name the address or the folder of the alerts")
_NO_FOLDER = Text("文件夹 {folder} 不存在或不可读", "The folder {folder} does not exist or cannot be read")
_BROKEN = Text("预警被跳过：{reason}", "An alert was skipped: {reason}")
_LIVE = Text("正在跟踪预警", "Following alerts")
_FOUND = Text("可用：读到 {count} 条预警", "It works: {count} alerts were read")
_MOST_FILES = 2000


class Source:
    """A CAP feed: one alert at an address, or every `.xml` file of a folder."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._url = str(settings.get("url") or "")
        self._folder = str(settings.get("folder") or "")
        self._interval_s = float(str(settings.get("interval_s") or 60))
        self._etag = ""
        self._known: dict[str, str] = {}
        if not self._url and not self._folder:
            raise SourceRefused(_NO_PLACE)

    async def run(self, world: World) -> None:
        """Publish what is new, for ever."""
        while True:
            notices = await self._new(world)
            if notices:
                await world.publish(notices)
            world.say("live", _LIVE)
            await world.sleep(self._interval_s)

    async def test(self, world: World) -> Text:
        """Read once."""
        return _FOUND.with_values(count=len(await self._new(world)))

    async def _new(self, world: World) -> list[Notice]:
        documents = await self._fetched(world) if self._url else self._files()
        found: list[Notice] = []
        for name, data in documents.items():
            mark = sha256(data).hexdigest()
            if self._known.get(name) == mark:
                continue
            world.count("frames")
            try:
                found.append(msgspec.structs.replace(decode(data), source="cap"))
            except FrameBroken as error:
                world.count("bad_alerts", 1, _BROKEN.with_values(reason=error.message))
            self._known[name] = mark
        self._known = {name: mark for name, mark in self._known.items() if name in documents or not self._folder}
        return sorted(found, key=lambda notice: notice.sent_ms)

    async def _fetched(self, world: World) -> dict[str, bytes]:
        answer = await world.fetch(self._url, {"If-None-Match": self._etag} if self._etag else {})
        if answer.status == 304:
            return {}
        self._etag = answer.headers.get("etag", "")
        return {sha256(answer.body).hexdigest(): answer.body}

    def _files(self) -> dict[str, bytes]:
        folder = Path(self._folder)
        try:
            paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".xml" and path.is_file())
            return {
                path.name: path.read_bytes() for path in paths[:_MOST_FILES] if path.stat().st_size <= LARGEST_BYTES
            }
        except OSError as error:
            raise SourceRefused(_NO_FOLDER.with_values(folder=folder.name), path=str(folder)) from error
