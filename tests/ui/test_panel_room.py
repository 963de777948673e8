"""`ui.stacking`, `ui.reading` and forms of analyses on a small desk: nothing is squeezed, what is too tall scrolls."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from sanping.analysis.findings import Column, Finding, FindingLegend, LegendStep
from sanping.commands.analysis_actions import TOOLS, ToolName
from sanping.commands.massing_table import MassingTable, TableRow
from sanping.domain.text import Text
from sanping.ui.analysis.finding_panel import FindingPanel
from sanping.ui.glass import HEADER_HEIGHT, GlassPanel
from sanping.ui.icons import Icons
from sanping.ui.layer_panel import LayerLine, LayerPanel
from sanping.ui.small_table import ROW_PX
from sanping.ui.stacking import COLUMN_TOP, stacked
from sanping.ui.theme import GAP
from sanping.ui.wording import Wording
from sanping.ui.workbench.kind_list import KindList
from sanping.ui.workbench.plans_result import PlansResult

pytestmark = pytest.mark.gui
SMALL = (1366, 768)


def test_where_even_the_least_is_too_much_each_panel_below_keeps_its_title(qtbot: Any, repository: Any) -> None:
    # given a tall panel above two others, in a column far too low for them
    canvas = QWidget()
    qtbot.addWidget(canvas)
    panels = [GlassPanel(Text("面板", "Panel"), Icons(repository / "assets" / "icons"), canvas) for _ in range(3)]
    panels[0].least_height = 600
    for panel in panels:
        panel.wanted_height = lambda _: 700  # type: ignore[method-assign]
    foot = COLUMN_TOP + 300

    # when they are stood, then none passes the foot, and none lies over another
    stacked(panels, 0, 300, foot, set(panels))
    assert panels[-1].geometry().bottom() < foot
    assert [panel.height() for panel in panels[1:]] == [HEADER_HEIGHT, HEADER_HEIGHT]
    assert all(below.y() - above.geometry().bottom() - 1 == GAP for above, below in pairwise(panels))
    assert panels[0].height() == 300 - 2 * (HEADER_HEIGHT + GAP)


def test_every_form_of_an_analysis_is_whole_or_scrolls_on_a_small_desk(desk: Any, qtbot: Any) -> None:
    # given a desk of 1366 × 768 with the layers below the form
    window, panel = desk.window, desk.window.overlays.analysis
    window.resize(*SMALL)
    for name in [name for name, _, _ in TOOLS]:
        # when each analysis is begun
        window.perform(f"analysis.{name}")
        qtbot.waitUntil(lambda name=name: panel.tool == name and not window.overlays._soon.isActive(), timeout=20_000)
        fields = fields_of(panel, name)

        # then no field is lower than it wants to be, none is cut at the right, and none lies over the next
        assert all(field.mapTo(panel._area, field.rect().topRight()).x() < panel._area.width() for field in fields), (
            name
        )
        squeezed = [field for field in fields if field.height() + 2 < field.minimumSizeHint().height()]
        assert squeezed == [], (
            name,
            [(field.height(), field.minimumSizeHint(), field.sizeHint()) for field in squeezed],
        )
        rects = [(field.mapTo(panel, QPoint()).y(), field.height()) for field in fields]
        assert all(y + high <= below for (y, high), (below, _) in pairwise(rects)), name

        # and the last can be brought to where it is seen whole, clear of the button that computes
        panel._area.ensureWidgetVisible(fields[-1])
        spot = fields[-1].mapTo(panel, fields[-1].rect().bottomLeft())
        assert panel.rect().contains(spot)
        assert spot.y() + 8 <= panel.run.mapTo(panel, QPoint()).y(), name
        assert panel._area.geometry().contains(fields[-1].mapTo(panel._content, fields[-1].rect().center())), name


def test_a_long_note_of_method_leaves_room_for_the_table_and_scrolls(qtbot: Any, repository: Any) -> None:
    # given a panel as high as a small desk allows, and a finding with rows and a long method
    panel = FindingPanel(Icons(repository / "assets" / "icons"))
    qtbot.addWidget(panel)
    steps = [LegendStep(least=0.0, colour=(1, 2, 3), title=Text("级", "Step"))] * 6
    panel.resize(330, 590)
    panel.show()
    qtbot.waitExposed(panel)
    columns = (
        Column(title=Text("建筑", "Building"), values=["6号"] * 30),
        Column(title=Text("值", "m"), values=[1.0] * 30),
    )
    found = Finding(id="x", title=Text("结果", "Found"), method=Text("方法说明。" * 120, "Method. " * 120),
                    legend=FindingLegend(title=Text("图例", "Legend"), steps=steps), columns=columns,
                    summary=Text("一句话。", "A sentence."))  # fmt: skip

    # when it is shown
    panel.show_finding(found)
    qtbot.waitUntil(lambda: panel._method.verticalScrollBar().maximum() > 0, timeout=5_000)

    # then some rows are seen, and the note below them scrolls; a short note takes no more than it needs
    qtbot.waitUntil(lambda: panel._method.height() >= 50, timeout=5_000)
    qtbot.waitUntil(lambda: panel.table.viewport().height() >= 4 * ROW_PX, timeout=5_000)
    panel.show_finding(replace(found, method=Text("短。", "Short.")))
    qtbot.waitUntil(lambda: panel._method.height() <= panel.method.heightForWidth(300) + 4, timeout=5_000)


@pytest.mark.parametrize("height", [400, 0], ids=["little room", "as much as it wants"])
def test_the_figures_of_plans_and_the_note_below_never_lie_over_one_another(qtbot: Any, height: int) -> None:
    # given the figures of two alternatives with their note of method, in little room and in as much as they want
    wording = Wording()
    result = PlansResult(wording)
    qtbot.addWidget(result)
    head = tuple(Text(word, word) for word in ("指标", "现状", "方案 A", "规划条件"))
    rows = tuple(TableRow(cells=(Text("容积率", "FAR"), *[Text("3.43", "3.43")] * 3)) for _ in range(12))
    result.resize(320, 400)
    result.show()
    qtbot.waitExposed(result)

    # when they come to a panel that stood empty, and the note has found its height
    result.show_table(MassingTable(head=head, rows=rows))
    result.resize(320, height or result.heightForWidth(320))
    least_px = 50 if height else result.method.heightForWidth(320)
    qtbot.waitUntil(lambda: result.method.visibleRegion().boundingRect().height() >= least_px, timeout=5_000)

    # then nothing lies over the next, and where there is room every row is read as well
    parts = [result.table, result.method, result.export, result.vote]
    rects = [(part.mapTo(result, QPoint()).y(), part.visibleRegion().boundingRect().height()) for part in parts]
    assert all(y + high <= below for (y, high), (below, _) in pairwise(rects)), rects
    if not height:
        assert result.table.viewport().height() >= 12 * ROW_PX


def test_a_finding_keeps_the_height_in_which_nothing_lies_over_anything_else(qtbot: Any, repository: Any) -> None:
    # given a finding with a legend, rows and a method above another panel, in a column too low for both
    canvas = QWidget()
    qtbot.addWidget(canvas)
    icons = Icons(repository / "assets" / "icons")
    panel, other = FindingPanel(icons, canvas), GlassPanel(Text("面板", "Panel"), icons, canvas)
    other.wanted_height = lambda _: 700  # type: ignore[method-assign]
    canvas.show()
    qtbot.waitExposed(canvas)
    columns = (Column(title=Text("值", "m"), values=[1.0] * 30),)
    steps = [LegendStep(least=0.0, colour=(1, 2, 3), title=Text("级", "Step"))] * 5
    panel.show_finding(Finding(id="x", title=Text("结果", "Found"), method=Text("方法说明。" * 20, "Method. " * 20),
                               legend=FindingLegend(title=Text("图例", "Legend"), steps=steps), columns=columns,
                               summary=Text("一句话。", "A sentence.")))  # fmt: skip

    # when they are stood
    stacked([panel, other], 0, 330, COLUMN_TOP + 590, {panel, other})
    qtbot.waitUntil(lambda: panel._method.height() >= 50, timeout=5_000)

    # then the method begins where the table ends, and ends within the panel
    assert panel.table.geometry().bottom() < panel._method.geometry().top()
    assert panel._method.mapTo(panel, panel._method.rect().bottomLeft()).y() <= panel.height()


def test_kinds_with_long_titles_are_written_whole(qtbot: Any) -> None:
    kinds = KindList(Wording("en"))
    qtbot.addWidget(kinds)
    titles = ("Short", "An edge has more than two faces", "Other", "Last")
    kinds.show_kinds([(title, Text(title, title), 31, (1, 2, 3)) for title in titles])
    kinds.setFixedWidth(304)
    kinds.show()
    qtbot.waitExposed(kinds)

    # all and the first, the long one, the last two
    qtbot.waitUntil(lambda: len({button.y() for button in kinds.buttons.values()}) == 3, timeout=5_000)
    assert all(button.width() >= button.sizeHint().width() for button in kinds.buttons.values())


def test_layers_that_come_count_at_once_for_the_height_of_their_list(qtbot: Any, repository: Any) -> None:
    # given a list of layers on the screen
    panel = LayerPanel(Icons(repository / "assets" / "icons"))
    qtbot.addWidget(panel)
    lines = [
        LayerLine(
            name=name, title=Text(name, name), group=Text("组", "Group"), role="building", count=1, label="public"
        )
        for name in "abcdef"
    ]
    panel.show_lines(lines[:1])
    panel.show()
    qtbot.waitExposed(panel)

    # when others come
    panel.show_lines(lines)

    # then the panel wants room for all of them before Qt has shown any
    assert panel.wanted_height(280) >= 6 * 30


def test_what_an_analysis_found_is_no_longer_told_once_it_is_cleared(desk: Any, qtbot: Any) -> None:
    window = desk.window
    window.perform("bookmark.visit", 2)
    qtbot.waitUntil(lambda: not window.flight.is_flying, timeout=20_000)
    window.perform("analysis.height")
    qtbot.mouseClick(window.viewport, Qt.MouseButton.LeftButton, pos=window.viewport.rect().center())
    window.perform("analysis.run")
    qtbot.waitUntil(lambda: window.overlays.finding.finding is not None, timeout=60_000)
    assert "限高" in window.overlays.status.message.text()

    window.perform("analysis.clear")

    assert window.overlays.status.message.text() == "就绪"


def fields_of(panel: Any, name: ToolName) -> list[QWidget]:
    """Return the fields of a form from above."""
    assert panel.tool == name
    fields = [*panel.numbers.values(), *panel.boxes.values(), *panel.lines.values(), *panel.picks.values()]
    return sorted(fields, key=lambda field: field.mapTo(panel, QPoint()).y())
