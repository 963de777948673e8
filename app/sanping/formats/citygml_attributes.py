"""Attributes of city objects: thematic properties, generic attributes, addresses, extensions."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from math import isfinite

from lxml import etree

from sanping.domain.city import Attributes
from sanping.domain.lazy import LazySequence
from sanping.formats.citygml_words import ATTRIBUTES_MARKER, COUNTS, MEASURES, XmlElement, is_ours, local_name

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?")
_GENERIC = re.compile(rb'(string|int|double|date|uri|measure)Attribute name="([^"<]*)">\s*<[^<>]*>([^<]*)<')
_DEEPEST = 12
_LARGEST_WHOLE = 2.0**53


class StoredAttributes(LazySequence[Attributes]):
    """Attributes of all objects; generic ones stay raw text until somebody asks."""

    def __init__(self, plain: list[dict[str, object]], raw: list[tuple[bytes, ...]]) -> None:
        self._plain = plain
        self._raw = raw

    def __len__(self) -> int:
        """Return the number of objects."""
        return len(self._plain)

    def _at(self, row: int) -> Attributes:
        runs = self._raw[row]
        if not runs:
            return self._plain[row]
        found = dict(self._plain[row])
        for run in runs:
            for name, value in generic_values(run):
                put(found, name, value)
        return found


def generic_values(run: bytes) -> Iterator[tuple[str, object]]:
    """Yield names and values of a run of generic attributes as it stood in the file."""
    for kind, name, text in _GENERIC.findall(run):
        value = unescape(text.decode("utf-8", "replace")).strip()
        yield unescape(name.decode("utf-8", "replace")), typed(kind.decode(), value)


def typed(kind: str, text: str) -> object:
    """Return a generic attribute's value: a number where it is declared one and is one, else the text."""
    return _number(text) if kind.lower().startswith(("int", "double", "measure")) else text


def put(found: dict[str, object], name: str, value: object) -> None:
    """Add a value; a name that comes again makes a list."""
    if name not in found:
        found[name] = value
        return
    there = found[name]
    if isinstance(there, list):
        there.append(value)
    else:
        found[name] = [there, value]


def simple_value(element: XmlElement, name: str) -> object:
    """Return the value of an element without children: codes stay text, measures and counts become numbers."""
    text = (element.text or "").strip()
    if not text:
        return element.get("{http://www.w3.org/1999/xlink}href") or ""
    if name in COUNTS or name in MEASURES or element.get("uom") is not None:
        return _number(text)
    if is_ours(element.tag) or element.get("codeSpace") is not None:
        return text
    return _number(text) if _NUMBER.fullmatch(text) else text


def _number(text: str) -> object:
    """Return a number that JSON can hold, else the text."""
    try:
        number = float(text)
        if not isfinite(number):
            return text
        return int(text) if abs(number) < _LARGEST_WHOLE and text.lstrip("+-").isdecimal() else number
    except ValueError:
        return text


def structured_value(element: XmlElement, depth: int = 0) -> object:
    """Return an element with children as a mapping by local name; a property around one object is that object."""
    if len(element) == 0 or depth > _DEEPEST:
        return simple_value(element, local_name(element.tag))
    if len(element) == 1 and depth == 0:
        return structured_value(element[0], 1)
    found: dict[str, object] = {}
    for child in element:
        put(found, local_name(child.tag), structured_value(child, depth + 1))
    return found


def address_value(element: XmlElement) -> dict[str, object]:
    """Return the filled fields of an address by their local names ("LocalityName", "ThoroughfareNumber" …)."""
    found: dict[str, object] = {}
    for part in element.iter(etree.Element):
        text = (part.text or "").strip()
        if text and len(part) == 0:
            put(found, part.get("Type") or local_name(part.tag), text)
    return found


def reference_value(element: XmlElement) -> str:
    """Return an external reference as "system: name"."""
    words = {local_name(part.tag): (part.text or "").strip() for part in element.iter(etree.Element)}
    system = words.get("informationSystem", "")
    name = words.get("name") or words.get("uri") or words.get("targetResource") or ""
    return f"{system}: {name}" if system and name else system or name


def generic_value(element: XmlElement, run_of: Callable[[XmlElement], bytes]) -> tuple[str, object]:
    """Return name and value of one generic attribute or set, of any CityGML version.

    `run_of` gives the run of generic attributes, taken out before parsing, for which a marker in a set stands.
    """
    kind = local_name(element.tag)
    name = element.get("name")
    members = list(element)
    if kind.endswith("Set"):
        found: dict[str, object] = {}
        for member in members:
            tag = local_name(member.tag)
            if tag == "name":
                name = (member.text or "").strip()
            elif tag == ATTRIBUTES_MARKER:
                for key, value in generic_values(run_of(member)):
                    put(found, key, value)
            else:
                inner = member[0] if tag == "genericAttribute" and len(member) else member
                put(found, *generic_value(inner, run_of))
        return name or kind, found
    text = ""
    for member in members:
        if local_name(member.tag) == "name":
            name = (member.text or "").strip()
        else:
            text = (member.text or "").strip()
    return name or kind, typed(kind, text)
