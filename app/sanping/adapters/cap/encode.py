"""Writes CAP 1.2 alerts, as the simulator and the tests need them."""

from datetime import datetime, timedelta, timezone

from lxml import etree

from sanping.domain.notice import Notice, NoticeArea

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
BEIJING = timezone(timedelta(hours=8))
SEVERITIES = {"red": "Red", "orange": "Orange", "yellow": "Yellow", "blue": "Blue", None: "Unknown"}


def encode(notice: Notice) -> bytes:
    """Return the XML of a notice, in the words of the Chinese profile."""
    alert = etree.Element("alert", nsmap={None: NAMESPACE})
    _add(alert, "identifier", notice.identifier)
    _add(alert, "sender", notice.sender)
    _add(alert, "sent", _time(notice.sent_ms))
    _add(alert, "status", notice.status.capitalize())
    _add(alert, "msgType", notice.kind.capitalize())
    _add(alert, "scope", "Public")
    if notice.references:
        _add(alert, "references", " ".join(f"{name},{_time(notice.sent_ms)}" for name in notice.references))
    for language in ("zh-CN", "en-US"):
        _info(etree.SubElement(alert, "info"), notice, language)
    return bytes(etree.tostring(alert, xml_declaration=True, encoding="UTF-8"))


def _info(info: etree._Element, notice: Notice, language: str) -> None:
    is_zh = language.startswith("zh")
    _add(info, "language", language)
    _add(info, "category", "Met")
    _add(info, "event", notice.event)
    _add(info, "urgency", notice.urgency)
    _add(info, "severity", SEVERITIES[notice.colour])
    _add(info, "certainty", notice.certainty)
    for name, moment_ms in (
        ("effective", notice.effective_ms),
        ("onset", notice.onset_ms),
        ("expires", notice.expires_ms),
    ):
        if moment_ms:
            _add(info, name, _time(moment_ms))
    _add(info, "senderName", notice.sender_name)
    _add(info, "headline", notice.headline_zh if is_zh else notice.headline_en)
    _add(info, "description", notice.description_zh if is_zh else notice.description_en)
    _add(info, "instruction", notice.instruction_zh if is_zh else notice.instruction_en)
    for area in notice.areas:
        _area(etree.SubElement(info, "area"), area)


def _area(parent: etree._Element, area: NoticeArea) -> None:
    _add(parent, "areaDesc", area.name)
    for ring in area.polygons:
        _add(parent, "polygon", " ".join(f"{latitude:g},{longitude:g}" for longitude, latitude in ring))
    for longitude, latitude, radius_km in area.circles:
        _add(parent, "circle", f"{latitude:g},{longitude:g} {radius_km:g}")
    for code in area.codes:
        geocode = etree.SubElement(parent, "geocode")
        _add(geocode, "valueName", "GB/T 2260")
        _add(geocode, "value", code)


def _add(parent: etree._Element, name: str, text: str) -> None:
    if text:
        etree.SubElement(parent, name).text = text


def _time(moment_ms: int) -> str:
    return datetime.fromtimestamp(moment_ms / 1000, BEIJING).isoformat(timespec="seconds")
