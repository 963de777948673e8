"""Which cameras see a case is drawn in the city and said in words, and goes away when it is asked for again."""

from dataclasses import dataclass, field
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest

from sanping.domain.case_line import CaseLine
from sanping.domain.station import Station
from sanping.domain.text import Text
from sanping.scene.governed_values import SightLine
from sanping.ui.cases.case_cameras import CaseCameras

pytestmark = pytest.mark.gui
CAMERAS = {
    name: Station(id=name, name=Text(f"{name}监控", f"{name} camera"), kinds=("camera",), x_m=x_m, y_m=0.0)
    for name, x_m in (("东", 120.0), ("西", -90.0), ("远", 2000.0))
}


@dataclass
class Desk:
    """What of a window the lines of sight reach."""

    shown: list[tuple[SightLine, ...]] = field(default_factory=list)
    said: list[Text] = field(default_factory=list)
    content: Any = field(default_factory=lambda: SimpleNamespace(ground=lambda *_: 4.0, layers={}))
    living: Any = field(default_factory=lambda: SimpleNamespace(part=SimpleNamespace(by_id=MappingProxyType(CAMERAS))))

    @property
    def city(self) -> Any:
        return SimpleNamespace(show_sights=lambda lines: self.shown.append(tuple(lines)))

    def say(self, text: Text) -> None:
        self.said.append(text)


def case(name: str, x_m: float) -> CaseLine:
    return CaseLine(
        id=name, rev=1, state="filed", kind="event", case_class="0102", title_zh="暴露垃圾", title_en="Garbage",
        source="rule", area="310107", reported_ms=0, changed_ms=0, x_m=x_m, y_m=0.0,
    )  # fmt: skip


def test_lines_run_from_every_camera_in_range_and_go_away_again() -> None:
    # given a desk with three cameras, one of them far away
    desk = Desk()
    cameras = CaseCameras(desk)  # type: ignore[arg-type]

    # when a case is looked at by its cameras, then another, then the same again
    cameras.show(case("one", 0.0))
    cameras.show(case("two", 10.0))
    cameras.show(case("two", 10.0))

    # then the lines of the two near ones were there, both told by name, and nothing is left
    assert [len(lines) for lines in desk.shown] == [2, 2, 0]
    assert {line.start[0] for line in desk.shown[0]} == {120.0, -90.0}
    assert desk.shown[0][0].start[2] == 12.0
    assert "西监控 90 米" in desk.said[0].zh


def test_what_is_not_shown_needs_not_be_hidden() -> None:
    # given a desk without lines
    desk = Desk()

    # when they are hidden
    CaseCameras(desk).hide()  # type: ignore[arg-type]

    # then nothing happens
    assert desk.shown == []
