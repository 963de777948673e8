"""Names of coordinate reference systems: the many ways files write them, and the one way we do."""

import re
from functools import lru_cache

from pyproj import CRS
from pyproj.exceptions import CRSError

from sanping.domain.errors import CrsMissing, CrsWrong
from sanping.domain.text import Text

GCJ02 = "GCJ-02"
BD09 = "BD-09"
LOCAL = "LOCAL"

_OWN_NAMES = {
    "GCJ02": GCJ02,
    "GCJ02LL": GCJ02,
    "火星坐标": GCJ02,
    "火星坐标系": GCJ02,
    "国测局坐标": GCJ02,
    "BD09": BD09,
    "BD09LL": BD09,
    "百度坐标": BD09,
    "百度坐标系": BD09,
    "LOCAL": LOCAL,
    "本地": LOCAL,
    "本地坐标": LOCAL,
    "独立坐标": LOCAL,
    "WGS84": "EPSG:4326",
    "CRS84": "EPSG:4326",
    "CRS84H": "EPSG:4979",
    "CGCS2000": "EPSG:4490",
    "国家2000": "EPSG:4490",
    "2000国家大地坐标系": "EPSG:4490",
}
_GERMAN_PARTS = {
    "ETRS89UTM31": "25831",
    "ETRS89UTM32": "25832",
    "ETRS89UTM33": "25833",
    "DEDHHN92NH": "5783",
    "DEDHHN2016NH": "7837",
    "DEDHHN85NH": "5784",
}
_AUTHORITIES = "EPSG|OGC|ESRI|IGNF|IAU_2015|NKG"
_CODE = re.compile(rf"^({_AUTHORITIES})\s*:+\s*([A-Z0-9_.]+(?:\+[0-9]+)?)$", re.IGNORECASE)
_URN = re.compile(r"^urn:(?:x-)?ogc:def:crs:([a-z0-9_]+):[^:,]*:([a-z0-9_]+)$", re.IGNORECASE)
_URN_LIST = re.compile(r"crs:([a-z0-9_]+):[^:,]*:([a-z0-9_]+)", re.IGNORECASE)
_ADDRESS = re.compile(r"/def/crs/([A-Za-z0-9_]+)/[^/]+/([A-Za-z0-9_]+)/?$")
_ADDRESS_LIST = re.compile(r"/def/crs/EPSG/[^/&]+/([0-9]+)", re.IGNORECASE)
_OLD_ADDRESS = re.compile(r"epsg\.xml#([0-9]+)$", re.IGNORECASE)
_PLAIN_NUMBER = re.compile(r"^(?:EPSG)?\s*([0-9]{4,6})$", re.IGNORECASE)
_GRID_FILE = re.compile(r"\+?(?:nadgrids|geoidgrids|grids|file|init)\s*=\s*(?!@null)", re.IGNORECASE)
_DEFINITION = re.compile(r"^\s*(?:[A-Z]+CRS|[A-Z]+CS|[A-Z]+_CS)\s*\[", re.IGNORECASE)
_LONGEST = 20_000

_UNNAMED = Text(
    "坐标没有说明坐标系；请指定一个，例如 EPSG:4549、GCJ-02，或者用 LOCAL 手工放置",
    "The coordinates have no coordinate reference system; name one, such as EPSG:4549 or GCJ-02, or LOCAL to place it",
)
_NOT_UNDERSTOOD = Text(
    "看不懂坐标系“{name}”；请用 EPSG 代号（例如 EPSG:4549）、GCJ-02、BD-09 或 LOCAL",
    "Coordinate reference system “{name}” is not understood; use an EPSG code (EPSG:4549), GCJ-02, BD-09 or LOCAL",
)


@lru_cache(maxsize=256)
def named_crs(text: str) -> str:
    """Return the one name of a CRS that a file or a person wrote down.

    Understands "EPSG:4549", "4549", OGC URNs and addresses (compound ones become "EPSG:25832+5783"), AdV names, WKT,
    PROJJSON, "GCJ-02", "BD-09", "LOCAL" and a few Chinese names. A CRS without a code is returned as WKT.
    Raises `CrsMissing` for empty and `CrsWrong` for unintelligible text.
    """
    wanted = text.strip()
    if not wanted:
        raise CrsMissing(_UNNAMED)
    if len(wanted) > _LONGEST or _GRID_FILE.search(wanted):
        raise CrsWrong(_NOT_UNDERSTOOD.with_values(name=wanted[:60]))
    code = _own_name(wanted) or _code_of(wanted) or _german_name(wanted)
    if code in (GCJ02, BD09, LOCAL):
        return code
    try:
        if code:
            crs_object(code)
            return code
        return _canonical(_defined(wanted))
    except CRSError as error:
        raise CrsWrong(_NOT_UNDERSTOOD.with_values(name=wanted[:60])) from error


@lru_cache(maxsize=256)
def crs_object(name: str) -> CRS:
    """Return the pyproj CRS of a canonical name; raises `CRSError` for an unknown one."""
    return CRS.from_user_input(name)


def _own_name(text: str) -> str:
    return _OWN_NAMES.get(re.sub(r"[\s_\-]", "", text).upper(), "")


def _code_of(text: str) -> str:
    """Return "AUTHORITY:CODE" when the text is one of the coded forms, else an empty text."""
    if plain := _PLAIN_NUMBER.match(text):
        return f"EPSG:{plain[1]}"
    for form in (_CODE, _URN):
        if match := form.match(text):
            return _authority_code(match[1], match[2])
    lowered = text.lower()
    if lowered.startswith("urn:") and "crs,crs:" in lowered:
        return "EPSG:" + "+".join(code for _, code in _URN_LIST.findall(text.split(",", 1)[1]))
    return _code_of_address(text) if lowered.startswith(("http://", "https://")) else ""


def _code_of_address(text: str) -> str:
    if "crs-compound" in text.lower():
        return "EPSG:" + "+".join(_ADDRESS_LIST.findall(text))
    if match := _OLD_ADDRESS.search(text):
        return f"EPSG:{match[1]}"
    match = _ADDRESS.search(text)
    return _authority_code(match[1], match[2]) if match else ""


def _authority_code(authority: str, code: str) -> str:
    return _OWN_NAMES.get(code.upper(), "") or f"{authority.upper()}:{code}"


def _german_name(text: str) -> str:
    """Return the code of AdV names such as "urn:adv:crs:ETRS89_UTM32*DE_DHHN92_NH"."""
    if not text.lower().startswith("urn:adv:crs:"):
        return ""
    parts = [_GERMAN_PARTS.get(part.replace("_", "").upper(), "") for part in text[12:].split("*")]
    return "EPSG:" + "+".join(part for part in parts if part) if parts[0] else ""


def _defined(text: str) -> CRS:
    """Read WKT, PROJJSON, a PROJ string, or a name from the EPSG register."""
    if text.upper().startswith(("LOCAL_CS", "ENGCRS", "ENGINEERINGCRS")):
        raise CrsMissing(_UNNAMED)
    if _DEFINITION.match(text):
        return CRS.from_wkt(text)
    if text.startswith("{"):
        return CRS.from_json(text)
    if text.startswith("+"):
        return CRS.from_proj4(text)
    if re.search(r"\S/|\\", text):
        raise CRSError(text)
    return CRS.from_string(text)


def _canonical(crs: CRS) -> str:
    authority = crs.to_authority(min_confidence=70)
    if authority is not None:
        return _authority_code(*authority)
    parts = [part.to_authority(min_confidence=70) for part in crs.sub_crs_list]
    if parts and all(part is not None and part[0] == "EPSG" for part in parts):
        return "EPSG:" + "+".join(part[1] for part in parts if part is not None)
    return str(crs.to_wkt())
