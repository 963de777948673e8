"""Cases in the city of the real desk: they come with the state of the hub, and a click says which is meant."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from PySide6.QtCore import QPointF

from sanping.domain.case_line import CaseLine
from sanping.scene.case_marks import CASE_GROUPS
from sanping.stage.state import CASES_LAYER
from sanping.twin.live import LiveState
from ui.tiny_twin import SOUTH, WEST

pytestmark = pytest.mark.gui


def line(id: str, x_m: float, y_m: float) -> CaseLine:
    return CaseLine(
        id=id, rev=1, state="filed", kind="event", case_class="0101", title_zh="暴露垃圾", title_en="Litter",
        source="collector", area="310107", reported_ms=1_700_000_000_000, changed_ms=1_700_000_000_000,
        x_m=WEST + x_m, y_m=SOUTH + y_m,
    )  # fmt: skip


def told(window: Any, *lines: CaseLine) -> None:
    """Let the desk hear of cases as a hub would tell them."""
    window.living.state = LiveState(is_linked=True, cases=MappingProxyType({one.id: one for one in lines}))
    window.living.state_changed.emit(window.living.state)


def badges(window: Any) -> list[QPointF]:
    """Return where the badges of cases are drawn, in points of the view."""
    window.viewport.grabFramebuffer()
    beacons = window.city._scene.governed._cases
    if beacons is None:
        return []
    ratio = window.viewport.devicePixelRatio()
    height = window.city._scene.window.GetSize()[1]
    return [QPointF(x / ratio, (height - y) / ratio) for x, y in beacons.placed.marks]


def test_a_case_opens_from_the_city_and_a_group_is_flown_to(desk: Any, qtbot: Any) -> None:
    # given a desk that hears of one case, and of five close to one another, seen from afar
    window = desk.window
    far = replace(window.state.stage.camera, target=(WEST + 150.0, SOUTH + 120.0, 0.0), distance_m=2500.0)
    window.perform("camera.move", far)
    told(window, line("alone", 700.0, 120.0), *(line(f"g{n}", 4.0 * n, 100.0) for n in range(5)))
    qtbot.waitUntil(lambda: len(badges(window)) == 2, timeout=20_000)
    picks = {pick.layer: (pick, at) for at in badges(window) if (pick := window.city.pick(at)) is not None}

    # when the case is clicked, and then the group
    window.select_under(picks[CASES_LAYER][1])
    opened = window.state.stage.selection
    window.select_under(picks[CASE_GROUPS][1])
    qtbot.waitUntil(lambda: window.state.stage.camera.distance_m < 2000.0, timeout=20_000)

    # then the case is selected on all screens, and the camera comes nearer to the group
    assert [(ref.layer, ref.id) for ref in opened] == [(CASES_LAYER, "alone")]
    assert picks[CASE_GROUPS][0].id.startswith("g")
