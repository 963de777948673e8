"""What every store must do with a row that corrects another; each test runs on each store."""

import pytest

from fakes.every_history import HOUR_MS, LEVEL, levels, same
from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.ports.history import History


def test_a_correction_holds_in_every_question(history: History) -> None:
    # given an hour of levels, the last of them of noon
    rows = [reading("up", "water_level", 3.0, NOON_MS + n * MINUTE_MS, source="g") for n in range(-59, 1)]
    history.append(rows)

    # when one of half past eleven is corrected later, and that of noon twice in one batch
    half_ms = NOON_MS - 30 * MINUTE_MS
    history.append([reading("up", "water_level", 6.0, half_ms, source="g", mark="M")])
    history.append([reading("up", "water_level", value, NOON_MS, source="g") for value in (9.0, 4.0)])
    kept = [row for batch in history.rows_between(NOON_MS - HOUR_MS, NOON_MS) for row in batch]
    raw = history.series(LEVEL, NOON_MS - HOUR_MS + 1, NOON_MS)
    mean = history.series(LEVEL, NOON_MS - HOUR_MS + 1, NOON_MS, "hour")

    # then all show the last that was said, once, and the source has three corrections
    assert [(row.value, row.mark) for row in history.as_of(half_ms)] == [(6.0, "M")]
    assert [row.value for row in history.as_of(NOON_MS, ["up"])] == [4.0]
    assert raw.value.tolist() == [3.0] * 29 + [6.0] + [3.0] * 29 + [4.0]
    assert [row.value for row in kept] == raw.value.tolist()
    assert (mean.value.tolist(), mean.high.tolist()) == (pytest.approx([(58 * 3.0 + 6.0 + 4.0) / 60]), [6.0])
    assert dict(history.corrections) == {"g": 3}


@pytest.mark.parametrize(
    "change", [{"quality": "bad"}, {"mark": "D"}, {"value": float("nan"), "quality": "missing"}, {"unit": "cm"}]
)
def test_another_grade_mark_unit_or_none_at_all_is_a_correction(history: History, change: dict[str, object]) -> None:
    # given a value
    history.append(levels(3.0))

    # when it comes again otherwise, twice, and then as it was at first
    changed = reading("up", "water_level", **{"value": 3.0, "event_ms": NOON_MS, **change})  # type: ignore[arg-type]
    history.append([changed])
    history.append([changed])
    shown = list(history.as_of(NOON_MS))
    history.append(levels(3.0))

    # then each change holds until the next
    assert len(shown) == 1
    assert same(shown[0], changed)
    assert list(history.as_of(NOON_MS)) == levels(3.0)
    assert sum(history.corrections.values()) == 2


def test_what_one_source_corrects_another_does_not_undo_by_repeating_itself(history: History) -> None:
    # given the value of a gauge that a person corrected
    gauge, person = ([reading("up", "water_level", v, source=s)] for v, s in ((3.0, "gauge"), (3.5, "person")))
    history.append(gauge)
    history.append(person)

    # when the gauge sends its memory again, and later something new of that moment
    history.append(gauge)
    repeated = [row.value for row in history.as_of(NOON_MS)]
    history.append([reading("up", "water_level", 3.6, source="gauge")])

    # then the repetition changes nothing, the news does
    assert repeated == [3.5]
    assert [row.value for row in history.as_of(NOON_MS)] == [3.6]
    assert dict(history.corrections) == {"person": 1, "gauge": 1}


def test_a_correction_in_another_unit_stands_in_that_unit(history: History) -> None:
    # given levels in metres
    history.append(levels(3.0, 3.1, 3.2))

    # when one in the middle is corrected in centimetres, and then the last
    history.append([reading("up", "water_level", 311.0, NOON_MS + MINUTE_MS, unit="cm")])
    middle = history.series(LEVEL, 0, 2 * NOON_MS)
    history.append([reading("up", "water_level", 322.0, NOON_MS + 2 * MINUTE_MS, unit="cm")])
    last = history.series(LEVEL, 0, 2 * NOON_MS)

    # then a series has the unit of its last row, and only what stands in it
    assert (middle.unit, middle.value.tolist()) == ("m", [3.0, 3.2])
    assert (last.unit, last.value.tolist()) == ("cm", [311.0, 322.0])


def test_a_correction_is_forgotten_with_its_row(history: History) -> None:
    # given a corrected row and a later one
    history.append([*levels(3.0), *levels(4.0)])
    history.append([reading("up", "water_level", 5.0, NOON_MS + HOUR_MS)])

    # when the first is removed, and comes again as it was at first
    removed = history.forget_before(NOON_MS + HOUR_MS)
    history.append(levels(3.0))

    # then it is new
    assert removed == 1
    assert history.series(LEVEL, 0, 2 * NOON_MS).value.tolist() == [3.0, 5.0]
