"""REST for the other sites of a federation: how they are, what stands open below, and the steps of one case."""

import msgspec

from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.hub.core import Hub
from sanping.hub.endpoint import Asked, Endpoint
from sanping.hub.site_desk import site_of
from sanping.hub.site_host import now_ms

_NO_CASE = Text("没有下级案件 {case}；请刷新", "There is no case {case} of a lower site; reload")


async def _sites(hub: Hub, asked: Asked) -> object:
    desk = site_of(hub.sites)
    aside = [msgspec.structs.replace(one, entry=None) for one in desk.parking.shown()]
    orders = hub.sight.seen(desk.orders.shown(), asked.by)
    known = {"sites": desk.statuses(), "joint": desk.joint(), "orders": orders}
    return {"at_ms": now_ms(), **known, "notices": hub.sight.seen(desk.notices.shown(), asked.by), "parked": aside}


async def _cases(hub: Hub, asked: Asked) -> object:
    site = asked.parameters.get("site", "")
    below = hub.sight.seen(site_of(hub.sites).down.cases.values(), asked.by)
    return [one for one in below if site in ("", one.site)]


async def _case(hub: Hub, asked: Asked) -> object:
    desk, id = site_of(hub.sites), asked.parameters["id"]
    known = desk.down.cases.get(id)
    if known is None:
        raise InputError(_NO_CASE.with_values(case=id[:80]))
    hub.sight.check(asked.by, known.line.label)
    return {"case": known, "steps": [msgspec.to_builtins(one) for one in await desk.steps(known.site, known.line.id)]}


async def _hubs(hub: Hub, _: Asked) -> object:
    return list(hub.others())


SITE_ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/hubs",
        title=Text("本站的中枢：主中枢、分中枢与接入中枢", "The hubs of this site: owner, relays, intakes"),
        run=_hubs,
    ),
    Endpoint(
        method="GET",
        path="/sites",
        title=Text(
            "上下级站点、会商、下发的命令与通知、搁置的信件",
            "Sites above and below, the joint session, commands and notices sent down, what is put aside",
        ),
        run=_sites,
    ),
    Endpoint(
        method="GET",
        path="/sites/cases",
        title=Text("下级站点的案件", "Cases of lower sites"),
        run=_cases,
        parameters={"site": Text("站点编号，空为全部", "Id of a site; empty for all")},
    ),
    Endpoint(
        method="GET",
        path="/sites/cases/{id}",
        title=Text("下级的一个案件与它的步骤", "One case of a lower site and its steps"),
        run=_case,
        parameters={"id": Text("案件编号@站点", "Id of the case @ its site")},
        required=("id",),
    ),
)
