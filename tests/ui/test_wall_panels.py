"""The panels of the wall: what they say of the city, that nothing is invented, and what is painted again when."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from fakes.small_river import MINUTE_MS, NOON_MS, gauge, reading, small_river
from fakes.small_view import alarm, measured, small_view
from sanping.commands.overview import Figure, Overview
from sanping.domain.site import SiteNotice
from sanping.domain.text import Text
from sanping.stage.sharing import Focus
from sanping.twin.live import LiveState, with_observations
from sanping.twin.river_view import RiverView, river_view

pytestmark = pytest.mark.gui
CANVAS = (1920, 1080)
OVERVIEW = Overview(
    figures=(Figure(title=Text("建筑", "Buildings"), value="2,431", unit=Text("栋", "")),), height_counts=(3, 5, 2)
)


@pytest.fixture
def application(qtbot: Any, repository: Path) -> Any:
    from sanping.ui.application import create_application

    return create_application("zh", repository / "assets")


def facts_of(view: RiverView | None = None, **more: Any) -> Any:
    from sanping.ui.wall.facts import WallFacts
    from sanping.ui.wall.gathering import alarm_lines

    view = small_view(alarm(), alarm("a2", "up", colour="red", state="acknowledged")) if view is None else view
    course = tuple((float(NOON_MS - n * 10 * MINUTE_MS), 3.4 + 0.1 * (n % 5)) for n in range(60, -1, -1))
    given = {
        "now_ms": NOON_MS, "view": view, "title": Text("小城", "Small town"), "part": small_river(),
        "attribution": Text("测试", "Test"),
        "lines": alarm_lines(small_river(), view), "courses": {"mid": course, "up": course}, "overview": OVERVIEW,
    }  # fmt: skip
    return WallFacts(**{**given, **more})


def board_of(repository: Path, *, is_animated: bool = False, counts: tuple[int, int] = (1, 1)) -> Any:
    from sanping.ui.wall.board import WallBoard
    from sanping.ui.wall.layout import layout_for, placed, text_px
    from sanping.ui.wall.tiling import tiling_of

    tiling = tiling_of(*counts, CANVAS, 0.0, 1.25)
    layout = layout_for(repository / "assets" / "wall", "", tiling)
    return WallBoard(placed(layout, tiling, text_px(layout, tiling, 18.6)), is_animated=is_animated)


def painted(board: Any, now_ms: int = 1000, piece: tuple[float, float, float, float] = (0, 0, *CANVAS)) -> Any:
    """Paint a piece of a board and return its pixels (rows, columns, 4)."""
    from PySide6.QtCore import QRectF, Qt
    from PySide6.QtGui import QImage, QPainter

    image = QImage(round(piece[2]), round(piece[3]), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    board.paint(painter, QRectF(*piece), now_ms)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8)
    return pixels.reshape(image.height(), image.width(), 4).copy()


def lightness(pixels: Any) -> float:
    """Return how bright the opaque part of a picture is."""
    opaque = pixels[..., 3] > 200
    return float(pixels[..., :3][opaque].mean())


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("style", ["night", "day"])
@pytest.mark.parametrize("counts", [(1, 1), (3, 2)])
def test_every_panel_is_painted_in_both_languages_and_both_looks(
    application: Any, repository: Path, language: Any, style: Any, counts: tuple[int, int]
) -> None:
    # given a board with the small river, and something in focus
    board = board_of(repository, counts=counts)

    # when it is shown
    board.show(facts_of(language=language, style=style, focus=Focus(kind="station", id="mid")), 0)
    pixels = painted(board, piece=(0, 0, CANVAS[0] * counts[0], CANVAS[1] * counts[1]))

    # then every panel has left something in its room, and the look is that of the hour
    for box in board.boxes:
        room = pixels[round(box.top()) : round(box.bottom()), round(box.left()) : round(box.right())]
        assert room[..., 3].max() > 200
        assert room[..., :3].std() > 4
    assert (lightness(pixels) < 90) == (style == "night")


def test_no_text_is_smaller_than_can_be_read_from_the_farthest_seat(
    application: Any, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtGui import QFont

    # given what size every word of the wall is written in
    sizes: list[int] = []
    set_size = QFont.setPixelSize
    monkeypatch.setattr(QFont, "setPixelSize", lambda font, size: (sizes.append(size), set_size(font, size)))

    # when the widest layout is painted in English, which is longer
    board = board_of(repository, counts=(3, 2))
    board.show(facts_of(language="en", focus=Focus(kind="alarm", id="a1")), 0)
    painted(board, piece=(0, 0, 5760, 2160))

    # then none is smaller than 16 arc minutes at five metres on pixels of 1.25 mm
    assert len(sizes) > 100
    assert min(sizes) >= 18


def test_what_did_not_change_is_not_painted_again(application: Any, repository: Path) -> None:
    # given a board that shows something
    board = board_of(repository)
    facts = facts_of()
    board.show(facts, 0)
    painted(board)

    # when the same comes again, and then a second later
    same = board.show(replace(facts), 10)
    later = board.show(replace(facts, now_ms=NOON_MS + 1000), 20)

    # then first nothing is painted, then little more than the clock
    assert same == ()
    assert 1 <= len(later) <= 4


def test_digits_flip_when_a_number_changes_and_come_to_rest(application: Any, repository: Path) -> None:
    # given an animated board that shows two alarms
    board = board_of(repository, is_animated=True)
    board.show(facts_of(), 5000)
    before = painted(board, 6000)

    # when a third comes
    board.show(facts_of(small_view(alarm(), alarm("a2", "up"), alarm("a3", "down"))), 10_000)
    turning = board.turning(10_200)
    half, after = painted(board, 10_200), painted(board, 11_000)

    # then cards are on their way for a while, and afterwards nothing moves any more
    assert turning
    assert (half != before).any()
    assert (half != after).any()
    assert board.turning(11_000) == ()


def test_both_tiles_of_a_panel_that_crosses_them_show_their_half_of_it(application: Any, repository: Path) -> None:
    # given a board
    board = board_of(repository)
    board.show(facts_of(), 0)

    # when it is painted whole and in two pieces
    whole = painted(board)
    left, right = painted(board, piece=(0, 0, 960, 1080)), painted(board, piece=(960, 0, 960, 1080))

    # then the pieces make the whole
    assert np.array_equal(np.concatenate([left, right], axis=1), whole)


def test_pages_turn_with_the_hubs_clock_so_that_every_tile_shows_the_same(application: Any) -> None:
    from sanping.ui.wall.panels.alarms import EACH_MS, AlarmTicker
    from sanping.ui.wall.panels.water import Hydrograph

    # given two alarms that wait, and two gauges with a course
    facts = facts_of(small_view(alarm(), alarm("a2", "up", rule="other")))
    ticker, graph = AlarmTicker(), Hydrograph()

    # when the clock goes on
    first, second = (ticker.content(replace(facts, now_ms=NOON_MS + n * EACH_MS)) for n in (0, 1))
    gauges = {graph.content(replace(facts, now_ms=NOON_MS + n * 10_000)).name.zh for n in range(4)}  # type: ignore[attr-defined]

    # then they are told one after another, and two screens with the same clock agree
    assert first != second
    assert AlarmTicker().content(facts) == ticker.content(facts)
    assert gauges == {"mid站", "up站"}


def test_no_weather_is_invented_where_no_station_measures_it(application: Any) -> None:
    from sanping.ui.wall.panels.headings import sky_of

    # given a river without rain gauges, and one with a weather station that reported an hour ago
    station = gauge("sky", 0.0, kinds=("weather", "rain"))
    old = NOON_MS - 60 * MINUTE_MS
    rows = [reading("sky", "air_temperature", 18.2, old), reading("sky", "rain_hour", 6.5, is_simulated=True)]
    state = with_observations(LiveState(is_linked=True), rows)

    # when the weather is asked for
    nothing = sky_of(facts_of())
    found = sky_of(facts_of(river_view(small_river(station), state, NOON_MS)))

    # then the first says nothing, the second what was measured, how old it is, and what is simulated
    assert nothing == ()
    assert [(sky.value.zh, sky.is_stale, sky.is_simulated) for sky in found] == [
        ("18.2", True, False),
        ("6.5", False, True),
    ]


def test_the_figures_say_what_is_known_and_leave_out_what_nobody_measures(application: Any) -> None:
    from sanping.ui.wall.panels.figures import flops_of

    # given the small river with an orange and an acknowledged red alarm

    # when its figures are asked for
    flops = {flop.name.zh: flop for flop in flops_of(facts_of())}

    # then they count stations and alarms, and there is no rain and no pump
    assert flops["在线测站"].digits == "2"
    assert (flops["当前告警"].digits, flops["待确认"].digits) == ("2", "1")
    assert flops["超警最多"].digits == "3.90"
    assert flops["建筑"].digits == "2,431"
    assert not {"最大时雨量", "运行水泵"} & flops.keys()


def test_gauges_are_ranked_by_how_far_they_stand_above_warning_and_stale_ones_last(application: Any) -> None:
    from sanping.ui.wall.panels.lists import Ranking

    # given three gauges: one over its warning level, one below, one that was last heard of an hour ago

    # when they are ranked
    shown: Any = Ranking().content(facts_of())

    # then the stale one stands last with its age
    assert [row.name.zh for row in shown.rows] == ["mid站", "up站", "down站"]
    assert shown.rows[0].over_m == pytest.approx(0.6)
    assert [row.is_stale for row in shown.rows] == [False, False, True]
    assert "60 分钟前" in shown.rows[2].age.zh
    assert shown.is_simulated


def test_the_funnel_counts_each_alarm_in_every_step_it_has_reached(application: Any) -> None:
    from sanping.ui.wall.panels.alarms import funnel_of

    # given alarms in all states
    alarms = (
        alarm("a", state="active", colour="red"),
        alarm("b", state="returned", colour="blue"),
        alarm("c", state="acknowledged"),
        alarm("d", state="shelved"),
    )

    # when they are counted
    funnel = funnel_of(alarms, NOON_MS)

    # then three are open, two wait for somebody, one is still over its limit, one stands aside
    assert [sum(counts) for counts in funnel.counts] == [3, 2, 1]
    assert funnel.shelved == 1
    assert funnel.counts[0] == (1, 1, 0, 1)


@pytest.mark.parametrize(
    ("focus", "says"),
    [
        (Focus(kind="station", id="mid"), "mid站"),
        (Focus(kind="alarm", id="a1"), "mid站"),
        (Focus(kind="station", id="nowhere"), "nowhere"),
        (Focus(kind="case", id="C-1"), "C-1"),
    ],
)
def test_what_is_in_focus_is_shown_large_or_it_is_said_why_not(application: Any, focus: Focus, says: str) -> None:
    from sanping.ui.wall.board import all_panels

    # given something in focus
    facts = facts_of(focus=focus)

    # when its panel is asked
    content: Any = all_panels()["focus"].content(facts)

    # then it names it
    assert says in content.name.zh


def test_a_hub_that_is_away_is_told_and_every_value_goes_grey(application: Any) -> None:
    from sanping.ui.wall.board import all_panels
    from sanping.ui.wall.telling import AWAY

    # given the last that the hub told before it went away
    state = with_observations(LiveState(is_linked=False), measured())
    view = river_view(small_river(), LiveState(readings=MappingProxyType(state.readings)), NOON_MS)

    # when it is shown
    panels = all_panels()
    facts = facts_of(view, link=AWAY)
    ticker: Any = panels["ticker"].content(facts)
    ranking: Any = panels["ranking"].content(facts)
    figures: Any = panels["figures"].content(facts)

    # then the ticker says so, no gauge counts as fresh, and nothing is graded from old values
    assert ticker.words == AWAY
    assert all(row.is_stale for row in ranking.rows)
    assert figures.flops[0].digits == "0"
    assert panels["quality"].content(facts) is None


def test_a_wall_at_a_relay_names_it_below_its_title(application: Any) -> None:
    from sanping.ui.wall.board import all_panels

    title: Any = all_panels()["title"]
    for more, zh, en in (
        ({}, "运行中心", "Centre"),
        ({"relay": "pc-2"}, "运行中心 · 经分中枢 pc-2", "Centre · through the relay pc-2"),
        ({"relay": "pc-2", "leader": Text("王芳", "Wang")}, "主持：王芳 · 经分中枢 pc-2", "Led by Wang · through"),
    ):
        _, below = title.content(facts_of(tagline=Text("运行中心", "Centre"), **more))
        assert below.zh == zh
        assert below.en.startswith(en)


def test_a_long_notice_turns_page_by_page_and_none_of_it_is_left_out(application: Any) -> None:
    from sanping.twin.site_notices import as_warning
    from sanping.ui.wall.panels.alarms import EACH_MS, LONGEST_COLUMNS, AlarmTicker, parts_of

    # given a notice of the site above that is longer than the band
    title = "台风“梅花”今夜影响本市，苏州河沿线各闸站提前预降水位并备好移动水泵，请各镇在二十点前回报人员与物资到位情况"
    notice = SiteNotice(
        id="city-1", site="city", epoch="e", seq=1, op="", by="", at_ms=NOON_MS, title=title, until_ms=NOON_MS + 1,
        sites=("town",), site_zh="市运行中心", site_en="City centre", colour="orange",
    )  # fmt: skip
    view = replace(small_view(), notices=(as_warning(notice, NOON_MS),))

    # when the hub's clock goes on; then its parts come one after another, and together say all of it
    first: Any = AlarmTicker().content(facts_of(view, lines=(), now_ms=0))
    pages = int(first.count.partition("/")[2])
    said = [AlarmTicker().content(facts_of(view, lines=(), now_ms=n * EACH_MS)).words.zh for n in range(pages)]
    assert pages > 1
    assert "".join(said).replace("……", "") == f"【市运行中心】{title}"
    assert said[0].endswith("，…")

    # and what has no mark to cut after is cut where the line is full, what fits is left as it is
    assert parts_of("甲" * 40, LONGEST_COLUMNS) == ["甲" * 30 + "…", "…" + "甲" * 10]
    assert parts_of("短", LONGEST_COLUMNS) == ["短"]


def test_the_rehearsal_of_a_twin_is_marked_as_simulated_and_raises_its_rules_alarms(repository: Path) -> None:
    from sanping.formats.project import load_project
    from sanping.ui.wall.rehearsal import rehearsal

    # given the bundled twin
    project = load_project(repository / "cim_models" / "suhe")

    # when its flood is rehearsed
    told = rehearsal(project.live, "flood", NOON_MS)
    calm = rehearsal(project.live, "calm", NOON_MS)

    # then every value is marked, nothing lies in the future, and the flood has alarms that calm weather has not
    readings = [one for readings in told.state.readings.values() for one in readings.values()]
    assert readings
    assert all(one.is_simulated and NOON_MS - 301_000 <= one.event_ms <= NOON_MS for one in readings)
    assert all(one.is_simulated for one in told.state.alarms.values())
    assert len(told.state.alarms) > len(calm.state.alarms)
    assert len(told.courses["SZH00001"]) == 145


def test_the_line_below_says_whose_data_these_are_and_how_the_water_is_read(application: Any) -> None:
    from sanping.ui.wall.board import all_panels

    # given water that is painted as it looks, by its class and by its level
    credits: Any = all_panels()["credits"]
    ways: tuple[Any, ...] = ("plain", "class", "level")

    # when the line is asked
    plain, by_class, by_level = (credits.content(facts_of(water_colour=way)) for way in ways)

    # then it names the data always, and the colours while they mean something
    assert {line[0].zh for line in (plain, by_class, by_level)} == {"测试"}
    assert plain[1] == ()
    assert [name.zh for name, _ in by_class[1]] == ["Ⅰ、Ⅱ类", "Ⅲ类", "Ⅳ类", "Ⅴ类", "劣Ⅴ类"]
    assert [name.zh for name, _ in by_level[1]] == ["正常", "接近警戒", "超警戒", "超保证", "超历史"]
