"""What a hub shares with other programs: collections of features, 3D Tiles, and a catalogue with how often they served.

The models come from `ports.shared_models`, which is made when first wanted; what lives comes from the hub itself.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import msgspec

from sanping.domain.catalogue import Catalogue, DataCard, ServiceLine
from sanping.domain.device import Identity
from sanping.domain.text import Text
from sanping.hub.case_sheet import mine
from sanping.hub.core import Hub
from sanping.hub.shared_live import (
    AREA_FIELDS,
    CASE_FIELDS,
    STATION_FIELDS,
    area_features,
    case_feature,
    case_page,
    paged,
    station_features,
    station_page,
)
from sanping.hub.shared_query import SharedQuery
from sanping.ports.shared_models import Feature, FeaturePage, FeatureQuery, SharedModels

FEATURES, TILES, REST, LIVE, MAP = "features", "3dtiles", "rest", "live", "map"
_SERVICES: tuple[tuple[str, Text, str, str], ...] = (
    (FEATURES, Text("要素服务", "Features"), "OGC API – Features 1.0", "/api/v1/ogc"),
    (TILES, Text("三维瓦片", "3D Tiles"), "3D Tiles 1.1", "/api/v1/3dtiles/tileset.json"),
    (MAP, Text("矢量瓦片", "Vector tiles"), "MVT 2.1", "/map"),
    (REST, Text("数据接口", "REST"), "REST / OpenAPI 3.1", "/api/v1"),
    (LIVE, Text("实时推送", "Live"), "WebSocket sanping.v1", "/live"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One collection of features; `fields` are the properties that can be asked for by value."""

    card: DataCard
    fields: Mapping[str, str]
    page: Callable[[Identity, SharedQuery], Awaitable[FeaturePage]]
    feature: Callable[[Identity, str], Awaitable[Feature | None]]


def collections_of(hub: Hub, who: Identity) -> dict[str, Collection]:
    """Return everything that somebody can ask for, by id: what lives, then the layers of the twin."""
    found = [_stations(hub, who)]
    if hub.plan.city is not None:
        found.append(_areas(hub))
    if hub.cases is not None:
        found.append(_cases(hub, who))
    taken = {one.card.id for one in found}
    models = hub.plan.shared
    for card in cards_of(hub, who):
        if models is not None and models.fields(card.id):
            id = card.id if card.id not in taken else f"{card.id}-layer"
            found.append(_layer(models, replace_id(card, id), card.id))
    return {one.card.id: one for one in found}


def cards_of(hub: Hub, who: Identity) -> list[DataCard]:
    """Return the entries of the layers that somebody may see, with their labels."""
    models, labels = hub.plan.shared, hub.plan.labels
    return [
        msgspec.structs.replace(card, label=labels.layer(card.id))
        for card in (() if models is None else models.cards())
        if hub.sight.sees_layer(who, card.id)
    ]


def catalogue_of(hub: Hub, who: Identity) -> Catalogue:
    """Return the data and services that somebody may see, with what was asked of them."""
    collections = collections_of(hub, who)
    models = hub.plan.shared
    cards = {card.id: card for card in cards_of(hub, who)}
    live = {id: one.card for id, one in collections.items() if one.card.kind == "live"}
    status = None if models is None else models.status
    is_made = status is not None and status.state == "ready"
    solid = [card for card in cards.values() if card.kind == "model"]
    served = {
        FEATURES: (len(collections), sum(one.card.count for one in collections.values()), True),
        TILES: (len(solid), sum(card.count for card in solid), is_made and bool(solid)),
        MAP: (1 if hub.plan.phone_map else 0, 0, _has_map(hub)),
        REST: (0, 0, True),
        LIVE: (len(hub.fanout), _series_seen(hub, who), True),
    }
    return Catalogue(
        at_ms=time.time_ns() // 1_000_000,
        began_ms=hub.began_ms,
        cards=(*cards.values(), *live.values()),
        services=tuple(_service(hub, one, served[one[0]]) for one in _SERVICES),
        why_zh="" if status is None or is_made else status.why.zh,
        why_en="" if status is None or is_made else status.why.en,
    )


def _series_seen(hub: Hub, who: Identity) -> int:
    sees = hub.sight.sees_station(who)
    return sum(sees(row.station) for row in hub.latest.directory)


def replace_id(card: DataCard, id: str) -> DataCard:
    """Return a card under another id."""
    return msgspec.structs.replace(card, id=id)


def _service(hub: Hub, service: tuple[str, Text, str, str], served: tuple[int, int, bool]) -> ServiceLine:
    name, title, standard, path = service
    asked = hub.plan.traffic.of(name)
    collections, objects, is_ready = served
    return ServiceLine(
        id=name, title_zh=title.zh, title_en=title.en, standard=standard, path=path, collections=collections,
        objects=objects, a_minute=asked.a_minute, an_hour=asked.an_hour, total=asked.total,
        sent_bytes=asked.sent_bytes, is_ready=is_ready,
    )  # fmt: skip


def _has_map(hub: Hub) -> bool:
    return hub.plan.phone_map is not None and hub.plan.phone_map.status.state == "ready"


def _live_card(hub: Hub, id: str, title: Text, count: int, summary: Text) -> DataCard:
    place = hub.plan.place
    return DataCard(
        id=id, title_zh=title.zh, title_en=title.en, kind="live", group_zh="实时数据", group_en="Live data",
        summary_zh=summary.zh, summary_en=summary.en, format="sanping.v1", count=count, crs=place.crs,
        vertical_datum=place.vertical_datum, is_synthetic=hub.plan.is_simulated,
    )  # fmt: skip


def _stations(hub: Hub, who: Identity) -> Collection:
    known = hub.sight.stations(who)

    async def page(_: Identity, query: SharedQuery) -> FeaturePage:
        return station_page(hub, query, known)

    async def one(_: Identity, id: str) -> Feature | None:
        named = [station for station in known if station.id == id]
        return station_features(hub, named)[0] if named else None

    about = Text("监测站及其最新值，随时更新", "Stations with their latest values, as they come")
    card = _live_card(hub, "stations", Text("监测站", "Stations"), len(known), about)
    return Collection(card=card, fields=STATION_FIELDS, page=page, feature=one)


def _areas(hub: Hub) -> Collection:
    async def page(_: Identity, query: SharedQuery) -> FeaturePage:
        return paged(await asyncio.to_thread(area_features, hub), query)

    async def one(_: Identity, id: str) -> Feature | None:
        return next((found for found in await asyncio.to_thread(area_features, hub) if found.id == id), None)

    assert hub.plan.city is not None
    count = len(hub.plan.city.rules.areas.by_code)
    about = Text("市、县、镇街、村居与单元网格，代码按 GB/T 2260 与 GB/T 10114", "Areas by GB/T 2260 and GB/T 10114")
    card = _live_card(hub, "areas", Text("区域", "Areas"), count, about)
    return Collection(card=card, fields=AREA_FIELDS, page=page, feature=one)


def _cases(hub: Hub, who: Identity) -> Collection:
    desk = hub.cases
    assert desk is not None

    async def page(who: Identity, query: SharedQuery) -> FeaturePage:
        return await case_page(desk, who, query, time.time_ns() // 1_000_000)

    async def one(who: Identity, id: str) -> Feature | None:
        case = await desk.case(id)
        is_seen = case is not None and desk.city.rules.sees(mine(desk, who), case)
        return case_feature(desk, case, who) if case is not None and is_seen else None

    about = Text("案件的类别、状态和位置，按角色脱敏", "Cases by class, state and place, masked by role")
    count = int(desk.table.cleared_for(who.clearance).sum())
    card = _live_card(hub, "cases", Text("案件", "Cases"), count, about)
    return Collection(card=card, fields=CASE_FIELDS, page=page, feature=one)


def _layer(models: SharedModels, card: DataCard, layer: str) -> Collection:
    async def page(_: Identity, query: SharedQuery) -> FeaturePage:
        wanted = FeatureQuery(bounds=query.bounds, where=query.where, offset=query.offset, limit=query.limit)
        return await asyncio.to_thread(models.page, layer, wanted)

    async def one(_: Identity, id: str) -> Feature | None:
        return await asyncio.to_thread(models.feature, layer, id)

    return Collection(card=card, fields=models.fields(layer), page=page, feature=one)
