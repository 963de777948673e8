"""Work orders of a hotline, and a world that answers them, for tests of the adapter `hotline`."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence

import orjson

from sanping.adapters.hotline.source import Source
from sanping.domain.call import Call
from sanping.domain.text import Text
from sanping.ports.source import Fetched

NOON_MS = 1_781_236_800_000  # 2026-06-12 12:00 in Beijing
ORDER: dict[str, object] = {
    "gdbh": "PT2026061200001", "slsj": "2026-06-12 11:30:00", "lxr": "王小明", "lxdh": "13912345678", "gdlx": "投诉",
    "gdnr": "门口垃圾无人清运", "fsdz": "长寿路100号", "jd": "121.4301", "wd": "31.2402", "wtfl": "暴露垃圾",
    "jjcd": "紧急", "ssjz": "长寿路街道", "gdzt": "派单",
}  # fmt: skip


def answer(orders: list[object], cursor: str = "") -> bytes:
    return orjson.dumps({"data": {"rows": orders, "next": cursor}})


class World:
    """Fetches what a function answers, and keeps what is filed; ends after some rounds."""

    def __init__(self, fetch: Callable[[str, Mapping[str, str]], Fetched], rounds: int = 1) -> None:
        self.filed: list[Call] = []
        self.counts: dict[str, int] = {}
        self.said: list[str] = []
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.why: Text | None = None
        self._fetch, self._rounds = fetch, rounds

    def now_ms(self) -> int:
        return NOON_MS

    def say(self, state: str, why: Text) -> None:
        self.said.append(f"{state}: {why.zh}")

    def count(self, what: str, times: int = 1, detail: Text | None = None) -> None:
        self.counts[what] = self.counts.get(what, 0) + times

    def secret(self, name: str) -> str:
        return "s3cret" if name == "token" else ""

    async def sleep(self, seconds: float) -> None:
        self._rounds -= 1
        if self._rounds <= 0:
            raise asyncio.CancelledError

    async def fetch(self, url: str, headers: Mapping[str, str]) -> Fetched:
        self.asked.append((url, headers))
        return self._fetch(url, headers)

    async def file(self, calls: Sequence[Call]) -> Text | None:
        self.filed += calls
        return self.why


def run(world: World, **settings: object) -> World:
    given = {"url": "http://hotline.test/orders", "orders_path": "data.rows", "cursor_path": "data.next", **settings}

    async def until_cancelled() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await Source(given).run(world)  # type: ignore[arg-type]

    asyncio.run(until_cancelled())
    return world


def serving(*bodies: bytes) -> Callable[[str, Mapping[str, str]], Fetched]:
    """Answer with one body after another, the last for ever."""
    left = list(bodies)
    return lambda url, headers: Fetched(status=200, headers={}, body=left.pop(0) if len(left) > 1 else left[0])
