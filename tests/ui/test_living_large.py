"""What lives on the desk with very many stations: resolved in pieces, and again only where something changed."""

import gc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from fakes.small_river import MINUTE_MS, NOON_MS, gauge, reading, small_river
from sanping.twin.live import LiveState, with_observations
from sanping.twin.river_view import PIECE, river_view

pytestmark = pytest.mark.gui
COUNT = 4 * PIECE
PART = small_river(*(gauge(f"S{n}", 4.0 * n) for n in range(COUNT)))
FIRST = with_observations(LiveState(is_linked=True), [reading(f"S{n}", "water_level", 3.0) for n in range(COUNT)])


class Followed:
    """A desk's living part, what it shows, and how often other events had their turn before that."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer

        from sanping.ui.live.living import Living, no_hub

        self.living = Living(no_hub, lambda: datetime.fromtimestamp((NOON_MS + MINUTE_MS) / 1000, UTC))
        self.living.part = PART
        self.turns, self.turns_before = 0, []
        self.views: list[Any] = []
        self.living.view_changed.connect(self._take)
        self._other = QTimer(self.living)
        self._other.timeout.connect(self._turn)
        self._other.start(0)

    def _turn(self) -> None:
        self.turns += 1

    def _take(self, view: Any) -> None:
        self.views.append(view)
        self.turns_before.append(self.turns)

    def end(self) -> None:
        self._other.stop()
        self.living.close()


@pytest.fixture
def followed(qapp: Any) -> Iterator[Followed]:
    followed = Followed()
    yield followed
    followed.end()


def test_other_events_have_their_turn_while_a_large_city_is_resolved(followed: Followed, qtbot: Any) -> None:
    # given a desk that has just been told of every station

    # when it shows them
    followed.living._on_state(FIRST)
    qtbot.waitUntil(lambda: bool(followed.views), timeout=60_000)

    # then nothing was shown in part, others were heard in between, and it is what one piece would have been
    assert followed.turns_before[0] >= 4
    assert followed.views[0].stations == river_view(PART, FIRST, NOON_MS + MINUTE_MS).stations
    assert gc.isenabled()


def test_later_only_the_stations_that_changed_are_resolved(followed: Followed, qtbot: Any) -> None:
    # given a large city that is shown
    followed.living._on_state(FIRST)
    qtbot.waitUntil(lambda: bool(followed.views), timeout=60_000)

    # when three stations report again
    news = [reading(f"S{n}", "water_level", 3.2, NOON_MS + MINUTE_MS) for n in (5, 500, 900)]
    followed.living._on_state(with_observations(FIRST, news))
    qtbot.waitUntil(lambda: followed.views[-1].by_id["S5"].value("water_level") == 3.2, timeout=60_000)

    # then all others are the very same values
    first, last = followed.views[0].stations, followed.views[-1].stations
    fresh = [new.station.id for old, new in zip(first, last, strict=True) if new is not old]
    assert fresh == ["S5", "S500", "S900"]


def test_what_comes_while_a_large_city_is_resolved_is_shown_next(followed: Followed, qtbot: Any) -> None:
    # given a large city that is being resolved
    followed.living._on_state(FIRST)
    qtbot.waitUntil(lambda: not gc.isenabled(), timeout=60_000)

    # when news come before it is done
    assert followed.views == []
    followed.living._on_state(with_observations(FIRST, [reading("S5", "water_level", 3.2, NOON_MS + MINUTE_MS)]))

    # then both are shown, one after the other
    qtbot.waitUntil(lambda: len(followed.views) >= 2, timeout=60_000)
    assert [view.by_id["S5"].value("water_level") for view in followed.views[:2]] == [3.0, 3.2]


def test_the_past_does_not_wait_for_the_present_that_is_being_resolved(followed: Followed, qtbot: Any) -> None:
    from sanping.ui.live.living import Past

    # given a large city that is being resolved
    followed.living._on_state(FIRST)
    qtbot.waitUntil(lambda: not gc.isenabled(), timeout=60_000)

    # when a moment of the past is wished, and then the present again
    followed.living.show_past(Past(state=LiveState(as_of_ms=NOON_MS - MINUTE_MS)))
    qtbot.waitUntil(lambda: bool(followed.views), timeout=60_000)
    followed.living.show_past(None)
    qtbot.waitUntil(lambda: followed.views[-1].is_live, timeout=60_000)

    # then the past comes first, without values of the present, and the present is whole
    assert followed.views[0].is_past
    assert all(shown.main is None for shown in followed.views[0].stations)
    assert all(shown.freshness == "fresh" for shown in followed.views[-1].stations)


def test_leaving_a_large_city_that_is_being_resolved_shows_nothing_of_it(followed: Followed, qtbot: Any) -> None:
    # given a large city that is being resolved
    followed.living._on_state(FIRST)
    qtbot.waitUntil(lambda: not gc.isenabled(), timeout=60_000)

    # when it is left
    followed.living.leave()
    qtbot.wait(300)

    # then nothing of it comes any more
    assert followed.views == []
    assert gc.isenabled()


def test_what_others_keep_from_the_search_for_garbage_stays_so_when_a_small_city_is_left(followed: Followed) -> None:
    # given something that was frozen before, and a city that was not
    gc.freeze()

    # when the city is left
    followed.living.leave()

    # then it is frozen still
    assert gc.get_freeze_count() > 0
