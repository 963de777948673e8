"""Responses and a major event on the wall: the board says who is late, the event's panels say how it stands."""

from pathlib import Path
from typing import Any

import pytest

from fakes.small_responses import BEGUN_MS, MINUTE_MS, begun
from sanping.bootstrap.rehearsing import played_responses
from sanping.bootstrap.twins import load_project
from sanping.ui.wall.operations import Operations
from sanping.ui.wall.rehearsal_event import rehearsed_operations
from ui.test_wall_panels import facts_of, painted

pytestmark = pytest.mark.gui
MARATHON = Path(__file__).resolve().parents[2] / "assets" / "scenes" / "marathon"


@pytest.fixture
def application(qtbot: Any, repository: Path) -> Any:
    from sanping.ui.application import create_application

    return create_application("zh", repository / "assets")


def board_at(minutes: int) -> Any:
    """Return what the board says of the small response some minutes after its beginning."""
    from sanping.ui.wall.panels.response import ResponseBoard

    facts = facts_of(now_ms=BEGUN_MS + minutes * MINUTE_MS, operations=Operations(responses=(begun(),)))
    return ResponseBoard().content(facts)


def test_the_board_tells_level_time_lanes_and_who_is_late(application: Any) -> None:
    early, late = board_at(3), board_at(17)

    assert (early.elapsed, early.late, early.colour) == ("00:03:00", 0, "yellow")
    assert [(lane.name.zh, lane.is_late) for lane in late.lanes] == [("河道所", False), ("排水所", True)]
    assert late.lanes[1].bars[0].late_min == 7
    assert late.taken_to.zh == "负责人"
    assert 0.0 < early.now < late.now <= 1.0


def test_nothing_lies_over_the_wall_without_a_response(application: Any) -> None:
    from sanping.ui.wall.panels.response import ResponseBoard

    assert ResponseBoard().content(facts_of()) is None


def test_the_wall_of_the_event_paints_its_panels_and_the_board_above_them(application: Any, repository: Path) -> None:
    from sanping.ui.wall.board import WallBoard
    from sanping.ui.wall.layout import layout_for, placed, text_px
    from sanping.ui.wall.panels.event import EventCountdown, EventPosts
    from sanping.ui.wall.panels.event_course import EventCourse
    from sanping.ui.wall.tiling import tiling_of

    # given the event as it is played, with the response to a dense crowd
    project = load_project(MARATHON)
    told = rehearsed_operations(project, BEGUN_MS, played_responses(project, "flood", BEGUN_MS))
    facts = facts_of(now_ms=BEGUN_MS, operations=told)
    tiling = tiling_of(1, 1, (1920, 1080), 0.0, 1.25)
    layout = layout_for(MARATHON / "wall", "", tiling)
    places = placed(layout, tiling, text_px(layout, tiling, 18.6))

    # when the wall is painted with and without the response
    pictures = []
    for operations in (told, Operations(event=told.event, posts=told.posts)):
        board = WallBoard(places, is_animated=False)
        board.show(facts_of(now_ms=BEGUN_MS, operations=operations), 1)
        pictures.append(painted(board))

    # then the panels say how the event stands, and the board lies over them
    count, posts, course = (panel.content(facts) for panel in (EventCountdown(), EventPosts(), EventCourse()))
    assert count.count == "02:48:00"
    assert (posts.in_place, posts.total) == (25, 25)
    assert posts.calls
    assert course.kilometres == pytest.approx(21.1, abs=0.05)
    assert [one.title_zh for one in told.responses] == ["大人流疏导联动响应"]
    assert (pictures[0] != pictures[1]).any()
