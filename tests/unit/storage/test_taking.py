"""sanping.storage.taking: recordings and tables from whoever remembers."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.domain.errors import Cancelled
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.event_log import Event
from sanping.ports.past import Stretch
from sanping.ports.progress import SilentProgress
from sanping.storage.exports import read_parquet
from sanping.storage.recorded_past import RecordedPast
from sanping.storage.recording import About, Recording
from sanping.storage.taking import take_recording, take_table

ROWS = [
    reading(station, "water_level", n / 4, NOON_MS + n * MINUTE_MS) for n in range(120) for station in ("up", "down")
]
SPAN = (NOON_MS + 30 * MINUTE_MS, NOON_MS + 60 * MINUTE_MS)
ABOUT = About(twin="t", title_zh="河", title_en="creek", from_ms=SPAN[0], to_ms=SPAN[1], is_simulated=True)


class Memory:
    """A past in RAM that gives at most ten rows at once."""

    def span(self) -> tuple[int, int]:
        return ROWS[0].event_ms, ROWS[-1].event_ms

    def as_of(self, moment_ms: int) -> Sequence[Observation]:
        return tuple({row.station: row for row in ROWS if row.event_ms <= moment_ms}.values())

    def rows(self, from_ms: int, to_ms: int) -> Stretch:
        found = [row for row in ROWS if from_ms <= row.event_ms <= to_ms]
        return (
            Stretch(rows=found, to_ms=to_ms) if len(found) <= 10 else Stretch(rows=found[:10], to_ms=found[9].event_ms)
        )

    def events(self, from_ms: int, to_ms: int, kinds: Sequence[str]) -> Sequence[Event]:
        kept = [
            Event(seq=n, time_ms=NOON_MS + n * MINUTE_MS, kind=kind, body=msgspec.json.encode({"station": station}))
            for n, (kind, station) in enumerate([("alarm", "up"), ("alarm", "down"), ("camera", "")])
        ]
        return [event for event in kept if event.kind in kinds and from_ms <= event.time_ms <= to_ms]


def test_a_recording_begins_with_what_was_known_and_is_whole(tmp_path: Path) -> None:
    # given two hours that are remembered
    # when half an hour is recorded and opened again
    count = take_recording(tmp_path / "a.sprec", ABOUT, Memory(), SilentProgress())
    past = RecordedPast(Recording(tmp_path / "a.sprec"))

    # then its first moment, its stretch and the events before it are those of the memory
    try:
        assert count == 2 + 62
        for moment_ms in (SPAN[0], SPAN[0] + 1, SPAN[1]):
            assert {row.station: row.value for row in past.as_of(moment_ms)} == {
                row.station: row.value for row in Memory().as_of(moment_ms)
            }
        assert list(past.rows(*SPAN).rows) == [row for row in ROWS if SPAN[0] <= row.event_ms <= SPAN[1]]
        assert [event.kind for event in past.events(0, SPAN[1], ("alarm", "camera"))] == ["alarm", "alarm", "camera"]
    finally:
        past.close()


def test_some_stations_without_camera_are_recorded_alone(tmp_path: Path) -> None:
    # given the same memory
    # when one station is recorded
    take_recording(
        tmp_path / "a.sprec", ABOUT, Memory(), SilentProgress(), stations=frozenset({"up"}), kinds=("alarm",)
    )

    # then nothing of the other is in the file
    with Recording(tmp_path / "a.sprec") as recording:
        assert {row.station for row in recording.observations()} == {"up"}
        assert [event.kind for event in recording.events()] == ["alarm"]


def test_a_table_of_chosen_stations_is_read_back(tmp_path: Path) -> None:
    # given the same memory
    # when it is kept as Parquet and as CSV
    counts = [
        take_table(tmp_path / name, Memory(), SPAN, SilentProgress(), frozenset({"down"}))
        for name in ("a.parquet", "a.csv")
    ]

    # then both hold the station's half hour
    rows = [row for batch in read_parquet(tmp_path / "a.parquet") for row in batch]
    assert counts == [31, 31]
    assert rows == [row for row in ROWS if row.station == "down" and SPAN[0] <= row.event_ms <= SPAN[1]]
    assert len((tmp_path / "a.csv").read_text("utf-8-sig").splitlines()) == 32


def test_a_stopped_recording_leaves_nothing(tmp_path: Path) -> None:
    # given a person who stops at the first report
    class Stopping:
        def report(self, fraction: float, doing: Text) -> None:
            raise Cancelled(doing)

    # when a recording is taken
    with pytest.raises(Cancelled):
        take_recording(tmp_path / "a.sprec", ABOUT, Memory(), Stopping())

    # then there is no file
    assert list(tmp_path.iterdir()) == []
