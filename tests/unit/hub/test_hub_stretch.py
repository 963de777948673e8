"""sanping.hub.stretch: a long span of history, read turn by turn."""

import pytest

from fakes.plain_history import PlainHistory
from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.hub.stretch import stretch

END_MS = NOON_MS + 9 * MINUTE_MS


@pytest.mark.parametrize("most", [1, 3, 4, 7, 20, 100])
def test_turns_of_any_length_give_every_row_once_and_cut_no_moment(most: int) -> None:
    # given ten minutes in which three stations speak each minute
    history = PlainHistory()
    rows = [
        reading(name, "water_level", minute, NOON_MS + minute * MINUTE_MS)
        for minute in range(10)
        for name in ("a", "b", "c")
    ]
    history.append(rows)

    # when all of it is read in turns
    found, at_ms, turns = [], NOON_MS, []
    while at_ms <= END_MS:
        part, until_ms = stretch(history, from_ms=at_ms, to_ms=END_MS, most=most)
        found += part
        turns.append(part)
        at_ms = until_ms + 1

    # then nothing is missing or twice, and each moment lies within one turn
    assert sorted((row.event_ms, row.station) for row in found) == sorted((row.event_ms, row.station) for row in rows)
    moments = [{row.event_ms for row in part} for part in turns]
    assert sum(map(len, moments)) == 10
    assert all(len(part) < most + 3 for part in turns)
