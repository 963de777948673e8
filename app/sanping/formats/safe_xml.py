"""How XML of strangers is parsed: no entities, no DTD, no network, and the depth and sizes that libxml2 holds safe."""

from collections.abc import Iterable
from typing import Any, Final

from lxml import etree

_SAFE: Final[dict[str, Any]] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}


def safe_parser(*, encoding: str | None = None, is_recovering: bool = True) -> etree.XMLParser:
    """Return a parser of whole documents; a recovering one reads on behind damage."""
    return etree.XMLParser(encoding=encoding, recover=is_recovering, **_SAFE)


def safe_pull_parser(tags: Iterable[str], *, is_recovering: bool) -> etree.XMLPullParser:
    """Return a parser of UTF-8 that hands out the elements of these local names, of any namespace, as they end."""
    return etree.XMLPullParser(
        events=("end",), tag=["{*}" + tag for tag in tags], encoding="utf-8", recover=is_recovering, **_SAFE
    )
