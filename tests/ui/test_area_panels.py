"""The small parts that show areas: rows that lead down, legends that mean what is drawn, a centre with its own name."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sanping.domain.case_line import CaseCounts
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.stage.area_map import AreaMap, heat_legend, shaded
from sanping.stage.state import Stage
from sanping.twin.live import LiveState
from sanping.wire.cases import AreaBoard, AreaFigures, CasePoints

pytestmark = pytest.mark.gui
SQUARE = (((0.0, 0.0), (900.0, 0.0), (900.0, 900.0), (0.0, 900.0), (0.0, 0.0)),)
ROWS = (
    AreaFigures(code="310107014001", name_zh="一居", name_en="One", open=2, rates={"closing_rate": 0.7}),
    AreaFigures(code="310107014002", name_zh="二居", name_en="Two", open=9, overdue=3, alarms=1, outline=SQUARE),
)
STREET = AreaFigures(code="310107014", name_zh="长寿路街道", name_en="Changshou", outline=SQUARE)
BOARD = AreaBoard(area=STREET, level="community", rows=ROWS, counts=CaseCounts(at_ms=1, day_ms=0, total=11))


@pytest.fixture(scope="module")
def application(repository: Path) -> Any:
    from sanping.ui.application import create_application

    return create_application("zh", repository / "assets")


def test_a_row_that_is_pressed_leads_to_its_area_and_the_busiest_stands_first(application: Any, qtbot: Any) -> None:
    from PySide6.QtCore import QPoint, Qt

    from sanping.ui.cases.area_rows import HEAD_PX, ROW_PX, AreaRows
    from sanping.ui.wording import Wording

    # given two areas
    rows = AreaRows(Wording())
    qtbot.addWidget(rows)
    rows.resize(420, 200)
    rows.show_rows(ROWS)
    asked: list[str] = []
    rows.area_asked.connect(asked.append)

    # when the first row is pressed, and the head is
    qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=QPoint(60, HEAD_PX + ROW_PX // 2))
    qtbot.mouseClick(rows, Qt.MouseButton.LeftButton, pos=QPoint(60, 4))

    # then the one with the most open cases was asked for, and nothing else; its alarm and its delay are painted
    assert asked == ["310107014002"]
    painted = rows.grab().toImage()
    assert painted.height() == HEAD_PX + 2 * ROW_PX
    assert len({painted.pixel(x, HEAD_PX + ROW_PX // 2) for x in range(painted.width())}) > 12


def test_legends_have_the_colours_that_are_drawn_and_hide_without_a_meaning(
    application: Any, qtbot: Any, repository: Path
) -> None:
    from sanping.ui.area_legend import RAMPS, number_of
    from sanping.ui.cases.area_rows import LegendStrip
    from sanping.ui.wording import Wording

    # given the ramps of the palettes
    written = tomllib.loads((repository / "assets" / "palettes" / "ramps.toml").read_text("utf-8"))["ramps"]

    # when a strip shows a legend, and none
    strip = LegendStrip(Wording())
    qtbot.addWidget(strip)
    strip.show_legend(shaded(ROWS, "open")[1])
    is_shown = not strip.isHidden()
    strip.show_legend(None)

    # then its colours are those of the city, its numbers are short, and without a meaning there is no strip
    assert [colour.lstrip("#").upper() for colour in RAMPS["alert"]] == written["alert"]
    assert is_shown
    assert strip.isHidden()
    assert [number_of(value) for value in (0.0, 8.53, 420.4)] == ["0", "8.5", "420"]
    assert heat_legend(8.53).ramp in RAMPS


def test_a_city_gets_areas_or_heat_once_and_loses_both_with_the_map(application: Any, qtbot: Any) -> None:
    from PySide6.QtCore import QObject, Signal

    from sanping.ui.areas_in_city import AreasInCity

    class Living(QObject):
        state_changed = Signal(object)
        linked = Signal()
        state = LiveState(case_counts=CaseCounts(at_ms=1, day_ms=0))

        def now_ms(self) -> int:
            return 10**12

    # given a hub with one street, and a city that keeps what it is shown
    drawn: list[tuple[str, int]] = []
    city = SimpleNamespace(
        show_areas=lambda areas: drawn.append(("areas", len(areas.polygons))),
        show_heat=lambda x, _y, _w, _r: drawn.append(("heat", len(x))),
    )
    asked: list[Any] = []
    questions = SimpleNamespace(
        areas=lambda *scope: asked.append(scope) or BOARD,
        case_points=lambda wanted: CasePoints(total=2, lon_deg=(121.4, 121.5), lat_deg=(31.2, 31.3)),
    )
    living = Living()
    living.link = SimpleNamespace(questions=questions)  # type: ignore[attr-defined]
    living.asking = SimpleNamespace(ask=lambda question, then, failed: then(question()))  # type: ignore[attr-defined]
    areas = AreasInCity(living, lambda: (city,), lambda degrees: degrees * 1e5, living)  # type: ignore[arg-type]
    stage = Stage(camera=CameraPose(target=(0.0, 0.0, 0.0)), style="night", moment=datetime(2026, 1, 1, tzinfo=UTC))

    # when the stage looks at it by figure, the same again, as heat, and without a map
    for area_map in (AreaMap(kind="shares"), AreaMap(kind="shares"), AreaMap(kind="heat"), None):
        areas.follow_stage(Stage(camera=stage.camera, style="night", moment=stage.moment, area="310107014",
                                 area_map=area_map))  # fmt: skip
        areas.ask()
    areas.stop()

    # then each was drawn once, the place under a click is known while areas are shown, and in the end nothing is left
    assert drawn == [("areas", 1), ("heat", 0), ("areas", 1), ("heat", 2), ("areas", 0), ("heat", 0)]
    assert {scope[0].area for scope in asked} == {"310107014"}
    assert areas.area_under(450.0, 450.0) is None
    areas.follow_stage(Stage(camera=stage.camera, style="night", moment=stage.moment, area_map=AreaMap()))
    areas.ask()
    row = areas.area_under(450.0, 450.0)
    assert row is not None
    assert row.code == "310107014002"
    assert areas.area_under(9000.0, 0.0) is None
    areas.stop()


def test_a_wall_of_a_street_is_called_by_its_centre_and_looks_at_it_first(application: Any, qtbot: Any) -> None:
    from PySide6.QtCore import QObject, Signal

    from sanping.ui.areas_in_city import AreaShow
    from sanping.ui.wall.centre import WallCentre

    class Living(QObject):
        state_changed = Signal(object)
        linked = Signal()
        link = None

    class Follower(QObject):
        stage_changed = Signal(object)
        stage = Stage(
            camera=CameraPose(target=(0.0, 0.0, 0.0)), style="night", moment=datetime(2026, 1, 1, tzinfo=UTC),
            area="310107005",
        )  # fmt: skip

    # given the wall of a street's centre in a room that looks at another street
    titles: list[Text] = []
    turned: list[Stage] = []
    shown: list[str] = []
    limits: list[str] = []
    living = Living()
    telling = SimpleNamespace(
        cases=SimpleNamespace(show_areas=lambda _show, within: shown.append(within)), show_title=titles.append
    )
    wall = SimpleNamespace(
        project=SimpleNamespace(crs="EPSG:4549"), plan=SimpleNamespace(area="310107014"), living=living,
        telling=telling, follower=Follower(), windows=[], turn_to=turned.append,
        cases_in_city=SimpleNamespace(limit=limits.append),
    )  # fmt: skip
    centre = WallCentre(wall, living)  # type: ignore[arg-type]

    # when its area is told, twice
    for _ in range(2):
        centre.areas.told.emit(AreaShow(board=BOARD))
    centre.stop()

    # then it keeps to its own area, is called by its centre, and went there once
    assert set(shown) == {"310107014"}
    assert limits == ["310107014"]
    assert titles[-1].zh == "长寿路街道城市运行管理中心"
    assert len(turned) == 1
    np.testing.assert_allclose(turned[0].camera.target[:2], (450.0, 450.0))
