"""sanping.storage.recorded_past: a recording answers what a hub would."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.domain.observation import Observation
from sanping.ports.event_log import Event
from sanping.ports.history import SeriesKey
from sanping.storage import recorded_past
from sanping.storage.recorded_past import RecordedPast
from sanping.storage.recording import About, Recording, write_recording

END_MS = NOON_MS + 300 * MINUTE_MS
ABOUT = About(twin="creek", title_zh="河", title_en="creek", from_ms=NOON_MS, to_ms=END_MS)


def observations() -> list[Observation]:
    """Two stations; one speaks each minute, the other once before the recording begins."""
    early = reading("down", "water_level", 9.0, NOON_MS - 60 * MINUTE_MS)
    return [early, *(reading("up", "water_level", n / 8, NOON_MS + n * MINUTE_MS) for n in range(300))]


@pytest.fixture
def past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordedPast]:
    monkeypatch.setattr(recorded_past, "KEY_FRAME_ROWS", 50)
    monkeypatch.setattr(recorded_past, "MOST_ROWS", 40)
    events = [Event(seq=n + 1, time_ms=NOON_MS + n * MINUTE_MS, kind=("alarm", "camera")[n % 2], body=b"{}") for n in
              range(6)]  # fmt: skip
    write_recording(tmp_path / "a.sprec", ABOUT, [observations()], events)
    found = RecordedPast(Recording(tmp_path / "a.sprec"))
    yield found
    found.close()


@pytest.mark.parametrize("minute", [0, 1, 49, 50, 51, 149, 299, 9999])
def test_values_as_of_any_moment_are_those_of_all_rows_before(past: RecordedPast, minute: int) -> None:
    # given a recording with a value before its beginning
    at_ms = NOON_MS + minute * MINUTE_MS

    # when the values as of a moment are asked for
    found = {row.station: row.value for row in past.as_of(at_ms)}

    # then they are what was known then
    assert found == {"down": 9.0, "up": min(minute, 299) / 8}


def test_means_of_two_periods_are_both_recalled(tmp_path: Path) -> None:
    # given a recording with the means of ten minutes and of an hour that end at noon
    rows = [reading("up", "water_level", v, statistic="avg", period_s=p) for v, p in ((3.2, 600), (2.9, 3600))]
    write_recording(tmp_path / "a.sprec", ABOUT, [rows], [])
    past = RecordedPast(Recording(tmp_path / "a.sprec"))

    # when the values as of noon are asked for
    found = {(row.period_s, row.value) for row in past.as_of(NOON_MS)}

    # then neither hides the other
    assert found == {(600, 3.2), (3600, 2.9)}
    past.close()


def test_a_long_stretch_comes_in_parts_that_join(past: RecordedPast) -> None:
    # given more rows than are given at once
    rows, from_ms, parts = [], NOON_MS, 0
    while from_ms <= END_MS:
        # when part after part is asked for
        stretch = past.rows(from_ms, END_MS)
        rows += stretch.rows
        from_ms, parts = stretch.to_ms + 1, parts + 1

    # then nothing is missing and nothing is twice
    assert rows == observations()[1:]
    assert parts > 5


def test_one_series_is_given_as_it_was_measured(past: RecordedPast) -> None:
    # given a recording of two stations
    # when ten minutes of one are asked for, and of one that is not in it
    found = past.series(SeriesKey(station="up", quantity="water_level"), NOON_MS, NOON_MS + 10 * MINUTE_MS)
    none = past.series(SeriesKey(station="else", quantity="water_level"), NOON_MS, NOON_MS + 10 * MINUTE_MS)

    # then its values come with their unit
    assert found.value.tolist() == [n / 8 for n in range(11)]
    assert found.event_ms.tolist() == [NOON_MS + n * MINUTE_MS for n in range(11)]
    assert (found.unit, set(found.quality)) == ("m", {"good"})
    assert len(none.value) == 0


def test_events_are_chosen_by_kind(past: RecordedPast) -> None:
    # given events of two kinds
    # when one is asked for within a span
    found = past.events(NOON_MS, NOON_MS + 4 * MINUTE_MS, ("camera",))

    # then only those come
    assert [event.time_ms for event in found] == [NOON_MS + MINUTE_MS, NOON_MS + 3 * MINUTE_MS]
    assert past.span() == (NOON_MS, END_MS)
