"""Asks devices over Modbus TCP at intervals, and delivers what they answer; never writes."""

from collections.abc import Mapping

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException

from sanping.adapters.modbus.decode import Block, blocks_of, decode, points_in
from sanping.domain.errors import FrameBroken, InputError, SourceFailed, SourceRefused
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.source import World

ANSWER_S = 3.0

_AWAY = Text("无法连接 {host}:{port}", "{host}:{port} cannot be reached")
_NO_ANSWER = Text("{host}:{port} 没有回答任何一个读取请求", "{host}:{port} answered none of the questions")
_REFUSED = Text(
    "从站 {unit} 的 {kind} {first} 起 {count} 个拒绝读取：{reason}",
    "Unit {unit} refused {count} {kind} from {first}: {reason}",
)
_LIVE = Text("数据正常到达", "Data arrive")
_PARTLY = Text("{failed} 个读取请求没有成功", "{failed} questions were not answered")
_NO_STATION = Text("请填写测站地址", "Name the station")
_FOUND = Text("可用：读到 {values} 个值", "It works: {values} values")


class Source:
    """Modbus TCP with the settings of `manifest.toml`."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._host = str(settings.get("host") or "127.0.0.1")
        self._port = int(str(settings.get("port") or 502))
        self._interval_s = float(str(settings.get("interval_s") or 5))
        self._station = str(settings.get("station") or "")
        if not self._station:
            raise SourceRefused(_NO_STATION)
        try:
            self._blocks = blocks_of(points_in(str(settings.get("values") or "")))
        except InputError as error:
            raise SourceRefused(error.message) from error

    async def run(self, world: World) -> None:
        """Deliver until the device goes away. Raises `SourceFailed`."""
        client = await self._connected(world)
        try:
            while True:
                rows, failed = await self._asked(client, world)
                await world.deliver(rows)
                if failed:
                    world.say("degraded", _PARTLY.with_values(failed=failed))
                else:
                    world.say("live", _LIVE)
                await world.sleep(self._interval_s)
        finally:
            client.close()

    async def test(self, world: World) -> Text:
        """Ask once."""
        client = await self._connected(world)
        try:
            rows, _ = await self._asked(client, world)
        finally:
            client.close()
        return _FOUND.with_values(values=len(rows))

    async def _connected(self, world: World) -> AsyncModbusTcpClient:
        address = await world.reached(self._host, self._port)
        client = AsyncModbusTcpClient(address, port=self._port, timeout=ANSWER_S, retries=1, reconnect_delay=0)
        if not await client.connect():
            client.close()
            raise SourceFailed(_AWAY.with_values(host=self._host, port=self._port))
        return client

    async def _asked(self, client: AsyncModbusTcpClient, world: World) -> tuple[list[Observation], int]:
        """Return what the device says, and how many questions it did not answer. Raises `SourceFailed` for none."""
        rows: list[Observation] = []
        failed = 0
        for block in self._blocks:
            try:
                words = await self._read(client, block)
                rows.extend(decode(block, words, self._station, world.now_ms()))
                world.count("frames")
            except FrameBroken as error:
                failed += 1
                world.count("refused", 1, error.message)
            except ModbusException:
                failed += 1
                world.count("unanswered")
        if failed == len(self._blocks):
            raise SourceFailed(_NO_ANSWER.with_values(host=self._host, port=self._port))
        return rows, failed

    async def _read(self, client: AsyncModbusTcpClient, block: Block) -> list[int]:
        read = {
            "holding": client.read_holding_registers,
            "input": client.read_input_registers,
            "coil": client.read_coils,
            "discrete": client.read_discrete_inputs,
        }[block.kind]
        answer = await read(block.first, count=block.count, device_id=block.unit)
        if answer.isError():
            raise FrameBroken(
                _REFUSED.with_values(
                    unit=block.unit, kind=block.kind, count=block.count, first=block.first, reason=str(answer)[:120]
                )
            )
        if block.kind in ("coil", "discrete"):
            return [int(bit) for bit in answer.bits]
        return list(answer.registers)
