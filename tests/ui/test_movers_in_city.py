"""sanping.ui.movers_in_city, sanping.ui.movers_panel, sanping.ui.wall.rehearsal_fleet: what moves, on a screen."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPoint, Qt, Signal

from sanping.scene.governed_values import Movers
from sanping.twin.fleet import Fleet
from sanping.twin.live import LiveState
from sanping.twin.live_part import LivePart
from sanping.twin.simulated_traffic import Route, SimulatedFleet
from sanping.ui.icons import Icons
from sanping.ui.live.living import Living, no_hub
from sanping.ui.movers_in_city import STEP_MS, MoversInCity
from sanping.ui.movers_panel import MoversPanel
from sanping.ui.wall.look import DAY, NIGHT, USUAL
from sanping.ui.wall.rehearsal_fleet import rehearsed_fleet

pytestmark = pytest.mark.gui
NOW_MS = 1_795_249_200_000
ROAD = Route(name="路", way="arterial", points=((120.0, 31.0), (120.02, 31.0)))
PART = LivePart(routes=(ROAD,), fleets=(SimulatedFleet(kind="bus", count=8, speed_kmh=36.0),))


def some_fleet() -> Fleet:
    return rehearsed_fleet(PART, lambda places: places * 100_000.0, NOW_MS)


class LivingStandIn(QObject):
    """What `MoversInCity` asks of a `Living`."""

    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.state = LiveState(is_linked=True)
        self.is_replaying = False

    def now_ms(self) -> int:
        return NOW_MS

    def move(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)
        self.moved.emit()


class CityStandIn:
    """Keeps what it was told to show."""

    def __init__(self) -> None:
        self.shown: list[Movers] = []

    def show_movers(self, movers: Movers, at_ms: float) -> None:
        self.shown.append(movers)


def test_a_rehearsal_lets_all_who_talk_stand_on_their_ways() -> None:
    fleet = some_fleet()
    assert len(fleet) == 8
    assert (fleet.event_ms == NOW_MS).all()
    assert not len(rehearsed_fleet(PART, None, NOW_MS))
    assert not len(rehearsed_fleet(LivePart(), lambda places: places, NOW_MS))


def test_movers_are_shown_and_go_with_the_twin(qtbot: Any) -> None:
    # given a screen that hears of movers
    living, city = LivingStandIn(), CityStandIn()
    MoversInCity(living, lambda: [city], living)  # type: ignore[arg-type, list-item]  stand-ins

    # when they come, then the link goes, and then the twin
    living.move(fleet=some_fleet())
    first = city.shown[-1]
    living.state = replace(living.state, is_linked=False)
    qtbot.waitUntil(lambda: len(city.shown) >= 2, timeout=5 * STEP_MS)
    away = city.shown[-1]
    living.move(fleet=Fleet())
    qtbot.waitUntil(lambda: not len(city.shown[-1].number), timeout=5 * STEP_MS)

    # then they are fresh, then old, then gone
    assert first.is_stale is not None
    assert away.is_stale is not None
    assert (len(first.number), bool(first.is_stale.any()), bool(away.is_stale.all())) == (8, False, True)


def test_the_past_shows_no_movers(qtbot: Any) -> None:
    living, city = LivingStandIn(), CityStandIn()
    living.is_replaying = True
    MoversInCity(living, lambda: [city], living)  # type: ignore[arg-type, list-item]  stand-ins
    living.move(fleet=some_fleet())
    assert not len(city.shown[-1].number)


def test_where_nothing_but_positions_changed_panels_are_left_alone(qtbot: Any) -> None:
    # given a window that follows a hub
    living = Living(no_hub, lambda: None, None)  # type: ignore[arg-type, return-value]  nobody asks the time
    heard: list[str] = []
    living.state_changed.connect(lambda _: heard.append("state"))
    living.moved.connect(lambda: heard.append("moved"))

    # when positions come, and then something else with them
    living._on_state(replace(living.state, fleet=some_fleet()))
    only = list(heard)
    living._on_state(replace(living.state, is_linked=True, fleet=some_fleet()))
    living.close()

    # then the panels hear of the second only
    assert only == ["moved"]
    assert heard[:3] == ["moved", "moved", "state"]


def test_the_panel_counts_kinds_lists_movers_and_leads_to_each(qtbot: Any, repository: Path) -> None:
    # given a panel that is open, and a fleet of which one alarms and half are silent for a while
    panel = MoversPanel(Icons(repository / "assets" / "icons"))
    qtbot.addWidget(panel)
    panel.resize(330, 420)
    panel.show()
    fleet = some_fleet()
    old = np.arange(8) >= 4
    fleet = replace(fleet, event_ms=fleet.event_ms - 60_000 * old, is_alarming=np.arange(8) == 2)

    # when it is shown, and the first of the list is pressed
    panel.show_fleet(fleet, NOW_MS, True)
    asked: list[tuple[float, float]] = []
    panel.place_asked.connect(lambda x_m, y_m: asked.append((x_m, y_m)))
    qtbot.mouseClick(panel.list, Qt.MouseButton.LeftButton, pos=QPoint(30, 5))
    panel.grab()

    # then who alarms comes first, then who is silent, and the press leads there
    (kind,) = panel.kinds
    assert (kind.kind, kind.reporting, kind.stale, kind.alarming) == ("bus", 4, 4, 1)
    assert panel.list.order == [2, 4, 5, 6, 7, 0, 1, 3]
    assert asked == [(pytest.approx(fleet.was_x_m[2]), pytest.approx(fleet.was_y_m[2]))]
    panel.choose("bus")
    assert (panel.kind, len(panel.list.order)) == ("bus", 8)
    panel.choose("bus")
    assert panel.kind == ""


def test_a_scene_has_an_accent_of_its_own() -> None:
    look = NIGHT.accented("#2ee6b8")
    assert look.accent.name() == look.tint(USUAL).name() == "#2ee6b8"
    assert NIGHT.accented("") is NIGHT
    assert DAY.accented("#2ee6b8").accent.lightness() < look.accent.lightness()
    assert np.isclose(look.border.alphaF(), NIGHT.border.alphaF())
