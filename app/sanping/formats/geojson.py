"""GeoJSON text: features out of bytes, whatever encoding their strings are in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from sanping.domain.city import Attributes
from sanping.domain.errors import FileBroken, FormatUnknown
from sanping.domain.text import Text
from sanping.formats.columns import SkipLog
from sanping.formats.garbage import no_garbage_collection
from sanping.formats.geojson_text import GeometryTexts, PlainCollection, plain_collection
from sanping.formats.json_mending import with_nulls

_START = re.compile(rb"^[\xef\xbb\xbf\s\x1e]*\{")
_KIND = re.compile(
    rb'"type"\s*:\s*"(?:FeatureCollection|Feature|Point|MultiPoint|LineString|MultiLineString|Polygon|MultiPolygon|'
    rb'GeometryCollection)"'
)
_GEOMETRY_KINDS = frozenset(
    ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection")
)
_ID_NAMES = ("id", "ID", "Id", "gml_id", "uuid", "gid", "fid", "OBJECTID", "objectid", "编号", "建筑编号",
             "identificatie", "osm_id")  # fmt: skip
_WGS84 = "EPSG:4326"

_BROKEN_JSON = Text(
    "GeoJSON 语法错误或被截断（{reason}）；请重新导出",
    "The GeoJSON is malformed or cut short ({reason}); export it again",
)
_NO_FEATURES = Text("GeoJSON 里没有要素；请检查导出范围", "The GeoJSON has no features; check what was exported")
_NOT_GEOJSON = Text("这个 JSON 不是 GeoJSON；请检查文件", "This JSON is not GeoJSON; check the file")
_NO_FEATURE = Text("不是要素的条目", "entry that is no feature")
_BROKEN_LINE = Text("无法解析的行", "line that cannot be parsed")
_NUMBERS_MISSING = Text(
    "文件里有 NaN 等 JSON 不允许的写法，已按空值读取", "The file has NaN or the like, which JSON forbids; read as null"
)
_OTHER_ENCODING = Text("文字不是 UTF-8，按 {encoding} 读取", "The text is not UTF-8; it was read as {encoding}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """Features of a file, in three columns of equal length, and its CRS as declared (WGS 84 when it declares none)."""

    ids: Sequence[str]
    attributes: Sequence[Attributes]
    geometries: Sequence[object]
    crs: str
    notes: tuple[Text, ...]


def is_geojson(head: bytes) -> bool:
    """Say whether the start of a file looks like GeoJSON (and not CityJSON, which has its own reader)."""
    return _START.match(head) is not None and _KIND.search(head) is not None and b'"CityJSON' not in head


def read_features(path: Path, encoding: str, skips: SkipLog) -> Features:
    """Read all features of a GeoJSON file or a sequence of features, one a line.

    `encoding` is what the person set, "" to find out. Raises `FileBroken` naming the line where the text breaks.
    """
    data = path.read_bytes()
    notes: list[Text] = []
    with no_garbage_collection():
        plain = plain_collection(data)
        if plain is not None:
            return _features(plain)
        features, crs = _listed(_parsed(data, encoding, skips, notes))
        return _columns(features, crs, skips, notes)


def _features(plain: PlainCollection) -> Features:
    attributes = [feature.properties for feature in plain.features]
    return Features(
        ids=feature_ids([feature.id for feature in plain.features], attributes),
        attributes=attributes,
        geometries=GeometryTexts([feature.geometry for feature in plain.features]),
        crs=_declared_crs(plain.crs),
        notes=(),
    )


def _parsed(data: bytes, encoding: str, skips: SkipLog, notes: list[Text]) -> object:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        failure = error
    if encoding or not _is_utf8(data):
        data, used = decoded(data, encoding)
        notes.append(_OTHER_ENCODING.with_values(encoding=used))
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError as error:
            failure = error
    mended = with_nulls(data)
    if mended is not None:
        notes.append(_NUMBERS_MISSING)
        return orjson.loads(mended)
    lines = data.replace(b"\x1e", b"").splitlines()
    if sum(line.lstrip().startswith(b'{"type":') or b'"Feature"' in line[:200] for line in lines[:3]) >= 2:
        found = list(_parsed_lines(lines, skips))
        if found:
            return {"type": "FeatureCollection", "features": found}
    place = f"line {failure.lineno}, column {failure.colno}"
    raise FileBroken(_BROKEN_JSON.with_values(reason=failure.msg), place=place) from failure


def _parsed_lines(lines: list[bytes], skips: SkipLog) -> Iterator[object]:
    """Read one feature a line, leaving broken lines out."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield orjson.loads(line)
        except orjson.JSONDecodeError:
            skips.add(_BROKEN_LINE, f"line {number}")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def decoded(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Return the text as UTF-8 and the encoding it was in: the one set, GB 18030, or a mix of both line by line."""
    for candidate in filter(None, (encoding, "gb18030")):
        try:
            return data.decode(candidate).encode(), candidate
        except (UnicodeDecodeError, LookupError):
            continue
    return b"\n".join(_decoded_line(line) for line in data.split(b"\n")), "UTF-8 + GB 18030"


def _decoded_line(line: bytes) -> bytes:
    for candidate in ("utf-8", "gb18030"):
        try:
            return line.decode(candidate).encode()
        except UnicodeDecodeError:
            continue
    return line.decode("utf-8", "replace").encode()


def _listed(document: object) -> tuple[list[object], str]:
    """Return the features of any GeoJSON document and its declared CRS."""
    if not isinstance(document, dict):
        raise FormatUnknown(_NOT_GEOJSON)
    kind = document.get("type")
    crs = _declared_crs(document.get("crs"))
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list) or not features:
            raise FileBroken(_NO_FEATURES)
        return features, crs
    if kind == "Feature":
        return [document], crs
    if kind in _GEOMETRY_KINDS:
        return [{"type": "Feature", "properties": {}, "geometry": document}], crs
    raise FormatUnknown(_NOT_GEOJSON)


def _declared_crs(crs: object) -> str:
    """Return the name in the `crs` member of GeoJSON 2008; without one the file is in WGS 84 (RFC 7946)."""
    if not isinstance(crs, dict):
        return _WGS84
    properties = crs.get("properties")
    if not isinstance(properties, dict):
        return _WGS84
    if crs.get("type") == "EPSG":
        return f"EPSG:{properties.get('code')}"
    return str(properties.get("name") or _WGS84)


def _columns(features: list[object], crs: str, skips: SkipLog, notes: list[Text]) -> Features:
    try:
        attributes: list[Attributes] = [feature["properties"] for feature in features]  # type: ignore[index]
        geometries = [feature["geometry"] for feature in features]  # type: ignore[index]
        if set(map(type, attributes)) != {dict}:
            raise TypeError
    except (KeyError, TypeError):
        features = _only_features(features, skips)
        attributes = [_table(feature.get("properties")) for feature in features]  # type: ignore[attr-defined]
        geometries = [feature.get("geometry") for feature in features]  # type: ignore[attr-defined]
    if not features:
        raise skips.refusal()
    ids = feature_ids([feature.get("id") for feature in features], attributes)  # type: ignore[attr-defined]
    return Features(ids=ids, attributes=attributes, geometries=geometries, crs=crs, notes=tuple(notes))


def _only_features(features: list[object], skips: SkipLog) -> list[object]:
    for index, feature in enumerate(features):
        if not isinstance(feature, dict) or not ({"geometry", "properties"} & feature.keys()):
            skips.add(_NO_FEATURE, f"features[{index}]")
    return [
        feature for feature in features if isinstance(feature, dict) and ({"geometry", "properties"} & feature.keys())
    ]


def _table(value: object) -> Attributes:
    return value if isinstance(value, dict) else {}


def feature_ids(given: Sequence[object], attributes: Sequence[Attributes]) -> list[str]:
    """Return one unique id for every feature: its own, that of a usual id column, else its number from 1."""
    if (ids := _unique(given)) is not None:
        return ids
    first = attributes[0] if attributes else {}
    for name in _ID_NAMES:
        if name in first and (ids := _unique([item.get(name) for item in attributes])) is not None:
            return ids
    return [str(number) for number in range(1, len(given) + 1)]


def _unique(values: Sequence[object]) -> list[str] | None:
    """Return values as texts when each is there, plain, and unlike the others."""
    if not values or not {str, int}.issuperset(map(type, values)) or len(set(values)) < len(values):
        return None
    ids = list(map(str, values))
    return ids if len(set(ids)) == len(ids) and all(ids) else None
