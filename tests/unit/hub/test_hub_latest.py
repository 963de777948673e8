"""Latest values in columns: the newest wins, and who asks hears what changed since."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sanping.domain.observation import Observation
from sanping.hub.latest import LatestTable

NOW_MS = 1_790_000_000_000


def row(station: str, value: float, event_ms: int = NOW_MS, **more: object) -> Observation:
    fields = {"quantity": "water_level", "unit": "m", "received_ms": NOW_MS, **more}
    return Observation(station=station, value=value, event_ms=event_ms, **fields)  # type: ignore[arg-type]


def values(table: LatestTable) -> dict[str, float]:
    return {found.station: found.value for found in table.observations()}


def test_the_newest_event_wins_within_a_batch_and_between_batches() -> None:
    # given a table
    table = LatestTable()

    # when values come out of order
    table.take([row("S1", 2.0, NOW_MS - 1), row("S1", 3.0, NOW_MS - 3), row("S2", 9.0, NOW_MS - 5)])
    changed = table.take([row("S1", 1.0, NOW_MS - 2), row("S2", 8.0, NOW_MS - 4)])

    # then each series shows its newest, and only what was newer counts as changed
    assert values(table) == {"S1": 2.0, "S2": 8.0}
    assert changed.tolist() == [1]


def test_means_of_two_periods_do_not_displace_one_another() -> None:
    # given the means of ten minutes and of an hour that end together
    table = LatestTable()

    # when they come in one batch, and the shorter once more
    table.take([row("S1", value, statistic="avg", period_s=period_s) for value, period_s in ((3.2, 600), (2.9, 3600))])
    table.take([row("S1", 3.3, NOW_MS + 600_000, statistic="avg", period_s=600)])

    # then both are known, each under its period
    assert {(found.period_s, found.value) for found in table.observations()} == {(600, 3.3), (3600, 2.9)}
    assert [name.period_s for name in table.directory] == [600, 3600]


def test_what_changed_since_a_revision_is_told_with_its_directory() -> None:
    # given a table in two revisions
    table = LatestTable()
    table.take([row("S1", 1.0), row("S2", 2.0)])
    first = table.revision
    table.take([row("S2", 2.5, NOW_MS + 1), row("S3", 3.0, quality="suspect", mark="T", origin="late")])

    # when it is asked what came after the first
    changed = table.changed_since(first)
    rows, names = table.rows(changed), table.named_since(first, changed)

    # then it tells the values of two series, and the name of the one that is new
    assert rows == [
        (1, 2.5, NOW_MS + 1, NOW_MS, "good", "live", False, ""),
        (2, 3.0, NOW_MS, NOW_MS, "suspect", "late", False, "T"),
    ]
    assert [name.station for name in names] == ["S3"]
    assert table.changed_since(first, np.array([True, True, False])).tolist() == [1]


def test_a_value_from_the_future_does_not_hide_the_present() -> None:
    # given a device whose clock is an hour fast
    table = LatestTable()
    table.take([row("S1", 9.0, NOW_MS + 3_600_000)])

    # when another reports the present
    table.take([row("S1", 2.0)])

    # then the present is shown
    assert values(table) == {"S1": 2.0}


def test_a_series_whose_source_changes_is_named_anew() -> None:
    # given a series of one source
    table = LatestTable()
    table.take([row("S1", 1.0, source="a")])
    first = table.revision

    # when another source takes over
    changed = table.take([row("S1", 1.1, NOW_MS + 1, source="b")])

    # then the directory says so again, under the same index
    assert [(name.index, name.source) for name in table.named_since(first, changed)] == [(0, "b")]


def test_a_missing_value_is_none_on_the_wire_and_nan_here() -> None:
    # given a series without a value
    table = LatestTable()
    table.take([row("S1", math.nan, quality="missing")])

    # when it is told
    (told,) = table.rows(table.changed_since(-1))
    (kept,) = table.observations()

    # then it is None, and NaN
    assert told[1] is None
    assert math.isnan(kept.value)
    assert kept.quality == "missing"


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 5), st.floats(-9, 9)), max_size=60), st.integers(1, 9))
def test_the_table_is_what_a_dictionary_would_be(said: list[tuple[int, int, float]], size: int) -> None:
    # given any values of any series, in any order, in batches
    table, plain = LatestTable(), dict[str, tuple[int, float]]()
    for start in range(0, len(said), size):
        batch = said[start : start + size]
        table.take([row(f"S{station}", value, NOW_MS + when) for station, when, value in batch])
        for station, when, value in batch:
            if plain.get(f"S{station}", (-1, 0.0))[0] <= when:
                plain[f"S{station}"] = (when, value)

    # when both are read

    # then they agree
    assert values(table) == {station: value for station, (_, value) in plain.items()}


def test_the_table_grows() -> None:
    # given more series than there was room for at first
    table = LatestTable()

    # when they come
    table.take([row(f"S{number}", float(number)) for number in range(5000)])

    # then all are there
    assert len(table) == 5000
    assert values(table)["S4999"] == 4999.0
