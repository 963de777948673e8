"""sanping.ui.cases_in_city, sanping.ui.governed_show: which cases the city shows, and how each stands now."""

from types import MappingProxyType
from typing import Any

import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from sanping.domain.case_line import CaseLine
from sanping.scene.case_marks import CaseMark
from sanping.twin.live import LiveState
from sanping.ui.cases_in_city import NEW_MS, SETTLES_MS, CasesInCity, marks_of
from sanping.ui.governed_show import GovernedShow

NOW_MS = 1_780_000_000_000


def line(id: str = "c1", **changes: Any) -> CaseLine:
    plain: dict[str, Any] = {
        "rev": 1, "state": "handling", "kind": "event", "case_class": "0101", "title_zh": "暴露垃圾",
        "title_en": "Litter", "source": "collector", "area": "310107", "reported_ms": NOW_MS - 3_600_000,
        "changed_ms": NOW_MS - 60_000, "begun_ms": NOW_MS - 3_000_000, "due_ms": NOW_MS + 1_000_000,
        "turns": ((NOW_MS - 3_000_000, "green"), (NOW_MS - 1000, "orange")), "x_m": 350_000.0, "y_m": 3_455_000.0,
    }  # fmt: skip
    return CaseLine(id=id, **{**plain, **changes})


def test_a_mark_says_the_clock_of_now() -> None:
    # given a case with a quarter of its time left
    # when its mark is made
    (mark,) = marks_of([line()], NOW_MS)

    # then colour and share are those of the moment
    assert (mark.colour, mark.left) == ("orange", 0.25)
    assert mark.title.zh == "暴露垃圾"
    assert not mark.is_new
    assert not mark.is_settling


def test_only_cases_with_a_place_that_are_open_or_end_now_are_shown() -> None:
    # given cases without a place, closed long ago, closed just now, and just reported
    lines = [
        line("nowhere", x_m=None),
        line("long ago", state="closed"),
        line("now", state="archived"),
        line("new", state="reported", reported_ms=NOW_MS - NEW_MS + 1),
    ]

    # when their marks are made
    marks = {mark.id: mark for mark in marks_of(lines, NOW_MS, {"now": NOW_MS - 500})}

    # then the city shows the last two: one settles, one is new
    assert set(marks) == {"now", "new"}
    assert marks["now"].is_settling
    assert marks["new"].is_new


def test_no_clock_is_shown_while_the_hub_is_away() -> None:
    # given a case whose clock would be orange
    # when the hub is silent
    (mark,) = marks_of([line()], NOW_MS, is_linked=False)

    # then its clock is grey and says nothing
    assert (mark.colour, mark.left) == ("grey", None)


class LivingStandIn(QObject):
    """What `CasesInCity` asks of a `Living`."""

    state_changed = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.state, self.is_replaying, self.at_ms = LiveState(), False, NOW_MS

    def now_ms(self) -> int:
        return self.at_ms

    def tell(self, *lines: CaseLine) -> None:
        self.state = LiveState(is_linked=True, cases=MappingProxyType({one.id: one for one in lines}))
        self.state_changed.emit(self.state)


class CityStandIn(GovernedShow):
    """Remembers what it was to show."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(None, parent)  # type: ignore[arg-type]
        self.seen: list[list[CaseMark]] = []

    def show_cases(self, marks: Any) -> None:
        self.seen.append(list(marks))


@pytest.mark.gui
def test_a_case_that_is_closed_settles_and_then_goes(qtbot: QtBot, qapp: Any) -> None:
    # given a screen that shows a case
    parent = QObject()
    living, city = LivingStandIn(parent), CityStandIn(parent)
    following = CasesInCity(living, lambda: (city,), parent)  # type: ignore[arg-type]
    living.tell(line())
    qtbot.waitUntil(lambda: len(city.seen) == 1)

    # when it is closed, and time passes
    living.tell(line(state="closed", rev=2))
    qtbot.waitUntil(lambda: len(city.seen) == 2)
    living.at_ms += SETTLES_MS
    living.tell(line(state="closed", rev=2))
    qtbot.waitUntil(lambda: len(city.seen) == 3)
    following.stop()

    # then it settled once, and is gone
    assert [[(mark.id, mark.is_settling) for mark in marks] for marks in city.seen] == [
        [("c1", False)], [("c1", True)], [],
    ]  # fmt: skip


@pytest.mark.gui
def test_a_screen_that_looks_at_an_area_shows_its_cases_alone(qtbot: QtBot, qapp: Any) -> None:
    # given a screen with cases in two streets
    parent = QObject()
    living, city = LivingStandIn(parent), CityStandIn(parent)
    following = CasesInCity(living, lambda: (city,), parent)  # type: ignore[arg-type]
    living.tell(line(), line(id="c2", area="310107005001"))
    qtbot.waitUntil(lambda: len(city.seen) == 1)

    # when it looks at one, and at everything again
    following.limit("310107005")
    qtbot.waitUntil(lambda: len(city.seen) == 2)
    following.limit("")
    qtbot.waitUntil(lambda: len(city.seen) == 3)
    following.stop()

    # then it shows what lies there
    assert [[mark.id for mark in marks] for marks in city.seen] == [["c1", "c2"], ["c2"], ["c1", "c2"]]


@pytest.mark.gui
def test_a_replay_shows_no_cases_of_the_present(qtbot: QtBot, qapp: Any) -> None:
    # given a screen that shows a case
    parent = QObject()
    living, city = LivingStandIn(parent), CityStandIn(parent)
    following = CasesInCity(living, lambda: (city,), parent)  # type: ignore[arg-type]
    living.tell(line())
    qtbot.waitUntil(lambda: len(city.seen) == 1)

    # when it goes back in time
    living.is_replaying = True
    living.tell(line())
    qtbot.waitUntil(lambda: len(city.seen) == 2)
    following.stop()

    # then there is none
    assert city.seen[-1] == []


class SceneStandIn:
    """A scene that counts what governance shows."""

    def __init__(self) -> None:
        self.governed = self
        self.cases: list[Any] = []

    def show_cases(self, marks: Any) -> None:
        self.cases.append(marks)


class ViewportStandIn:
    """A viewport that nobody sees."""

    def update(self) -> None:
        """Nothing is drawn."""


@pytest.mark.gui
def test_what_governance_shows_waits_for_the_scene_and_for_a_picture_that_is_drawn(qapp: Any) -> None:
    # given a show without a scene that was told of cases
    show = GovernedShow(ViewportStandIn(), None)  # type: ignore[arg-type]
    show.show_cases(("first",))  # type: ignore[arg-type]

    # when the scene comes, and more is told while a picture is drawn
    scene = SceneStandIn()
    show._scene = scene  # type: ignore[assignment]
    show._bring_all()
    show._held = []
    show.show_cases(("second",))  # type: ignore[arg-type]
    during = list(scene.cases)
    show.let_go()

    # then each came in its time
    assert during == [("first",)]
    assert scene.cases == [("first",), ("second",)]
