"""Replay of recordings and tables."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.adapters.replay.decode import batches
from sanping.adapters.replay.simulator import Simulator
from sanping.adapters.replay.source import Source
from sanping.domain.errors import FrameBroken, SourceFailed, SourceRefused
from sanping.domain.observation import Observation
from sanping.storage.recording import About, write_recording

TABLE = "station,quantity,time,value\nS1,water_level,2026-06-12 12:01:00,3.1\nS1,water_level,2026-06-12 12:00:00,3.0\n"


class World:
    """A clock that runs only while the source sleeps."""

    def __init__(self, until_s: float = 1e9) -> None:
        self.delivered: list[tuple[int, Observation]] = []
        self.now = 0
        self.said: list[str] = []
        self._until_ms = until_s * 1000

    def now_ms(self) -> int:
        return self.now

    def say(self, state: str, why: object) -> None:
        self.said.append(str(why))

    def count(self, what: str, times: int = 1, detail: object = None) -> None: ...

    async def sleep(self, seconds: float) -> None:
        self.now += int(seconds * 1000)
        if seconds >= 3600 or self.now >= self._until_ms:
            raise asyncio.CancelledError

    async def deliver(self, observations: Sequence[Observation]) -> None:
        self.delivered.extend((self.now, row) for row in observations)


def played(path: Path, until_s: float = 1e9, **settings: object) -> World:
    world = World(until_s)

    async def to_the_end() -> None:
        with pytest.raises(asyncio.CancelledError):
            await Source({"path": str(path), **settings}).run(world)  # type: ignore[arg-type]

    asyncio.run(to_the_end())
    return world


def recording(folder: Path) -> Path:
    path = folder / "river.sprec"
    rows = [reading("S1", "water_level", 3.0 + n / 10, NOON_MS + n * MINUTE_MS, is_simulated=True) for n in range(4)]
    about = About(twin="suhe", title_zh="河", title_en="river", from_ms=NOON_MS, to_ms=NOON_MS + 3 * MINUTE_MS)
    write_recording(path, about, [rows], [])
    return path


def test_a_recording_is_played_at_its_pace_times_the_speed(tmp_path: Path) -> None:
    # given a recording of three minutes
    path = recording(tmp_path)

    # when it is played sixty times as fast
    world = played(path, speed=60)

    # then a minute takes a second, times stay as they were, and each value says that it is a replay
    assert [round(at / 1000) for at, _ in world.delivered] == [0, 1, 2, 3]
    assert [row.event_ms for _, row in world.delivered] == [NOON_MS + n * MINUTE_MS for n in range(4)]
    assert {row.origin for _, row in world.delivered} == {"replay"}
    assert all(row.is_simulated for _, row in world.delivered)
    assert world.said[-1] == "回放完毕，共 4 个值"


def test_times_can_be_moved_to_the_present(tmp_path: Path) -> None:
    # given a recording
    path = recording(tmp_path)

    # when it is played as if it were now, at ten times the speed
    world = played(path, speed=10, times="now")

    # then each value is of the moment when it comes
    assert [row.event_ms for _, row in world.delivered] == [n * MINUTE_MS // 10 for n in range(4)]


def test_a_replay_may_go_on_for_ever(tmp_path: Path) -> None:
    # given a recording of three minutes, played over and over
    # when ten seconds pass at sixty times the speed
    world = played(recording(tmp_path), until_s=10, speed=60, repeats=True)

    # then it was played three times
    assert len(world.delivered) in (12, 13)


def test_a_table_is_put_into_the_order_of_time(tmp_path: Path) -> None:
    # given a CSV file that is not in order, in UTF-8 and in GBK
    for encoding in ("utf-8-sig", "gbk"):
        path = tmp_path / f"{encoding}.csv"
        path.write_text(TABLE + "站,flow,2026-06-12 12:02:00,\n", encoding=encoding)

        # when it is read
        rows = [row for batch in batches(path) for row in batch]

        # then it is in order, and an empty cell is a missing value
        assert [row.value for row in rows[:2]] == [3.0, 3.1]
        assert (rows[2].station, rows[2].quality) == ("站", "missing")


def test_any_table_of_columns_will_do(tmp_path: Path) -> None:
    # given a Parquet file with only what is needed
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"station": ["a"], "quantity": ["flow"], "event_ms": [NOON_MS], "value": [1.5]}), path)

    # when it is read
    rows = [row for batch in batches(path) for row in batch]

    # then the rest is as usual
    assert [(row.station, row.unit, row.origin) for row in rows] == [("a", "m³/s", "replay")]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "缺少列"),
        ("a.csv", b"station,quantity,time,value\n", "没有任何"),
        ("a.csv", b"station,quantity,time,value\na,b,soon,1\n", "第 2 行"),
        ("a.csv", b"station,quantity,time,value\na,b,1781236800,x\n", "第 2 行"),
        ("a.parquet", b"PAR1 nonsense PAR1", "无法读取"),
        ("a.sprec", b"PK\x03\x04 nonsense", "无法读取"),
    ],
)
def test_a_file_that_cannot_be_played_says_why(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    # given a file with a fault
    path = tmp_path / name
    path.write_bytes(content)

    # when it is played
    # then a person is told
    with pytest.raises(SourceRefused, match=said):
        asyncio.run(Source({"path": str(path)}).run(World()))  # type: ignore[arg-type]


def test_a_file_that_is_not_there_is_waited_for(tmp_path: Path) -> None:
    # given no file yet
    # when it is played
    # then the hub is asked to try again
    with pytest.raises(SourceFailed, match="不存在"):
        asyncio.run(Source({"path": str(tmp_path / "soon.sprec")}).run(World()))  # type: ignore[arg-type]


def test_nothing_of_a_damaged_recording_is_used(tmp_path: Path) -> None:
    # given a recording with a byte changed among its values
    path = recording(tmp_path)
    content = bytearray(path.read_bytes())
    at = content.index(b"PAR1") + 40
    content[at] ^= 0xFF
    path.write_bytes(content)

    # when it is played
    # then it is refused before the first value
    with pytest.raises(FrameBroken):
        next(batches(path))


def test_a_file_must_be_named_and_a_test_says_what_it_holds(tmp_path: Path) -> None:
    # given no file, and a recording
    # when they are tried
    with pytest.raises(SourceRefused, match="录像文件"):
        Source({})
    said = asyncio.run(Source({"path": str(recording(tmp_path))}).test(World()))  # type: ignore[arg-type]

    # then the second is described
    assert "4 个值" in said.zh


def test_the_simulated_recording_can_be_played(tmp_path: Path) -> None:
    # given a recording of invented readings
    class Invented:
        def stations(self) -> Sequence[str]:
            return ("a", "b")

        def at(self, address: str, now_ms: int) -> Mapping[str, float]:
            return {"water_level": 3.0}

    path = tmp_path / "r.csv"
    Simulator({"path": str(path)}).write(Invented(), NOON_MS)

    # when it is played as fast as can be
    world = played(path, speed=100_000)

    # then an hour of two stations was delivered
    assert len(world.delivered) == 120
