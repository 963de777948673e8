"""What an operation shows in the city, as values: parties with arcs, routes, posts by how they stand."""

from dataclasses import replace
from pathlib import Path

from msgspec.structs import replace as changed

from fakes.governed_hub import suhe_city
from fakes.small_responses import BEGUN_MS, MINUTE_MS
from sanping.bootstrap.twins import load_project
from sanping.domain.case_line import CaseLine
from sanping.domain.response import NewResponse, Response
from sanping.scene.layers.curtains import LightBands
from sanping.scene.operation_view import OperationView, Scenery, bounds_of
from sanping.twin.live import LiveState
from sanping.twin.responses.placing import placed
from sanping.twin.responses.simulated import played_response
from sanping.ui.operations_in_city import LATE, event_scenery, near_lines, response_scenery, sceneries
from sanping.ui.wall.operations import operations_of, shown_now
from sanping.ui.wall.rehearsal_event import rehearsed_operations

MARATHON = Path(__file__).resolve().parents[3] / "assets" / "scenes" / "marathon"
PARTS = (OperationView, LightBands)


def flood() -> Response:
    """Return the flood plan, 27 minutes after it was started."""
    new = NewResponse(plan="flood", alarm="a1", address="武宁路桥", lon_deg=121.42, lat_deg=31.24)
    response = played_response(suhe_city().plans["flood"], new, BEGUN_MS)
    return placed(response, lambda lon, lat: (lon * 1000, lat * 1000))


def case_at(x_m: float, y_m: float) -> CaseLine:
    return CaseLine(
        id="c", rev=1, state="filed", kind="event", case_class="0102", title_zh="垃圾", title_en="Litter",
        source="public", area="310107", reported_ms=0, changed_ms=0, x_m=x_m, y_m=y_m,
    )  # fmt: skip


def test_every_party_stands_in_its_place_and_heads_for_what_it_is_about_until_its_tasks_are_settled() -> None:
    response = flood()

    shown = response_scenery([response], BEGUN_MS)

    assert len(shown.signs) == 6
    assert shown.spots == ((121_420.0, 31_240.0),)
    late = [sign for sign in shown.signs if sign.colour == LATE]
    assert [sign.id for sign in late] == ["drainage"]
    assert late[0].letters == "1/2"
    assert [heading.is_warm for heading in shown.headings].count(True) == 1
    assert len(shown.headings) < 6
    assert response_scenery([changed(response, state="ended")], BEGUN_MS) == Scenery()


def test_an_event_shows_its_route_closed_roads_posts_and_the_cases_beside_it() -> None:
    told = rehearsed_operations(load_project(MARATHON), BEGUN_MS)
    assert told.event is not None
    near, far = told.event.route[40], (0.0, 0.0)
    state = LiveState(event=told.event, posts=told.posts, cases={"a": case_at(*near), "b": case_at(*far)})

    shown = event_scenery(told.event, state, BEGUN_MS)

    assert len(shown.routes) == 1 + 6
    assert len(shown.signs) == len(told.event.posts)
    assert {sign.rank for sign in shown.signs} == {0, 1, 2}
    assert shown.spots == (near,)
    assert len(near_lines(told.event, [case_at(*near)])) == 1
    assert bounds_of(shown) is not None
    assert bounds_of(Scenery()) is None
    assert sceneries(LiveState(), BEGUN_MS) == {"response": Scenery(), "event": Scenery()}


def test_the_wall_hears_no_names_and_keeps_an_ended_response_for_two_minutes() -> None:
    response = flood()
    ended = changed(response, id="R-2", state="ended", ended_ms=BEGUN_MS, summary="都好", commander_name="朱国平")
    state = LiveState(responses={"R-2": ended, response.id: response})

    told = operations_of(state)

    assert [one.id for one in told.responses] == [response.id, "R-2"]
    assert all(not one.commander_name and not one.summary and not one.news for one in told.responses)
    assert all(not task.by_name for one in told.responses for task in one.tasks)
    assert len(shown_now(told, BEGUN_MS + MINUTE_MS)) == 2
    assert len(shown_now(replace(told), BEGUN_MS + 3 * MINUTE_MS)) == 1
