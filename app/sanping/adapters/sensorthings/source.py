"""Follows a SensorThings service: pages through what is new, and hears of it sooner where the service has MQTT."""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

import aiomqtt

from sanping.adapters.sensorthings.decode import (
    Stream,
    entity_in,
    observation,
    page,
    stream_of_topic,
    streams_of,
)
from sanping.domain.errors import FrameBroken, InputError, SourceFailed, SourceRefused
from sanping.domain.observation import Observation
from sanping.domain.record_mapping import Problem, parsed_rules
from sanping.domain.text import Text
from sanping.ports.source import World

MOST_PAGES = 500
STREAMS_EVERY_MS = 3_600_000
OVERLAP_MS = 60_000

_LIVE = Text("数据正常到达", "Data arrive")
_CONNECTED = Text("已连接，等待新的观测", "Connected, waiting for new observations")
_NO_STREAMS = Text(
    "服务里没有规则所指的数据流；请核对名称", "The service has no datastream that a rule names; check the names"
)
_TOO_LONG = Text("分页超过 {limit} 页，已停止", "There are more than {limit} pages; it was stopped")
_BROKEN = Text("回应被跳过：{reason}", "An answer was skipped: {reason}")
_FOUND = Text("可用：{streams} 个数据流、{values} 个新值", "It works: {streams} datastreams, {values} new values")
_MQTT_AWAY = Text("MQTT 推送中断，改为轮询：{reason}", "The push by MQTT broke off, polling goes on: {reason}")


class Source:
    """SensorThings with the settings of `manifest.toml`."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._url = str(settings.get("url") or "").rstrip("/")
        self._interval_s = float(str(settings.get("interval_s") or 60))
        self._first_ms = int(float(str(settings.get("first_hours") or 24)) * 3_600_000)
        self._station = str(settings.get("station") or "id")
        self._mqtt_host = str(settings.get("mqtt_host") or "")
        self._mqtt_port = int(str(settings.get("mqtt_port") or 1883))
        try:
            self._rules = parsed_rules(str(settings.get("values") or ""))
        except InputError as error:
            raise SourceRefused(error.message) from error
        self._streams: dict[str, Stream] = {}
        self._streams_ms = 0
        self._since_ms: int | None = None
        self._seen: set[tuple[str, str, int]] = set()

    async def run(self, world: World) -> None:
        """Deliver for ever. Raises `SourceFailed` when the service cannot be read."""
        pushing = asyncio.ensure_future(self._pushed(world)) if self._mqtt_host else None
        try:
            while True:
                await self._learn(world)
                await self._deliver(await self._new(world), world)
                await world.sleep(self._interval_s)
        finally:
            if pushing is not None:
                pushing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await pushing

    async def test(self, world: World) -> Text:
        """Read once."""
        await self._learn(world)
        return _FOUND.with_values(streams=len(self._streams), values=len(await self._new(world)))

    async def _learn(self, world: World) -> None:
        """Read the datastreams at the start and every hour. Raises `SourceRefused` when none fits."""
        if self._streams and world.now_ms() - self._streams_ms < STREAMS_EVERY_MS:
            return
        found: dict[str, Stream] = {}
        async for entities in self._pages(world, "Datastreams", {"$expand": "Thing,ObservedProperty", "$top": "200"}):
            found.update({each.id: each for each in streams_of(entities, self._rules, self._station)})
        if not found:
            raise SourceRefused(_NO_STREAMS)
        if not self._streams:
            world.say("connecting", _CONNECTED)
        self._streams, self._streams_ms = found, world.now_ms()

    async def _new(self, world: World) -> list[Observation]:
        since_ms = world.now_ms() - self._first_ms if self._since_ms is None else self._since_ms
        since = datetime.fromtimestamp(since_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        question = {
            "$filter": f"phenomenonTime gt {since}",
            "$expand": "Datastream($select=id)",
            "$orderby": "phenomenonTime asc",
            "$top": "1000",
        }
        rows: list[Observation] = []
        async for entities in self._pages(world, "Observations", question):
            for entity in entities:
                self._take(observation(entity, self._streams, world.now_ms()), rows, world)
        return rows

    def _take(self, found: Observation | Problem, rows: list[Observation], world: World) -> None:
        if isinstance(found, Problem):
            world.count(found.what, 1, found.why)
        elif (found.station, found.quantity, found.event_ms) not in self._seen:
            rows.append(found)

    async def _deliver(self, rows: list[Observation], world: World) -> None:
        """Deliver, then read on from the newest, a minute back: observations may come late."""
        await world.deliver(rows)
        self._seen |= {(row.station, row.quantity, row.event_ms) for row in rows}
        if rows:
            world.say("live", _LIVE)
            self._since_ms = max(self._since_ms or 0, max(row.event_ms for row in rows) - OVERLAP_MS)
            self._seen = {key for key in self._seen if key[2] > self._since_ms}

    async def _pages(self, world: World, name: str, question: Mapping[str, str]):  # type: ignore[no-untyped-def]
        address = f"{self._url}/{name}?{urlencode(question)}"
        for _ in range(MOST_PAGES):
            answer = await world.fetch(address, {"Accept": "application/json"})
            world.count("frames")
            try:
                entities, following = page(answer.body, address)
            except FrameBroken as error:
                world.count("bad_answers", 1, error.message)
                raise SourceFailed(_BROKEN.with_values(reason=error.message)) from error
            yield entities
            if not following:
                return
            address = following
        raise SourceFailed(_TOO_LONG.with_values(limit=MOST_PAGES))

    async def _pushed(self, world: World) -> None:
        """Deliver what the service pushes; when the push breaks off, polling goes on and finds what was missed."""
        while True:
            try:
                address = await world.reached(self._mqtt_host, self._mqtt_port)
                async with aiomqtt.Client(address, self._mqtt_port) as client:
                    for stream in self._streams or {}:
                        await client.subscribe(f"v1.1/Datastreams({stream})/Observations", qos=1)
                    async for message in client.messages:
                        await self._heard(str(message.topic), bytes(message.payload), world)
            except (aiomqtt.MqttError, SourceFailed, SourceRefused) as error:
                world.count("push_lost", 1, _MQTT_AWAY.with_values(reason=str(error)[:120]))
                await world.sleep(min(60.0, self._interval_s))

    async def _heard(self, topic: str, payload: bytes, world: World) -> None:
        rows: list[Observation] = []
        try:
            stream_id = stream_of_topic(topic)
            self._take(observation(entity_in(payload), self._streams, world.now_ms(), stream_id), rows, world)
        except FrameBroken as error:
            world.count("bad_messages", 1, error.message)
            return
        world.count("pushed")
        await world.deliver(rows)
        self._seen |= {(row.station, row.quantity, row.event_ms) for row in rows}
