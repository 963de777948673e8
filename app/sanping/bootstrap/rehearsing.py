"""A joint response as it is played for a picture without a hub, from the twin's own plans. Imports no window."""

from functools import partial

from sanping.bootstrap.cases import city_of
from sanping.domain.response import NewResponse, Response
from sanping.hub.plan import metres_of
from sanping.twin.project import TwinProject
from sanping.twin.responses.placing import placed
from sanping.twin.responses.simulated import played_response
from sanping.twin.simulated_river import Scenario

FLOOD_RULE, CROWD_RULE = "level-guarantee", "crowd-dense"


def played_responses(project: TwinProject, scenario: Scenario, now_ms: int) -> tuple[Response, ...]:
    """Return the flood response of a synthetic twin in a flood, or the crowd response of its event; else none."""
    if scenario != "flood" or not project.is_synthetic:
        return ()
    city = city_of(project)
    rule = FLOOD_RULE if project.event is None else CROWD_RULE
    plans = () if city is None else [plan for plan in city.plans.values() if rule in plan.rules]
    metres = partial(metres_of, project.crs)
    posts = [] if project.event is None else [post for post in project.event.posts if post.kind == "guard"]
    spot = posts[1] if len(posts) > 1 else None
    home = (project.longitude_deg, project.latitude_deg)
    lon_deg, lat_deg = home if spot is None else (spot.lon_deg, spot.lat_deg)
    new = NewResponse(
        plan="", alarm="played", address="" if spot is None else spot.name_zh, lon_deg=lon_deg, lat_deg=lat_deg,
        is_simulated=True,
    )  # fmt: skip
    return tuple(placed(played_response(plan, new, now_ms), metres) for plan in plans[:1])
