"""Decodes CAP 1.1/1.2 alerts: XML in, one notice out. No entity, no external file, no deep nesting is followed.

Both severity vocabularies are read: that of OASIS (Extreme … Minor) and the colours of the Chinese profile.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import cast

from lxml import etree

from sanping.domain.alarm import AlarmColour
from sanping.domain.errors import FrameBroken
from sanping.domain.notice import Notice, NoticeArea, NoticeKind, NoticeStatus
from sanping.domain.text import Text

LARGEST_BYTES = 4 << 20
DEEPEST = 32
NAMESPACES = ("urn:oasis:names:tc:emergency:cap:1.2", "urn:oasis:names:tc:emergency:cap:1.1")
STATUSES: tuple[NoticeStatus, ...] = ("actual", "exercise", "system", "test", "draft")
KINDS: tuple[NoticeKind, ...] = ("alert", "update", "cancel", "ack", "error")
COLOURS: Mapping[str, AlarmColour] = MappingProxyType(
    {
        "extreme": "red", "severe": "orange", "moderate": "yellow", "minor": "blue",
        "red": "red", "orange": "orange", "yellow": "yellow", "blue": "blue",
        "红色": "red", "橙色": "orange", "黄色": "yellow", "蓝色": "blue",
        "红": "red", "橙": "orange", "黄": "yellow", "蓝": "blue",
    }
)  # fmt: skip
_FORBIDDEN_IN_NAMES = re.compile(r"[\s,<&]")

_TOO_BIG = Text("预警超过 {limit} MiB", "The alert is over {limit} MiB")
_NOT_XML = Text("预警不是合法的 XML：{reason}", "The alert is not well-formed XML: {reason}")
_DOCTYPE = Text("预警含有 DOCTYPE 或实体，已拒绝", "The alert carries a DOCTYPE or entities and was refused")
_NOT_CAP = Text("不是 CAP 预警：根元素为 {root}", "This is not a CAP alert: its root is {root}")
_LACKS = Text("预警缺少 {element}", "The alert lacks {element}")
_BAD = Text("预警的 {element} 无效：{value}", "The alert's {element} is invalid: {value}")


def decode(data: bytes) -> Notice:
    """Return the notice in a CAP message; raises `FrameBroken` saying what is wrong with it."""
    root = _root(data)
    alert = _Element(root)
    status = _choice(alert, "status", STATUSES)
    kind = _choice(alert, "msgType", KINDS)
    infos = [_Element(info) for info in alert.all("info")]
    if not infos and kind in ("alert", "update"):
        raise FrameBroken(_LACKS.with_values(element="info"))
    zh = next((info for info in infos if info.text("language", "zh-CN").lower().startswith("zh")), None)
    en = next((info for info in infos if info.text("language", "").lower().startswith("en")), None)
    main = zh or en or (infos[0] if infos else alert)
    other = en or main
    return Notice(
        identifier=_name(alert, "identifier"),
        sender=_name(alert, "sender"),
        sent_ms=_time_ms(alert, "sent", needed=True),
        status=cast(NoticeStatus, status),
        kind=cast(NoticeKind, kind),
        event=main.text("event"),
        colour=COLOURS.get(main.text("severity").strip().lower()),
        headline_zh=main.text("headline") or main.text("event"),
        headline_en=other.text("headline") or other.text("event"),
        description_zh=main.text("description"),
        description_en=other.text("description"),
        instruction_zh=main.text("instruction"),
        instruction_en=other.text("instruction"),
        sender_name=main.text("senderName"),
        urgency=main.text("urgency", "Unknown"),
        certainty=main.text("certainty", "Unknown"),
        effective_ms=_time_ms(main, "effective"),
        onset_ms=_time_ms(main, "onset"),
        expires_ms=_time_ms(main, "expires"),
        areas=tuple(_area(_Element(area)) for info in infos if info is main for area in info.all("area")),
        references=tuple(_references(alert.text("references"))),
    )


class _Element:
    """One element and its children by local name, whatever the namespace."""

    def __init__(self, element: etree._Element) -> None:
        self._children: dict[str, list[etree._Element]] = {}
        for child in element:
            if isinstance(child.tag, str):
                self._children.setdefault(etree.QName(child).localname, []).append(child)

    def all(self, name: str) -> list[etree._Element]:
        return self._children.get(name, [])

    def text(self, name: str, otherwise: str = "") -> str:
        found = self._children.get(name)
        return (found[0].text or "").strip() if found else otherwise

    def texts(self, name: str) -> list[str]:
        return [(child.text or "").strip() for child in self.all(name)]


def _root(data: bytes) -> etree._Element:
    if len(data) > LARGEST_BYTES:
        raise FrameBroken(_TOO_BIG.with_values(limit=LARGEST_BYTES >> 20))
    if b"<!DOCTYPE" in data[:4096] or b"<!ENTITY" in data:
        raise FrameBroken(_DOCTYPE)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise FrameBroken(_NOT_XML.with_values(reason=str(error)[:200])) from error
    name = etree.QName(root)
    if name.localname != "alert" or (name.namespace or NAMESPACES[0]) not in NAMESPACES:
        raise FrameBroken(_NOT_CAP.with_values(root=str(root.tag)[:80]))
    return root


def _choice(alert: _Element, element: str, choices: Iterable[str]) -> str:
    value = alert.text(element)
    if not value:
        raise FrameBroken(_LACKS.with_values(element=element))
    if value.lower() not in choices:
        raise FrameBroken(_BAD.with_values(element=element, value=value[:80]))
    return value.lower()


def _name(alert: _Element, element: str) -> str:
    value = alert.text(element)
    if not value:
        raise FrameBroken(_LACKS.with_values(element=element))
    if _FORBIDDEN_IN_NAMES.search(value) or len(value) > 256:
        raise FrameBroken(_BAD.with_values(element=element, value=value[:80]))
    return value


def _time_ms(parent: _Element, element: str, *, needed: bool = False) -> int:
    """Read a time with its offset; the standard asks for −00:00 where others write Z, and both are read."""
    value = parent.text(element)
    if not value:
        if needed:
            raise FrameBroken(_LACKS.with_values(element=element))
        return 0
    try:
        moment = datetime.fromisoformat(value.replace("-00:00", "+00:00"))
        if moment.tzinfo is None:
            raise ValueError("no offset")
        return int(moment.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise FrameBroken(_BAD.with_values(element=element, value=value[:80])) from error


def _references(written: str) -> Iterable[str]:
    """Yield what `Notice.key` is for each "sender,identifier,sent" triple."""
    for triple in written.split():
        parts = triple.split(",")
        if len(parts) != 3:
            raise FrameBroken(_BAD.with_values(element="references", value=triple[:80]))
        yield f"{parts[0]},{parts[1]}"


def _area(area: _Element) -> NoticeArea:
    codes = [_Element(code).text("value") for code in area.all("geocode")]
    return NoticeArea(
        name=area.text("areaDesc"),
        polygons=tuple(_ring(text) for text in area.texts("polygon") if text),
        circles=tuple(_circle(text) for text in area.texts("circle") if text),
        codes=tuple(code for code in codes if code),
    )


def _ring(text: str) -> tuple[tuple[float, float], ...]:
    """Return a closed ring of (longitude, latitude); CAP writes "lat,lon lat,lon …"."""
    points = [_point(pair, "polygon") for pair in text.split()]
    if points and points[0] != points[-1]:
        points.append(points[0])
    if len(points) < 4:
        raise FrameBroken(_BAD.with_values(element="polygon", value=text[:80]))
    return tuple(points)


def _circle(text: str) -> tuple[float, float, float]:
    place, _, radius = text.partition(" ")
    try:
        radius_km = float(radius)
    except ValueError as error:
        raise FrameBroken(_BAD.with_values(element="circle", value=text[:80])) from error
    if not 0 <= radius_km <= 20_100:
        raise FrameBroken(_BAD.with_values(element="circle", value=text[:80]))
    return (*_point(place, "circle"), radius_km)


def _point(pair: str, element: str) -> tuple[float, float]:
    try:
        latitude, longitude = (float(number) for number in pair.split(","))
    except ValueError as error:
        raise FrameBroken(_BAD.with_values(element=element, value=pair[:80])) from error
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise FrameBroken(_BAD.with_values(element=element, value=pair[:80]))
    return longitude, latitude
