"""OGC API – Features and 3D Tiles over HTTP: landing page, conformance, collections, features, tilesets, catalogue."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from sanping.domain.catalogue import CIM_TITLES
from sanping.domain.text import Text
from sanping.hub.core import Hub
from sanping.hub.endpoint import Asked, Document, Endpoint, Parameters
from sanping.hub.shared_query import CRS84, SharedQuery, crs_offered, in_crs, iso, query_of
from sanping.hub.shared_tiles import layer_at, without_layers
from sanping.hub.sharing import FEATURES, TILES, Collection, catalogue_of, collections_of
from sanping.ports.shared_models import Feature

ROOT = "/api/v1/ogc"
TILESET = "/api/v1/3dtiles/tileset.json"
JSON, GEOJSON, GLB = "application/json", "application/geo+json", "model/gltf-binary"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
AGAIN_S = "2"
CONFORMS_TO = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
_NO_COLLECTION = Text("没有集合“{id}”；请看 {root}/collections", "There is no collection {id}; see {root}/collections")
_NO_FEATURE = Text("集合“{collection}”里没有要素“{id}”", "The collection {collection} has no feature {id}")
_MAKING = Text(
    "三维瓦片正在生成（{share:.0%}），请稍后再试", "The 3D Tiles are being made ({share:.0%}); try again soon"
)
_NO_TILES = Text("该孪生没有可共享的三维模型", "This twin has no 3D models to share")
_MEDIA = {".json": JSON, ".glb": GLB}


async def _landing(hub: Hub, asked: Asked) -> object:
    _want(hub)
    title = hub.plan.title
    links = [
        _link(asked, ROOT, "self", JSON, "This page"),
        _link(asked, "/api/v1/ogc/api", "service-desc", OPENAPI, "OpenAPI"),
        _link(asked, "/api/", "service-doc", "text/html", "API"),
        _link(asked, f"{ROOT}/conformance", "conformance", JSON, "Conformance"),
        _link(asked, f"{ROOT}/collections", "data", JSON, "Collections"),
        _link(asked, TILESET, "related", JSON, "3D Tiles 1.1"),
    ]
    about = hub.plan.place.attribution
    answer = {"title": f"{title.zh} / {title.en}", "description": f"{about.zh} / {about.en}", "links": links}
    return _document(hub, answer, JSON)


async def _conformance(hub: Hub, _: Asked) -> object:
    return _document(hub, {"conformsTo": list(CONFORMS_TO)}, JSON)


async def _collections(hub: Hub, asked: Asked) -> object:
    _want(hub)
    found = [_described(hub, asked, one) for one in collections_of(hub, asked.by).values()]
    links = [_link(asked, f"{ROOT}/collections", "self", JSON, "Collections")]
    return _document(hub, {"links": links, "crs": list(crs_offered(hub.plan.place.crs)), "collections": found}, JSON)


async def _collection(hub: Hub, asked: Asked) -> object:
    found = _named(hub, asked)
    return found if isinstance(found, Document) else _document(hub, _described(hub, asked, found), JSON)


async def _queryables(hub: Hub, asked: Asked) -> object:
    found = _named(hub, asked)
    if isinstance(found, Document):
        return found
    properties = {name: {"type": kind, "title": name} for name, kind in found.fields.items()}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{asked.base}{ROOT}/collections/{quote(found.card.id)}/queryables",
        "type": "object",
        "title": found.card.title_zh,
        "properties": properties,
        "additionalProperties": False,
    }
    return _document(hub, schema, "application/schema+json")


async def _items(hub: Hub, asked: Asked) -> object:
    found = _named(hub, asked)
    if isinstance(found, Document):
        return found
    parameters = _own(asked.parameters)
    query = query_of(parameters, found.fields, hub.plan.place.crs)
    page = await found.page(asked.by, query)
    features = [_feature(in_crs(one, query.crs)) for one in page.features]
    path = f"{ROOT}/collections/{quote(found.card.id)}"
    links = [
        _link(asked, f"{path}/items", "self", GEOJSON, "This page", parameters),
        _link(asked, path, "collection", JSON, found.card.title_en),
        *_neighbours(asked, f"{path}/items", parameters, query, page.matched),
    ]
    answer = {
        "type": "FeatureCollection",
        "features": features,
        "links": links,
        "timeStamp": iso(time.time_ns() // 1_000_000),
        "numberMatched": page.matched,
        "numberReturned": len(features),
    }
    return _document(hub, answer, GEOJSON, {"Content-Crs": f"<{query.crs}>"}, without="timeStamp")


async def _item(hub: Hub, asked: Asked) -> object:
    found = _named(hub, asked)
    if isinstance(found, Document):
        return found
    query = query_of(_own(asked.parameters), (), hub.plan.place.crs)
    id = asked.parameters["feature"]
    one = await found.feature(asked.by, id)
    if one is None:
        return _missing(_NO_FEATURE.with_values(collection=found.card.id, id=id[:80]))
    path = f"{ROOT}/collections/{quote(found.card.id)}"
    links = [
        _link(asked, f"{path}/items/{quote(id, safe='')}", "self", GEOJSON, "This feature"),
        _link(asked, path, "collection", JSON, found.card.title_en),
    ]
    answer = {**_feature(in_crs(one, query.crs)), "links": links}
    return _document(hub, answer, GEOJSON, {"Content-Crs": f"<{query.crs}>"})


async def _catalogue(hub: Hub, asked: Asked) -> object:
    _want(hub)
    return catalogue_of(hub, asked.by)


async def _tiles(hub: Hub, asked: Asked) -> object:
    """Answer with one file of the tileset; the tileset itself says when it is still being made."""
    _want(hub)
    models = hub.plan.shared
    name = "/".join(asked.parameters.get(part, "") for part in ("folder", "layer", "tile")).strip("/") or "tileset.json"
    path = None if models is None else models.file(name)
    if path is None:
        if models is not None and models.status.state in ("idle", "making"):
            words = _MAKING.with_values(share=models.status.share)
            return _refused(503, "ServerBusy", words, {"Retry-After": AGAIN_S})
        why = _NO_TILES if models is None or models.status.state == "ready" else models.status.why
        return _missing(why)
    body = path.read_bytes()  # a few hundred kilobytes at most: what one tile holds
    hidden = hub.sight.hidden_layers(asked.by)
    if hidden and models is not None:
        layer = layer_at(models, asked.parameters.get("layer", ""))
        if layer in hidden:
            hub.sight.check(asked.by, hub.plan.labels.layer(layer))
        body = body if layer else without_layers(body, hidden)
    hub.plan.traffic.count(TILES, len(body))
    return Document(body=body, media_type=_MEDIA.get(path.suffix, "application/octet-stream"))


def _described(hub: Hub, asked: Asked, found: Collection) -> dict[str, Any]:
    """Return a collection with its metadata (CJJ/T 315 4.3.3 beside what the standard demands)."""
    card = found.card
    path = f"{ROOT}/collections/{quote(card.id)}"
    offered = crs_offered(hub.plan.place.crs)
    answer: dict[str, Any] = {
        "id": card.id,
        "title": f"{card.title_zh} / {card.title_en}",
        "description": " / ".join(part for part in (card.summary_zh, card.summary_en) if part),
        "itemType": "feature",
        "crs": list(offered),
        "storageCrs": CRS84,
        "links": [
            _link(asked, path, "self", JSON, card.title_en),
            _link(asked, f"{path}/items", "items", GEOJSON, card.title_en),
            _link(asked, f"{path}/queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables",
                  "application/schema+json", "Queryables"),
        ],
        "sanping": {**msgspec.to_builtins(card), "cim_title_zh": _cim(card.cim_level)},
    }  # fmt: skip
    if card.bounds is not None:
        answer["extent"] = {"spatial": {"bbox": [list(card.bounds)], "crs": CRS84}}
    if card.licence:
        answer["license"] = card.licence
    if card.kind == "model":
        answer["links"].append(_link(asked, TILESET, "alternate", JSON, "3D Tiles 1.1"))
    return answer


def _cim(level: int) -> str:
    return CIM_TITLES[level].zh if level in CIM_TITLES else ""


def _named(hub: Hub, asked: Asked) -> Collection | Document:
    _want(hub)
    id = asked.parameters["collection"]
    found = collections_of(hub, asked.by).get(id)
    if found is not None:
        return found
    hub.sight.check(asked.by, hub.plan.labels.layer(id.removesuffix("-layer")))
    models = hub.plan.shared
    if models is not None and models.status.state in ("idle", "making"):
        words = _MAKING.with_values(share=models.status.share)
        return _refused(503, "ServerBusy", words, {"Retry-After": AGAIN_S})
    return _missing(_NO_COLLECTION.with_values(id=id[:80], root=ROOT))


def _neighbours(
    asked: Asked, path: str, parameters: Parameters, query: SharedQuery, matched: int
) -> list[dict[str, str]]:
    found = []
    if query.offset + query.limit < matched:
        after = {**parameters, "offset": str(query.offset + query.limit), "limit": str(query.limit)}
        found.append(_link(asked, path, "next", GEOJSON, "Next page", after))
    if query.offset > 0:
        before = {**parameters, "offset": str(max(0, query.offset - query.limit)), "limit": str(query.limit)}
        found.append(_link(asked, path, "prev", GEOJSON, "Page before", before))
    return found


def _feature(one: Feature) -> dict[str, Any]:
    return {"type": "Feature", "id": one.id, "geometry": one.geometry, "properties": one.properties}


def _own(parameters: Parameters) -> dict[str, str]:
    """Return the parameters of the query, without those of the path."""
    return {name: value for name, value in parameters.items() if name not in ("collection", "feature")}


def _link(  # noqa: PLR0913, PLR0917  what a link says
    asked: Asked, path: str, rel: str, media_type: str, title: str, parameters: Mapping[str, str] | None = None
) -> dict[str, str]:
    query = f"?{urlencode(parameters)}" if parameters else ""
    return {"href": f"{asked.base}{path}{query}", "rel": rel, "type": media_type, "title": title}


def _document(
    hub: Hub, answer: Mapping[str, Any], media_type: str, headers: Mapping[str, str] | None = None, without: str = ""
) -> Document:
    """Return an answer, and count it; `without` names a member that is no reason to send the rest again."""
    body = msgspec.json.encode(answer)
    hub.plan.traffic.count(FEATURES, len(body))
    mark = body if not without else msgspec.json.encode({**answer, without: None})
    return Document(body=body, media_type=media_type, headers=dict(headers or {}), mark=mark)


def _missing(words: Text) -> Document:
    return _refused(404, "NotFound", words, {})


def _refused(status: int, code: str, words: Text, headers: Mapping[str, str]) -> Document:
    told = {"code": code, "description": words.en, "ok": False, "zh": words.zh, "en": words.en}
    return Document(body=msgspec.json.encode(told), media_type=JSON, status=status, headers=dict(headers))


def _want(hub: Hub) -> None:
    """Begin to make the models unless they are there."""
    if hub.plan.shared is not None:
        hub.plan.shared.want()


_ID = {"collection": Text("集合编号", "Id of the collection")}
_PAGE = {
    "limit": Text("条数，最多 10000", "How many, 10000 at most"),
    "offset": Text("跳过条数", "How many to skip"),
    "bbox": Text("西,南,东,北", "west,south,east,north"),
    "bbox-crs": Text("bbox 的坐标系", "CRS of the bbox"),
    "datetime": Text("时刻或 开始/结束", "A moment, or begin/end"),
    "crs": Text("坐标系（URI）", "CRS, as a URI"),
    "f": Text("格式：json", "Format: json"),
}
_TILE = {
    "layer": Text("图层序号", "Number of the layer"),
    "tile": Text("瓦片文件名", "Name of the tile's file"),
}

SHARE_ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(method="GET", path="/catalogue", title=Text("数据目录与服务", "Data and services"), run=_catalogue),
    Endpoint(method="GET", path="/ogc", title=Text("要素服务首页（OGC API）", "Features: landing page"), run=_landing),
    Endpoint(method="GET", path="/ogc/conformance", title=Text("符合的标准", "Conformance"), run=_conformance),
    Endpoint(method="GET", path="/ogc/collections", title=Text("要素集合", "Collections"), run=_collections),
    Endpoint(
        method="GET", path="/ogc/collections/{collection}", title=Text("一个集合", "One collection"),
        run=_collection, parameters=_ID, required=("collection",),
    ),
    Endpoint(
        method="GET", path="/ogc/collections/{collection}/queryables", title=Text("可查询的属性", "Queryables"),
        run=_queryables, parameters=_ID, required=("collection",),
    ),
    Endpoint(
        method="GET", path="/ogc/collections/{collection}/items",
        title=Text("要素（可按属性查询）", "Features, by place, time and value"), run=_items,
        parameters={**_ID, **_PAGE}, required=("collection",),
    ),
    Endpoint(
        method="GET", path="/ogc/collections/{collection}/items/{feature}", title=Text("一个要素", "One feature"),
        run=_item, parameters={**_ID, "feature": Text("要素编号", "Id of the feature"), "crs": _PAGE["crs"]},
        required=("collection", "feature"),
    ),
    Endpoint(method="GET", path="/3dtiles/tileset.json", title=Text("三维瓦片", "3D Tiles 1.1"), run=_tiles),
    Endpoint(
        method="GET", path="/3dtiles/{folder}/{layer}/{tile}", title=Text("一块三维瓦片", "One tile"), run=_tiles,
        parameters={"folder": Text("固定为 tiles", "Always “tiles”"), **_TILE}, required=("folder", "layer", "tile"),
    ),
)  # fmt: skip
