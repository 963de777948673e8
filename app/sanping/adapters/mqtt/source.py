"""Subscribes at a broker, delivers what comes, and acknowledges each message once it is committed."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import replace

from sanping.adapters.mqtt.client import Broker, Connection, Taken
from sanping.adapters.mqtt.decode import Decoder
from sanping.adapters.mqtt.sparkplug import NAMESPACE, rebirth_request
from sanping.adapters.mqtt.topics import Template, templates_in
from sanping.domain.errors import FrameBroken, InputError, SourceRefused
from sanping.domain.observation import Observation
from sanping.domain.record_mapping import Problem, RecordMapping, parsed_rules
from sanping.domain.text import Text
from sanping.ports.source import World, secret_of

TEST_S = 5.0
MOST_UNDER_WAY = 16

_SUBSCRIBED = Text("已订阅 {filters}，等待消息", "Subscribed {filters}, waiting for messages")
_LIVE = Text("数据正常到达", "Data arrive")
_FOUND = Text(
    "可用：{seconds:g} 秒内 {messages} 条消息、{values} 个值",
    "It works: {messages} messages, {values} values in {seconds:g} s",
)
_BROKEN = Text("消息被跳过：{reason}", "A message was skipped: {reason}")


class _Underway:
    """Deliveries that are being committed while more is read; they begin, and so end, in their order."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(MOST_UNDER_WAY)
        self._tasks: set[asyncio.Task[None]] = set()
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> "_Underway":
        return self

    async def __aexit__(self, *_: object) -> None:
        self._failed.cancel()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._tasks.clear()

    async def hold(self, reading: Coroutine[None, None, None]) -> None:
        """Read until that ends or a delivery fails, and raise what ended it."""
        task = asyncio.create_task(reading)
        self._tasks.add(task)
        await asyncio.wait((task, self._failed), return_when=asyncio.FIRST_COMPLETED)
        await (self._failed if self._failed.done() else task)

    async def add(self, delivery: Coroutine[None, None, None]) -> None:
        """Begin a delivery, once there is room for it."""
        await self._free.acquire()
        task = asyncio.create_task(delivery)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._free.release()
        if not task.cancelled() and (error := task.exception()) is not None and not self._failed.done():
            self._failed.set_exception(error)


class Source:
    """MQTT with the settings of `manifest.toml`."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._settings = settings
        self._payload = str(settings.get("payload") or "json")
        self._filters, self._templates = self._subscribed(str(settings.get("topics") or ""))
        self._mapping = self._rules()

    async def run(self, world: World) -> None:
        """Deliver until the connection breaks off. Raises `SourceFailed` and `SourceRefused`."""
        async with Connection(await self._broker(world), self._filters) as connection, _Underway() as underway:
            world.say("connecting", _SUBSCRIBED.with_values(filters=" ".join(self._filters)[:200]))
            await underway.hold(self._read(connection, underway, world))

    async def _read(self, connection: Connection, underway: _Underway, world: World) -> None:
        decoder = self._decoder()
        while True:
            taken = await connection.messages()
            rows = self._rows(taken, decoder, world)
            for group, edge in sorted(decoder.nodes_to_ask):
                connection.publish(f"{NAMESPACE}/{group}/NCMD/{edge}", rebirth_request())
            decoder.nodes_to_ask.clear()
            await underway.add(self._kept(connection, taken, rows, world))

    async def _kept(self, connection: Connection, taken: list[Taken], rows: list[Observation], world: World) -> None:
        await world.deliver(rows)
        connection.acknowledge(taken)
        if rows:
            world.say("live", _LIVE)

    async def test(self, world: World) -> Text:
        """Listen for some seconds, acknowledge nothing."""
        decoder, messages, values = self._decoder(), 0, 0
        broker = await self._broker(world)
        async with Connection(replace(broker, client_id=""), self._filters) as connection:
            ends_s = asyncio.get_running_loop().time() + TEST_S
            while (left_s := ends_s - asyncio.get_running_loop().time()) > 0:
                try:
                    taken = await asyncio.wait_for(connection.messages(), left_s)
                except TimeoutError:
                    break
                messages += len(taken)
                values += len(self._rows(taken, decoder, world))
        return _FOUND.with_values(seconds=TEST_S, messages=messages, values=values)

    def _rows(self, taken: list[Taken], decoder: Decoder, world: World) -> list[Observation]:
        rows: list[Observation] = []
        world.count("frames", len(taken))
        for each in taken:
            try:
                for found in decoder.decode(each.message, world.now_ms()):
                    if isinstance(found, Problem):
                        world.count(found.what, 1, found.why)
                    else:
                        rows.append(found)
            except (FrameBroken, InputError) as error:
                world.count("bad_messages", 1, _BROKEN.with_values(reason=error.message))
        return rows

    def _decoder(self) -> Decoder:
        return Decoder(payload=self._payload, templates=self._templates, mapping=self._mapping)

    def _subscribed(self, written: str) -> tuple[tuple[str, ...], tuple[Template, ...]]:
        if self._payload == "sparkplug":
            return tuple(written.split()) or (f"{NAMESPACE}/#",), ()
        try:
            templates = templates_in(written)
        except InputError as error:
            raise SourceRefused(error.message) from error
        return tuple(template.filter for template in templates), templates

    def _rules(self) -> RecordMapping:
        settings = self._settings
        written = str(settings.get("values") or "")
        try:
            rules = parsed_rules(written) if written.strip() or self._payload != "number" else ()
        except InputError as error:
            raise SourceRefused(error.message) from error
        return RecordMapping(
            values=rules,
            station=str(settings.get("station") or ""),
            time=str(settings.get("time") or ""),
            records=str(settings.get("records") or ""),
            utc_offset_h=float(str(settings.get("utc_offset_h") or 8)),
        )

    async def _broker(self, world: World) -> Broker:
        settings = self._settings
        host, port = str(settings.get("host") or "127.0.0.1"), int(str(settings.get("port") or 1883))
        return Broker(
            host=host,
            address=await world.reached(host, port),
            port=port,
            version=str(settings.get("version") or "5"),
            client_id=str(settings.get("client_id") or ""),
            user=str(settings.get("user") or ""),
            password=secret_of(world, settings, "password"),
            is_encrypted=bool(settings.get("is_encrypted")),
            ca_file=str(settings.get("ca_file") or ""),
        )
