"""The API's part for who draws the river: its course, and the limits that class its water."""

from sanping.domain.text import Text
from sanping.hub.core import Hub
from sanping.hub.endpoint import Asked, Endpoint
from sanping.twin.live_part import LivePart


def courses(live: LivePart) -> list[dict[str, object]]:
    """Return the rivers as they are answered: points in world metres, chainage and width in metres."""
    return [
        {
            "name": river.name,
            "title": river.title,
            "points_m": river.points_m.tolist(),
            "chainage_m": river.chainage_m.tolist(),
            "width_m": river.width_m.tolist(),
        }
        for river in live.rivers
    ]


async def _rivers(hub: Hub, _: Asked) -> object:
    return courses(hub.plan.live)


async def _standard(hub: Hub, _: Asked) -> object:
    return hub.plan.live.standard


RIVER_ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(method="GET", path="/rivers", title=Text("河道中心线", "Courses of the rivers"), run=_rivers),
    Endpoint(method="GET", path="/standard", title=Text("水质标准限值", "Limits of water quality"), run=_standard),
)
