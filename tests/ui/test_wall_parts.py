"""Parts of the wall without its windows: where windows go, and the past on its panels."""

from datetime import datetime
from typing import Any

import pytest

from sanping.domain.errors import InputError

pytestmark = pytest.mark.gui
PATIENCE_MS = 60_000


def test_windows_go_to_their_own_screens_or_share_one(qtbot: Any) -> None:
    from PySide6.QtCore import QRect

    from sanping.ui.wall.placing import Wish, placing_of

    # given two screens beside one another
    known = [QRect(0, 0, 1920, 1080), QRect(1920, 0, 1920, 1080)]

    # when walls are placed on them
    both = placing_of(Wish(counts=(2, 1)), known)
    shared = placing_of(Wish(counts=(2, 2), screen=2), known)
    one = placing_of(Wish(counts=(3, 2), tile=(3, 2), bezel_mm=8.0, pitch_mm=1.0), known)

    # then two tiles cover both, four share the second, and one tile of six knows its place in the whole
    assert both.places == tuple(known)
    assert both.is_full
    assert [place.topLeft().toTuple() for place in shared.places] == [(1920, 0), (2880, 0), (1920, 540), (2880, 540)]
    assert not shared.is_full
    assert (one.tiles[0].left, one.tiles[0].top) == (2 * 1928, 1088)
    with pytest.raises(InputError, match="3"):
        placing_of(Wish(screen=3), known)


def test_the_panels_go_back_with_the_rooms_time_and_return_to_the_present(qtbot: Any) -> None:
    from PySide6.QtCore import QObject

    from fakes.plain_past import END_MS, PlainPast
    from fakes.small_river import MINUTE_MS, NOON_MS, small_river
    from sanping.stage.timeline import LIVE, Timeline
    from sanping.ui.live.living import Living
    from sanping.ui.wall.rewinding import Rewinding

    # given a wall with a day of memory
    owner = QObject()
    living = Living(lambda _project: None, lambda: datetime.fromtimestamp(END_MS / 1000).astimezone(), owner)
    living.part = small_river()
    rewinding = Rewinding(living, owner)
    try:
        rewinding.remember(PlainPast())

        # when the room shows a moment of it, and then plays on from there
        rewinding.follow(Timeline(mode="paused", at_ms=NOON_MS + 90 * MINUTE_MS))
        qtbot.waitUntil(lambda: living.view.is_past, timeout=PATIENCE_MS)
        level, shown_ms = living.view.by_id["up"].value("water_level"), living.view.now_ms
        rewinding.follow(Timeline(mode="playing", at_ms=NOON_MS + 90 * MINUTE_MS, speed=600.0))
        qtbot.waitUntil(lambda: living.view.now_ms > NOON_MS + 91 * MINUTE_MS, timeout=PATIENCE_MS)

        # then the panels show what was true then; back in the present nothing of it is left
        assert (level, shown_ms) == (90.0, NOON_MS + 90 * MINUTE_MS)
        rewinding.follow(LIVE)
        assert not living.view.is_past
        assert not living.view.by_id["up"].readings
    finally:
        rewinding.close()
        living.close()
