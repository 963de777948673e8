"""The board that tells how the city is run: what its panels say, that nothing is invented, that it stays legible."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from fakes.small_river import small_river
from fakes.small_view import small_view
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.domain.text import Text
from sanping.stage.sharing import Focus
from sanping.ui.wall.governing import Governed, clock_words, span_words
from sanping.ui.wall.layout import ABOVE, BOARDS, CROSSES, layout_for, layouts_for, placed, text_px
from sanping.ui.wall.rehearsal_cases import rehearsed_cases
from sanping.ui.wall.tiling import Tiling, tiling_of

pytestmark = pytest.mark.gui
NOW_MS = round(datetime(2026, 11, 21, 8, 40, tzinfo=UTC).timestamp() * 1000)
HOUR_MS = 3_600_000
EM_PX = 12.0
PANELS = {
    "case_figures", "case_rates", "case_flow", "case_day", "area_ranking", "department_ranking", "class_map",
    "case_sources", "case_carousel", "case_pair", "five_ones", "short_feedback", "long_feedback",
}  # fmt: skip


@pytest.fixture(scope="module")
def application(repository: Path) -> Any:
    from sanping.ui.application import create_application

    return create_application("zh", repository / "assets")


def facts_of(governed: Governed | None = None, **more: Any) -> Any:
    from sanping.ui.wall.facts import WallFacts

    given = {"now_ms": NOW_MS, "view": small_view(), "title": Text("小城", "Small town"), "part": small_river(),
             "board": "governing", "governed": governed, "attribution": Text("测试", "Test")}  # fmt: skip
    return WallFacts(**{**given, **more})


def a_case(id: str, **more: object) -> CaseLine:
    given: dict[str, object] = {
        "rev": 5, "state": "handling", "kind": "event", "case_class": "0102", "title_zh": "暴露垃圾",
        "title_en": "Exposed garbage", "source": "collector", "area": "310107015001001",
        "reported_ms": NOW_MS - 3 * HOUR_MS, "changed_ms": NOW_MS - HOUR_MS, "address": "长寿路 1 号", **more,
    }  # fmt: skip
    return CaseLine(id=id, **given)  # type: ignore[arg-type]


def timed(id: str, left_h: float, **more: object) -> CaseLine:
    begun, due = NOW_MS - 4 * HOUR_MS, NOW_MS + round(left_h * HOUR_MS)
    turns = ((begun, "green"), ((begun + due) // 2, "yellow"), (due, "red"))
    return a_case(id, begun_ms=begun, due_ms=due, turns=turns, **more)


def small_town(*lines: CaseLine, **counts: Any) -> Governed:
    return Governed(lines=lines, counts=CaseCounts(at_ms=NOW_MS, day_ms=NOW_MS - 8 * HOUR_MS, **counts))


@pytest.mark.parametrize("wall", [((1, 1), (1280, 720), "zh", "night"), ((3, 2), (2880, 1080), "en", "day")])
def test_every_panel_is_painted_and_no_word_is_smaller_than_can_be_read(
    application: Any, repository: Path, monkeypatch: pytest.MonkeyPatch, wall: Any
) -> None:
    from PySide6.QtCore import QRectF, Qt
    from PySide6.QtGui import QFont, QImage, QPainter

    from sanping.ui.wall.board import WallBoard
    from sanping.ui.wall.rehearsal_photos import rehearsed_governing

    # given the layout of a wall, and what size every word is written in
    counts, size, language, style = wall
    sizes: list[int] = []
    set_size = QFont.setPixelSize
    monkeypatch.setattr(QFont, "setPixelSize", lambda font, size: (sizes.append(size), set_size(font, size)))
    tiling = tiling_of(*counts, (size[0] // counts[0], size[1] // counts[1]), 0.0, 1.0)
    layout = layout_for(repository / "assets" / "wall", "", tiling, "governing")
    em_px = text_px(layout, tiling, EM_PX)
    board = WallBoard(placed(layout, tiling, em_px), is_animated=False)

    # when invented cases are shown, one of them large
    governed = rehearsed_governing(NOW_MS, UTC, rehearsed_cases(NOW_MS, UTC).lines[0].id)
    focus = Focus(kind="case", id=governed.lines[0].id)
    board.show(facts_of(governed, language=language, style=style, focus=focus), 0)
    image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    board.paint(painter, QRectF(0, 0, *size), 1000)
    painter.end()

    # then each room holds a picture
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(size[1], size[0], 4)
    for box in board.boxes:
        room = pixels[round(box.top()) : round(box.bottom()), round(box.left()) : round(box.right())]
        assert room[..., 3].max() > 200
        assert room[..., :3].std() > 4
    assert len(board.boxes) > 12
    assert min(sizes) >= round(em_px)


@pytest.mark.parametrize("counts", [(1, 1), (2, 1), (2, 2), (3, 2), (4, 2), (5, 1)])
@pytest.mark.parametrize("bezel_mm", [0.0, 8.0])
def test_no_governing_panel_crosses_a_seam_or_covers_another(
    repository: Path, counts: tuple[int, int], bezel_mm: float
) -> None:
    # given a wall of so many screens
    tiling = tiling_of(*counts, (1920, 1080), bezel_mm, 1.25)

    # when the governing layout that suits it is laid out
    layout = layout_for(repository / "assets" / "wall", "", tiling, "governing")
    places = [
        place for place in placed(layout, tiling, text_px(layout, tiling, 18.6)) if place.panel not in CROSSES | ABOVE
    ]

    # then each panel lies within one screen and beside the others
    assert layout.board == "governing"
    for place in places:
        left, top, wide, tall = place.box
        tile = next(one for one in tiling.tiles if one.left <= left < one.right and one.top <= top < one.bottom)
        assert left + wide <= tile.right + 1e-6, place
        assert top + tall <= tile.bottom + 1e-6, place
    for one, other in combinations(places, 2):
        (a, b, c, d), (e, f, g, h) = one.box, other.box
        assert min(a + c, e + g) - max(a, e) < 0.5 or min(b + d, f + h) - max(b, f) < 0.5, (one, other)


def test_the_layouts_made_for_a_wall_hold_every_panel_of_governance(repository: Path) -> None:
    # given the walls that layouts were made for
    walls = (Tiling(tile_px=(1920, 1080)), Tiling(tile_px=(3840, 1080)), Tiling(columns=3, rows=2))

    # when both boards are laid out
    # then the second one holds every panel, at times in turn, and a named layout stands for its own board only
    for wall in walls:
        found = layouts_for(repository / "assets" / "wall", "", wall)
        assert set(found) == set(BOARDS)
        names = {name for region in found["governing"].panels for name in (region.panel, *region.turns)}
        assert names >= PANELS
        assert found["sensing"].board == "sensing"
    named = layouts_for(repository / "assets" / "wall", "32x9", walls[0])
    assert named["sensing"].title.en == "Very wide 32:9"
    assert named["governing"].title.en == "Governing, one screen 16:9"


def test_without_governance_nothing_is_invented(application: Any) -> None:
    from sanping.ui.wall.board import all_panels

    # given a wall whose hub tells of no cases
    panels = all_panels()

    # when the panels are asked what they show
    # then it is nothing
    assert {panels[name].content(facts_of(None)) for name in PANELS} == {None}
    assert {panels[name].content(facts_of(Governed())) for name in PANELS} == {None}


def test_cases_that_are_late_come_first_and_clocks_are_told_in_words(application: Any) -> None:
    from sanping.ui.wall.panels.case_lists import CaseCarousel

    # given three cases, one of them over its time and one with its clock stopped
    lines = (timed("calm", 9.0), timed("late", -1.5), a_case("waits", state="suspended"))

    # when they are listed
    table: Any = CaseCarousel().content(facts_of(small_town(*lines)))

    # then the late one comes first
    assert [row.time.zh for row in table.rows] == ["超期 1.5 小时", "剩 9 小时", "挂账"]
    assert [row.colour for row in table.rows] == ["red", "green", "grey"]
    assert table.rows[0].left == 0.0
    assert clock_words(timed("x", 0.25), NOW_MS).en == "15 min left"
    assert span_words(72 * HOUR_MS).zh == "3 天"


def test_the_flow_names_the_stage_where_cases_are_stuck(application: Any) -> None:
    from sanping.ui.wall.panels.case_flow import flow_of

    # given two late cases in handling and one in checking
    lines = (timed("a", -1), timed("b", -2), timed("c", -1, state="checking"), timed("d", 5))
    governed = small_town(*lines, reported_today=9, filed_today=8, closed_today=5,
                          open_by_stage={"handling": 3, "checking": 1, "feedback": 2})  # fmt: skip

    # when the flow is told
    flow = flow_of(facts_of(governed))

    # then each stage has its number and its late ones
    assert flow is not None
    assert [(step.name.zh, step.count, step.overdue) for step in flow.steps] == [
        ("受理", 9, 0), ("立案", 8, 0), ("派遣", 0, 0), ("处置", 3, 2), ("核查", 3, 1), ("结案", 5, 0),
    ]  # fmt: skip
    assert flow.steps[0].wide == 1.0


def test_streets_are_ranked_by_their_rate_and_those_without_one_come_last(application: Any) -> None:
    from sanping.ui.wall.panels.case_ranks import ranked
    from sanping.wire.cases import IndicatorRow

    # given two streets with a rate, one without, and one that only has running cases
    rows = tuple(
        IndicatorRow(key=key, title_zh=key, title_en=key, counts={}, rates=rates)
        for key, rates in (
            ("310107005", {"on_time_rate": 0.8}),
            ("310107015", {"on_time_rate": 0.9}),
            ("310107016", {}),
        )
    )
    governed = replace(
        small_town(timed("a", -1), open_by_area={"310107015": 4, "310107099": 2}), by_area=rows
    )  # fmt: skip

    # when they are ranked
    found = ranked(facts_of(governed), "area")

    # then the best is first, and late cases are counted
    assert [(row.place, row.name.zh, row.rate, row.running, row.overdue) for row in found] == [
        (1, "310107015", 0.9, 4, 1), (2, "310107005", 0.8, 0, 0), (3, "310107099", None, 2, 0),
        (4, "310107016", None, 0, 0),
    ]  # fmt: skip


def test_the_map_of_classes_gives_each_its_share_of_the_room(application: Any) -> None:
    from PySide6.QtCore import QRectF

    from sanping.ui.wall.panels.case_shares import class_shares, squares

    # given a room and numbers from large to small
    room, numbers = QRectF(10, 20, 300, 140), [40, 25, 10, 10, 6, 5, 3, 1]

    # when it is cut
    boxes = squares(numbers, room)

    # then the parts fill it, lie beside one another, and are as large as their numbers
    areas = [box.width() * box.height() for box in boxes]
    assert areas == pytest.approx([number * 300 * 140 / 100 for number in numbers])
    assert all(room.adjusted(-0.01, -0.01, 0.01, 0.01).contains(box) for box in boxes)
    for one, other in combinations(boxes, 2):
        shared = one.intersected(other)
        assert shared.width() * shared.height() < 0.01
    assert max(max(box.width() / box.height(), box.height() / box.width()) for box in boxes) < 4.0

    # and small classes are put together
    shares = class_shares(facts_of(small_town(open_by_class={"0102": 90, "0104": 8, "0105": 1, "0106": 1})))
    assert shares is not None
    assert [(part.name.zh, part.count) for part in shares.parts] == [("0102", 90), ("0104", 8), ("其他", 2)]


def test_today_is_told_against_yesterday_and_figures_flag_what_is_late(application: Any) -> None:
    from sanping.ui.wall.panels.case_figures import case_flops

    # given a day with twice the reports of yesterday by the same time (08:40 UTC)
    governed = replace(
        small_town(by_hour=(2,) * 9, reported_today=18, overdue=3, open_by_stage={"handling": 30}), yesterday=(1,) * 24
    )

    # when the figures are told
    flops = {flop.name.zh: flop for flop in case_flops(facts_of(governed))}

    # then the change is told, and only late cases are coloured
    assert flops["今日受理"].note.zh == "同比昨日 ▲108%"
    assert (flops["超期"].digits, flops["超期"].note.zh) == ("3", "占在办 10.0%")
    assert flops["超期"].colour is not None
    assert flops["临期"].colour is None


def test_a_case_is_shown_large_with_its_way_and_one_that_is_gone_says_so(application: Any) -> None:
    from sanping.ui.wall.panels.case_pair import CaseLarge
    from sanping.ui.wall.panels.focus import FocusPanel
    from sanping.ui.wall.rehearsal_photos import rehearsed_governing

    # given invented cases
    line = rehearsed_cases(NOW_MS, UTC).lines[3]
    governed = rehearsed_governing(NOW_MS, UTC, line.id)

    # when one is in focus, one that nobody knows, and one whose way has not been heard yet
    panel = FocusPanel({})
    shown: Any = panel.content(facts_of(governed, focus=Focus(kind="case", id=line.id)))
    gone: Any = panel.content(facts_of(governed, focus=Focus(kind="case", id="310107-1")))
    early: Any = panel.content(facts_of(replace(governed, focus=None), focus=Focus(kind="case", id=line.id)))

    # then its class, place, state and steps are told
    assert isinstance(shown, CaseLarge)
    assert shown.title.zh == line.title_zh
    assert any(line.address in said.zh for said in shown.lines)
    assert shown.steps
    assert shown.photos[0]
    assert shown.is_simulated
    assert "310107-1" in gone.name.zh
    assert early.steps == ()


def test_panels_that_share_a_room_take_turns_by_the_clock(application: Any) -> None:
    from sanping.ui.wall.board import NOTHING, all_panels, panel_at
    from sanping.ui.wall.layout import Place
    from sanping.ui.wall.panels.case_ranks import CaseRanks
    from sanping.ui.wall.panels.turns import EACH_MS, TurnOf

    # given a room of two panels
    place = Place(panel="area_ranking", box=(0, 0, 400, 300), em_px=12, turns=("class_map",))
    panel = panel_at(place, all_panels(), NOTHING)
    governed = small_town(open_by_class={"0102": 3})

    # when time goes on
    begin = NOW_MS - NOW_MS % (2 * EACH_MS)
    shown: list[Any] = [panel.content(facts_of(governed, now_ms=begin + n * EACH_MS)) for n in range(3)]

    # then each is shown for a while, and then the first again
    assert all(isinstance(one, TurnOf) for one in shown)
    assert [one.number for one in shown] == [0, 1, 0]
    assert isinstance(shown[0].content, CaseRanks)
    assert shown[1].content.total == 3


def test_the_five_ones_count_what_lives(application: Any) -> None:
    from sanping.ui.wall.panels.five_ones import five_ones

    # given a room with a wall, two desks and three phones, and cases from the hotline
    governed = replace(
        small_town(open_by_source={"hotline_12345": 7, "collector": 2, "public": 1}, total=40),
        screens=MappingProxyType({"wall": 1, "desk": 2, "phone": 3}),
    )

    # when they are told
    ones = five_ones(facts_of(governed))

    # then each has its figure
    assert ones is not None
    assert [(one.name.zh, one.figure) for one in ones.ones] == [
        ("一个中心", "3"), ("一个号码", "12345"), ("一个APP", "3"), ("一个网格", "0"), ("一个平台", "0/0"),
    ]  # fmt: skip
    assert ones.ones[1].note.zh == "热线在办 7"
    assert ones.ones[2].note.zh == "端上在办 3"


def test_the_rates_of_the_hotline_take_turns_with_those_of_all_cases(application: Any) -> None:
    from sanping.ui.wall.panels.case_figures import PAGE_MS, CaseRates
    from sanping.ui.wall.panels.five_ones import NOTE_MS, five_ones

    # given cases some of whose callers were called back
    rates = {"on_time_rate": 0.9, "call_response_rate": 0.98, "call_solved_rate": 0.9, "call_satisfaction_rate": 0.875}
    facts = facts_of(small_town(rates=rates))
    begun_ms = facts.now_ms - facts.now_ms % (6 * PAGE_MS)

    # when rings and plates are told at moments one after another
    rings = [CaseRates().content(replace(facts, now_ms=begun_ms + page * PAGE_MS)) for page in range(2)]
    plates = [five_ones(replace(facts, now_ms=begun_ms + page * NOTE_MS)) for page in range(4)]

    # then the rings are of all cases and of the hotline, and the plate of the number has each rate once
    assert [[name.zh for name, _, _ in ring.rates] for ring in rings] == [["按期处置"], ["响应率", "解决率", "满意率"]]
    assert [ring.title.zh for ring in rings] == ["处置成效", "12345 三率"]
    assert {plate.ones[1].note.zh for plate in plates if plate} == {
        "热线在办 0", "响应率 98%", "解决率 90%", "满意率 88%",
    }  # fmt: skip


def test_an_area_is_told_with_its_path_its_figures_and_its_legend_and_its_parts_are_ranked(application: Any) -> None:
    from sanping.stage.area_map import AreaMap, shaded
    from sanping.ui.areas_in_city import AreaShow
    from sanping.ui.wall.panels.area_strip import AreaStrip, area_line
    from sanping.ui.wall.panels.case_ranks import CaseRanking
    from sanping.wire.cases import AreaBoard, AreaFigures

    # given a street that a wall looks at, with two communities
    def area(code: str, name: str, **more: Any) -> AreaFigures:
        return AreaFigures(code=code, name_zh=name, name_en=name, **more)

    rows = (
        area("310107014001", "一居", open=1, rates={"on_time_rate": 0.8}),
        area("310107014002", "二居", open=9, overdue=2, rates={"on_time_rate": 0.95}),
    )
    governed = small_town()
    assert governed.counts is not None
    board = AreaBoard(
        area=area("310107014", "长寿路街道", open=10, overdue=2, alarms=1, rates={"closing_rate": 0.9}),
        above=(area("310107", "普陀区"),), level="community", rows=rows, counts=governed.counts,
    )  # fmt: skip
    shown = AreaShow(board=board, area_map=AreaMap(kind="shares"), legend=shaded(rows, "open")[1])

    # when its panels tell of it
    line = area_line(facts_of(replace(governed, within="310107014", areas=shown)))
    ranks: Any = CaseRanking("area").content(facts_of(replace(governed, within="310107014", areas=shown)))

    # then path, figures and legend are there, and what is ranked are its communities
    assert line is not None
    assert [name.zh for name in line.path] == ["普陀区", "长寿路街道"]
    assert (line.open, line.overdue, line.closing_rate, line.alarms) == (10, 2, 0.9, 1)
    assert line.legend is not None
    assert (line.legend.high, line.legend.unit.zh) == (9.0, "件")
    assert (ranks.title.zh, [row.name.zh for row in ranks.rows]) == ("村居处置排名", ["二居", "一居"])
    assert ranks.rows[0].overdue == 2

    # and without an area or a map the strip leaves the city free
    assert AreaStrip().content(facts_of(replace(governed, areas=AreaShow(board=board)))) is None
    assert AreaStrip().content(facts_of(governed)) is None
