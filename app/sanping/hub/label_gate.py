"""The one way to an address of the API: what it may tell whom by its labels, and a record of whoever asks for more.

An address that is in none of the lists below holds something that nobody has thought of: while a twin labels anything,
only who is cleared for everything gets an answer from it.
"""

from sanping.domain.device import Identity
from sanping.domain.errors import AboveClearance
from sanping.domain.label import HIGHEST
from sanping.domain.text import Text
from sanping.hub.core import Hub
from sanping.hub.endpoint import Asked, Endpoint
from sanping.hub.sight import REFUSED

OPEN = frozenset(
    {
        "/health", "/twin", "/span", "/sources", "/sources/{name}", "/adapters", "/adapters/{name}/test",
        "/photos", "/rivers", "/standard", "/cases/audit", "/hubs", "/ogc", "/ogc/conformance", "/pair", "/codes",
        "/devices", "/me", "/login", "/unlock", "/backups", "/backups/cancel",
    }
)  # fmt: skip
"""Addresses that tell nothing of what has a label: names, how things run, who is let in."""
CLEARED = frozenset(
    {
        "/stations", "/latest", "/as-of", "/observations", "/series", "/means", "/export", "/events", "/alarms",
        "/notices", "/reports", "/photos/{name}", "/governance", "/cases", "/cases/indicators", "/cases/areas",
        "/cases/points", "/cases/measures", "/cases/{id}", "/responses/plans", "/responses", "/responses/{id}",
        "/catalogue", "/ogc/collections", "/ogc/collections/{collection}", "/ogc/collections/{collection}/queryables",
        "/ogc/collections/{collection}/items", "/ogc/collections/{collection}/items/{feature}",
        "/3dtiles/tileset.json", "/3dtiles/{folder}/{layer}/{tile}", "/sites", "/sites/cases", "/sites/cases/{id}",
    }
)  # fmt: skip
"""Addresses that tell everybody what they are cleared for, each in its own way."""
_CLOSED = Text(
    "“{title}”没有按密级区分，只对有最高许可的人员开放",
    "{title} does not tell labels apart, and is open to those who are cleared for everything",
)


async def answered(hub: Hub, endpoint: Endpoint, asked: Asked) -> object:
    """Do what an endpoint does, for whom it may. Raises what it raises, and `AboveClearance`, which is recorded."""
    try:
        if endpoint.path not in OPEN | CLEARED and hub.plan.labels.is_declared and asked.by.clearance != HIGHEST:
            raise AboveClearance(_CLOSED.with_values(title=endpoint.title))
        return await endpoint.run(hub, asked)
    except AboveClearance:
        hub.audited(REFUSED, f"{told(asked.by)} {asked.peer} {endpoint.method} {endpoint.path}")
        raise


def told(who: Identity) -> str:
    """Return whom a record names: an account, and the device it came from."""
    return " ".join(part for part in (who.user, who.device or "hub") if part)
