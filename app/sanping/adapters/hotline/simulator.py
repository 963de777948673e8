"""A hotline on loopback that answers invented work orders: some late, some twice, some without a place, some in GBK."""

import random
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

import orjson
from aiohttp import web

from sanping.ports.source import Readings

EVERY_MS = 120_000
FIRST_MS = 14 * EVERY_MS
LATE_MS = 200_000
PAGE = 20
_STREETS = ("长寿路街道", "曹杨新村街道", "长风新村街道", "石泉路街道", "真如镇街道", "长征镇")
_PLACES = ("长寿路", "武宁路", "中山北路", "光复西路", "大渡河路", "兰溪路", "曹杨路", "宜川路")
_NAMES = ("王女士", "李先生", "张阿姨", "陈先生", "周女士", "吴先生")
_MATTERS = (
    ("投诉", "暴露垃圾", "小区门口垃圾两天无人清运，气味很大"),
    ("求助", "井盖缺失", "路边雨水井盖缺失，老人经过很危险"),
    ("投诉", "水域不洁", "河面有成片漂浮物，请尽快打捞"),
    ("举报", "违法搭建", "楼顶正在搭建彩钢板房"),
    ("投诉", "道路不洁", "渣土车带泥上路，路面湿滑"),
    ("建议", "绿地脏乱", "沿河绿地缺少垃圾箱，建议增设"),
    ("投诉", "积存渣土", "人行道上堆着装修垃圾已有一周"),
    ("咨询", "其他", "咨询沿河步道夜间开放时间"),
    ("求助", "河道水质", "支流河水发黑有异味，请核实排口"),
)
_EAST, _NORTH = (121.385, 121.440), (31.228, 31.255)


class Simulator:
    """Answers at the address that the source asks."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        place = urlsplit(str(settings.get("url") or "http://127.0.0.1:9345/orders"))
        self._host, self._port, self._path = place.hostname or "127.0.0.1", place.port or 80, place.path or "/"
        self._cursor_name = str(settings.get("cursor_parameter") or "cursor")
        self._answers = 0

    async def play(self, readings: Readings, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Serve for ever; the readings of stations are nothing that people ring about."""
        app = web.Application()

        async def answer(request: web.Request) -> web.Response:
            body = orjson.dumps(self.answer(request.query.get(self._cursor_name, ""), time.time_ns() // 1_000_000))
            mark = f'"{sha256(body).hexdigest()[:16]}"'
            if request.headers.get("If-None-Match") == mark:
                return web.Response(status=304)
            self._answers += 1
            if self._answers % 2 == 0:  # as old platforms do, without saying so
                body = body.decode("utf-8").encode("gb18030")
            return web.Response(body=body, content_type="application/json", headers={"ETag": mark})

        app.router.add_get(self._path, answer)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
            while True:
                await sleep(3600.0)
        finally:
            await runner.cleanup()

    def answer(self, cursor: str, now_ms: int) -> dict[str, object]:
        """Return the work orders that came in after a cursor, at most a page, and the cursor after them."""
        after_ms = int(cursor) if cursor.isascii() and cursor.isdigit() and len(cursor) < 15 else now_ms - FIRST_MS
        after_ms = max(after_ms, now_ms - FIRST_MS)
        first, last = (after_ms - LATE_MS) // EVERY_MS, now_ms // EVERY_MS
        arrivals = sorted(
            (arrived_ms, number)
            for number in range(first, last + 1)
            for arrived_ms in _arrivals(number)
            if after_ms < arrived_ms <= now_ms
        )[:PAGE]
        rows = [_order(number) for _, number in arrivals]
        following = arrivals[-1][0] if arrivals else after_ms
        return {"code": 200, "msg": "ok", "data": {"rows": rows, "next": str(following)}}


def _arrivals(number: int) -> list[int]:
    """Return when a work order is answered: usually at once, at times late, at times twice."""
    at_ms = number * EVERY_MS
    if number % 7 == 3:
        return [at_ms + LATE_MS]
    return [at_ms, at_ms + LATE_MS] if number % 9 == 4 else [at_ms]


def _order(number: int) -> dict[str, object]:
    chance = random.Random(number)
    at = datetime.fromtimestamp(number * EVERY_MS / 1000, UTC) + timedelta(hours=8)
    kind, subject, words = chance.choice(_MATTERS)
    name, phone = chance.choice(_NAMES), f"139{chance.randrange(10**8):08d}"
    where = f"{chance.choice(_PLACES)}{chance.randrange(1, 900)}号"
    has_place = number % 5 != 0
    return {
        "gdbh": f"PT{at:%Y%m%d}{number % 1440:05d}",
        "slsj": f"{at:%Y-%m-%d %H:%M:%S}",
        "lxr": name,
        "lxdh": phone,
        "gdlx": kind,
        "gdnr": f"【模拟】{words}。联系人：{name}，电话{phone}。",
        "fsdz": f"普陀区{where}",
        "jd": f"{chance.uniform(*_EAST):.6f}" if has_place else chance.choice(("0", "", None)),
        "wd": f"{chance.uniform(*_NORTH):.6f}" if has_place else chance.choice(("0", "", None)),
        "wtfl": subject,
        "jjcd": chance.choices(("一般", "紧急", "特急"), (85, 13, 2))[0],
        "ssjz": chance.choice(_STREETS),
        "gdzt": "受理",
    }
