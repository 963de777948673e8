"""Asks an address again and again, and delivers what is new."""

import contextlib
from collections.abc import Mapping

from sanping.adapters.http.decode import decode
from sanping.domain.errors import FrameBroken, InputError, SourceFailed, SourceRefused
from sanping.domain.observation import Observation
from sanping.domain.record_mapping import Problem, RecordMapping, observed, parsed_rules
from sanping.domain.text import Text
from sanping.ports.source import World

MOST_KNOWN = 400_000

_LIVE = Text("数据正常到达", "Data arrive")
_EMPTY = Text(
    "地址有回应，但没有一个可用的值；请核对取值规则", "The address answers, but without a usable value; check the rules"
)
_FOUND = Text("可用：{values} 个值，来自 {stations} 个站点", "It works: {values} values of {stations} stations")
_BROKEN = Text("回应被跳过：{reason}", "An answer was skipped: {reason}")


class Source:
    """HTTP polling with the settings of `manifest.toml`."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._url = str(settings.get("url") or "")
        self._form = str(settings.get("format") or "json")
        self._interval_s = float(str(settings.get("interval_s") or 60))
        self._header = str(settings.get("header") or "")
        try:
            self._mapping = RecordMapping(
                values=parsed_rules(str(settings.get("values") or "")),
                station=str(settings.get("station") or ""),
                time=str(settings.get("time") or ""),
                records=str(settings.get("records") or ""),
                utc_offset_h=float(str(settings.get("utc_offset_h") or 8)),
            )
        except InputError as error:
            raise SourceRefused(error.message) from error
        self._marks: dict[str, str] = {}
        self._known: dict[tuple[str, str], int] = {}

    async def run(self, world: World) -> None:
        """Deliver for ever. Raises `SourceFailed` when the address cannot be read."""
        while True:
            found = await self._asked(world)
            if found is not None:
                fresh = self._fresh(found)
                await world.deliver(fresh)
                if fresh or not found:
                    world.say("live" if fresh else "degraded", _LIVE if fresh else _EMPTY)
            await world.sleep(self._interval_s)

    async def test(self, world: World) -> Text:
        """Ask once."""
        found = await self._asked(world) or []
        if not found:
            raise SourceRefused(_EMPTY)
        return _FOUND.with_values(values=len(found), stations=len({row.station for row in found}))

    async def _asked(self, world: World) -> list[Observation] | None:
        """Return what the address says, None when it says that nothing is new."""
        headers = dict(self._marks)
        name, _, kept = self._header.partition(":")
        if name and kept:
            headers[name.strip()] = world.secret(kept.strip()) or kept.strip()
        answer = await world.fetch(self._url, headers)
        if answer.status == 304:
            world.count("unchanged")
            return None
        world.count("frames")
        self._marks = {}
        for given, asked in (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")):
            if given in answer.headers:
                self._marks[asked] = answer.headers[given]
        try:
            return self._decoded(answer.body, world)
        except (FrameBroken, InputError) as error:
            world.count("bad_answers", 1, _BROKEN.with_values(reason=error.message))
            raise SourceFailed(_BROKEN.with_values(reason=error.message)) from error

    def _decoded(self, body: bytes, world: World) -> list[Observation]:
        rows: list[Observation] = []
        for found in observed(decode(body, self._form), self._mapping, world.now_ms()):
            if isinstance(found, Problem):
                world.count(found.what, 1, found.why)
            else:
                rows.append(found)
        return rows

    def _fresh(self, rows: list[Observation]) -> list[Observation]:
        """Leave out what was delivered already: an address repeats its last values."""
        fresh = []
        for row in rows:
            key = (row.station, row.quantity)
            if row.event_ms > self._known.get(key, -1):
                self._known[key] = row.event_ms
                fresh.append(row)
        while len(self._known) > MOST_KNOWN:
            with contextlib.suppress(StopIteration):
                del self._known[next(iter(self._known))]
        return fresh
