"""What every store of observations must do; each test runs on each store."""

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.every_history import HOUR_MS, LEVEL, levels, same
from fakes.plain_history import PlainHistory
from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.ports.history import History, SeriesKey


def test_what_was_written_is_read_back_whole(history: History) -> None:
    # given an observation with every field set, and a missing value
    full = reading(
        "up", "ammonia_nitrogen", 0.86, statistic="avg", period_s=3600, quality="suspect", mark="T", origin="late",
        is_simulated=True, source="quality", received_ms=NOON_MS + 7,
    )  # fmt: skip
    missing = reading("up", "water_level", float("nan"), quality="missing")

    # when they are written and asked for
    history.append([full, missing])
    found = history.as_of(NOON_MS)

    # then nothing is lost
    assert len(found) == 2
    assert all(any(same(row, written) for row in found) for written in (full, missing))


def test_the_same_row_again_changes_nothing(history: History) -> None:
    # given rows, one of them missing
    missing = reading("up", "water_level", float("nan"), NOON_MS - MINUTE_MS, quality="missing")
    history.append([missing, *levels(3.0, 3.1)])

    # when they come again, alone, received later, and twice in one batch with a new one
    history.append(levels(3.0, received_ms=NOON_MS + HOUR_MS))
    history.append([missing, *levels(3.0, 3.1, 3.2), *levels(3.0, 3.1, 3.2)])

    # then each is there once, and nothing counts as a correction
    assert history.series(LEVEL, NOON_MS, NOON_MS * 2).value.tolist() == [3.0, 3.1, 3.2]
    assert [row.received_ms for row in history.as_of(NOON_MS)] == [levels(3.0)[0].received_ms]
    assert sum(len(batch) for batch in history.rows_between(0, 2 * NOON_MS)) == 4
    assert not history.corrections


def test_late_rows_take_their_place_in_time(history: History) -> None:
    # given a row of noon
    history.append(levels(3.0))

    # when one of an hour before comes later, twice
    late = reading("up", "water_level", 2.5, NOON_MS - HOUR_MS, origin="late")
    history.append([late])
    history.append([late])

    # then the latest is still that of noon, and the past is complete
    assert [row.value for row in history.as_of(NOON_MS)] == [3.0]
    assert [row.value for row in history.as_of(NOON_MS - 1)] == [2.5]
    assert history.series(LEVEL, 0, NOON_MS).value.tolist() == [2.5, 3.0]


def test_any_moment_shows_what_was_true_then(history: History) -> None:
    # given two stations, one of which fell silent days ago
    history.append(levels(3.0, 3.1, 3.2))
    history.append([reading("old", "water_level", 1.5, NOON_MS - 9 * 24 * HOUR_MS)])

    # when moments before, within and after are asked for
    before = history.as_of(NOON_MS - 10 * 24 * HOUR_MS)
    within = history.as_of(NOON_MS + MINUTE_MS)
    only = history.as_of(NOON_MS + HOUR_MS, ["old", "nowhere"])

    # then each shows the latest up to it, however old
    assert list(before) == []
    assert {(row.station, row.value) for row in within} == {("up", 3.1), ("old", 1.5)}
    assert [row.station for row in only] == ["old"]


def test_statistics_of_one_quantity_are_series_of_their_own(history: History) -> None:
    # given the lowest, mean and highest of an hour
    history.append(
        [reading("up", "water_level", v, statistic=s) for s, v in (("min", 1.0), ("avg", 2.0), ("max", 3.0))]
    )

    # when each is asked for
    found = [
        history.series(SeriesKey(station="up", quantity="water_level", statistic=s), 0, NOON_MS).value.tolist()
        for s in ("min", "avg", "max", "instant")
    ]

    # then none hides another
    assert found == [[1.0], [2.0], [3.0], []]


def test_means_of_two_periods_that_end_together_are_both_kept(history: History) -> None:
    # given the mean of ten minutes and that of the hour, which end at noon, in one batch, and both again
    ten = reading("up", "water_level", 3.2, statistic="avg", period_s=600)
    hour = reading("up", "water_level", 2.9, statistic="avg", period_s=3600)
    history.append([ten, hour])
    history.append([hour])
    history.append([ten])

    # when the moment, each series, and all rows of the span are asked for
    found = [
        history.series(SeriesKey(station="up", quantity="water_level", statistic="avg", period_s=p), 0, NOON_MS)
        for p in (600, 3600, 0)
    ]
    kept = [row for batch in history.rows_between(NOON_MS, NOON_MS) for row in batch]

    # then neither hides the other, and none is there twice
    assert [series.value.tolist() for series in found] == [[3.2], [2.9], []]
    assert {(row.period_s, row.value) for row in history.as_of(NOON_MS)} == {(600, 3.2), (3600, 2.9)}
    assert sorted((row.period_s, row.value) for row in kept) == [(600, 3.2), (3600, 2.9)]


def test_a_late_mean_of_another_period_is_no_double(history: History) -> None:
    # given ten-minute means up to noon
    history.append(
        [
            reading("up", "water_level", float(n), NOON_MS + n * 10 * MINUTE_MS, statistic="avg", period_s=600)
            for n in range(-6, 1)
        ]
    )

    # when the hourly mean of eleven o'clock comes late
    late = reading("up", "water_level", 9.0, NOON_MS - HOUR_MS, statistic="avg", period_s=3600, origin="late")
    history.append([late])

    # then it stands beside the ten-minute mean of the same moment
    assert {(row.period_s, row.value) for row in history.as_of(NOON_MS - HOUR_MS)} == {(600, -6.0), (3600, 9.0)}


def test_means_end_at_their_step_and_leave_out_what_cannot_be_trusted(history: History) -> None:
    # given ten minutes of levels, one missing, one of a faulty gauge, one suspect
    rows = levels(*[2.0] * 5, *[4.0] * 5)
    rows += [
        reading("up", "water_level", float("nan"), NOON_MS + 30_000, quality="missing"),
        reading("up", "water_level", 99.0, NOON_MS + 40_000, quality="bad"),
        reading("up", "water_level", 5.0, NOON_MS + 9 * MINUTE_MS + 1, quality="suspect"),
    ]
    history.append(rows)

    # when five-minute, hourly and daily means are asked for
    five = history.series(LEVEL, NOON_MS, NOON_MS + HOUR_MS, "5min")
    hour = history.series(LEVEL, NOON_MS, NOON_MS + HOUR_MS, "hour")
    day = history.series(LEVEL, 0, NOON_MS + HOUR_MS, "day")

    # then a value on a step's end belongs to it, and what is suspect is said to be
    assert five.event_ms.tolist() == [NOON_MS, NOON_MS + 5 * MINUTE_MS, NOON_MS + 10 * MINUTE_MS]
    assert five.value.tolist() == pytest.approx([2.0, (4 * 2.0 + 4.0) / 5, (4 * 4.0 + 5.0) / 5])
    assert five.low.tolist() == [2.0, 2.0, 4.0]
    assert five.high.tolist() == [2.0, 4.0, 5.0]
    assert five.quality == ("good", "good", "suspect")
    assert hour.value.tolist() == pytest.approx([2.0, (4 * 2.0 + 5 * 4.0 + 5.0) / 10])
    assert day.event_ms.tolist() == [NOON_MS + 12 * HOUR_MS - (NOON_MS + 8 * HOUR_MS) % (24 * HOUR_MS) + 12 * HOUR_MS]
    assert five.unit == "m"


def test_an_empty_history_says_so(history: History) -> None:
    # given nothing
    # when it is asked
    found = (history.span(), list(history.as_of(NOON_MS)), history.series(LEVEL, 0, NOON_MS).value.tolist())

    # then there is nothing, and nothing breaks
    assert found == ((0, 0), [], [])
    assert history.append([]) > 0


def test_the_span_covers_everything(history: History) -> None:
    # given rows of three hours and a late one
    history.append(levels(3.0, 3.1))
    history.append([reading("up", "water_level", 2.0, NOON_MS - HOUR_MS)])

    # when the span is asked for
    # then it reaches from the late one to the last
    assert history.span() == (NOON_MS - HOUR_MS, NOON_MS + MINUTE_MS)


def test_values_of_two_units_are_never_mixed(history: History) -> None:
    # given a series whose source changed from metres to centimetres
    history.append(levels(3.0, 3.1))
    history.append([reading("up", "water_level", 312.0, NOON_MS + 2 * MINUTE_MS, unit="cm")])

    # when the past and the present are asked for
    past = history.series(LEVEL, 0, NOON_MS + MINUTE_MS)
    whole = history.series(LEVEL, 0, 2 * NOON_MS)

    # then every value stands in its own unit
    assert (past.unit, past.value.tolist()) == ("m", [3.0, 3.1])
    assert (whole.unit, whole.value.tolist()) == ("cm", [312.0])
    assert [(row.value, row.unit) for row in history.as_of(NOON_MS + MINUTE_MS)] == [(3.1, "m")]
    assert [(row.value, row.unit) for row in history.as_of(NOON_MS + HOUR_MS)] == [(312.0, "cm")]


def test_a_span_is_read_in_the_order_of_time(history: History) -> None:
    # given rows that came out of order
    history.append(levels(3.0, 3.1, 3.2))
    history.append([reading("down", "flow", 7.0, NOON_MS + MINUTE_MS // 2)])

    # when a part of them is read whole
    found = [row.value for batch in history.rows_between(NOON_MS, NOON_MS + MINUTE_MS) for row in batch]

    # then they stand by their time, both ends included
    assert found == [3.0, 7.0, 3.1]
    assert list(history.rows_between(0, NOON_MS - 1)) == []


def test_a_reader_of_a_long_span_may_stop_and_rows_may_come_in_between(history: History) -> None:
    # given dense minutes, an empty month, and rows behind it
    month_ms = 30 * 24 * HOUR_MS
    dense = [reading(f"s{n}", "flow", float(n), NOON_MS + n % 4 * MINUTE_MS) for n in range(90_000)]
    history.append(dense)
    history.append([reading("up", "water_level", 1.0, NOON_MS + month_ms)])

    # when the first batch is taken, a row is written, and the rest is taken
    batches = iter(history.rows_between(0, 2 * NOON_MS))
    first = list(next(batches))
    history.append([reading("up", "water_level", 2.0, NOON_MS + month_ms + 1)])
    rest = [row for batch in batches for row in batch]

    # then everything that was there comes in order, and once
    times = [row.event_ms for row in first + rest]
    assert times == sorted(times)
    assert [row.value for row in first + rest if row.station == "up"][:1] == [1.0]
    assert len({(row.station, row.event_ms) for row in first + rest if row.station != "up"}) == 90_000
    assert sum(row.station != "up" for row in first + rest) == 90_000


def test_what_is_too_old_is_forgotten_and_may_come_again(history: History) -> None:
    # given rows of three days
    history.append([reading("up", "water_level", float(day), NOON_MS + day * 24 * HOUR_MS) for day in range(3)])

    # when all before the third is removed, and one of the removed comes again
    removed = history.forget_before(NOON_MS + 2 * 24 * HOUR_MS)
    left = history.series(LEVEL, 0, 2 * NOON_MS).value.tolist()
    history.append([reading("up", "water_level", 5.0, NOON_MS)])

    # then it is taken as new
    assert (removed, left) == (2, [2.0])
    assert history.series(LEVEL, 0, 2 * NOON_MS).value.tolist() == [5.0, 2.0]
    assert history.span() == (NOON_MS, NOON_MS + 2 * 24 * HOUR_MS)


_ROW = st.tuples(
    st.sampled_from("ab"), st.sampled_from([600, 3600]),
    st.one_of(st.integers(0, 40), st.integers(0, 100).map(lambda day: day * 1440)),
    st.sampled_from([0.5, 1.0, 2.5, float("nan")]), st.sampled_from(["m", "m", "m", "cm"]), st.sampled_from("gh"),
    st.sampled_from(["good", "good", "suspect", "bad"]),
)  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=st.lists(st.tuples(st.lists(_ROW, max_size=12), st.booleans()), max_size=6),
    moment=st.one_of(st.integers(-1, 41), st.integers(0, 100 * 1440)),
)
def test_every_store_agrees_with_plain_lists(
    opening: Callable[[], Callable[[], History]], batches: list[tuple[list[Any], bool]], moment: int
) -> None:
    # given any batches of rows with doubles, corrections and late ones, minutes or months apart
    open_again = opening()
    plain, store = PlainHistory(), open_again()

    # when both are given them, and one is closed and opened now and then
    for batch, is_opened_anew in batches:
        rows = [
            reading(
                station,
                "water_level",
                value,
                NOON_MS + at * MINUTE_MS,
                statistic="avg",
                period_s=period_s,
                unit=unit,
                source=source,
                quality=quality,
            )
            for station, period_s, at, value, unit, source, quality in batch
        ]
        plain.append(rows)
        store.append(rows)
        if is_opened_anew:
            store.close()
            store = open_again()

    # then they agree on every moment and on all time, and again when the past is forgotten
    asked_ms = NOON_MS + moment * MINUTE_MS
    assert_same(plain, store, asked_ms)
    assert plain.forget_before(asked_ms) == store.forget_before(asked_ms)
    for later_ms in (asked_ms, asked_ms + 3 * 24 * HOUR_MS, NOON_MS + 200 * 24 * HOUR_MS):
        assert_same(plain, store, later_ms)
    store.close()


def assert_same(plain: PlainHistory, asked: History, asked_ms: int) -> None:
    assert {repr(row) for row in plain.as_of(asked_ms)} == {repr(row) for row in asked.as_of(asked_ms)}
    kept = [sorted(repr(row) for batch in store.rows_between(0, asked_ms) for row in batch) for store in (plain, asked)]
    assert kept[0] == kept[1]
    for station, period_s, step in itertools.product("ab", (600, 3600), ("raw", "hour")):
        key = SeriesKey(station=station, quantity="water_level", statistic="avg", period_s=period_s)
        ours, theirs = (store.series(key, 0, asked_ms, step) for store in (plain, asked))  # type: ignore[arg-type]
        assert ours.quality == theirs.quality
        assert ours.unit == theirs.unit or not ours.quality
        assert np.allclose(ours.value, theirs.value, equal_nan=True)
    assert plain.span() == asked.span()
