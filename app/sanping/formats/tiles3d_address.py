"""Addresses in a tileset: of files below its folder, or of its own server, and of nothing else.

A file's address is its path relative to the folder of the outermost tileset, with slashes; a web address is whole.
"""

import posixpath
import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.\-]*:|^//")
_WRITTEN = re.compile(r"^(https?):/{1,2}([^/].*)$", re.IGNORECASE)
_WEB = ("http", "https")


def is_web(address: str) -> bool:
    """Say whether an address is one of the web."""
    return urlsplit(address).scheme.lower() in _WEB


def web_address(path: Path) -> str:
    """Return the web address that a person wrote where a file was expected; empty for a file."""
    found = _WRITTEN.match(path.as_posix())
    return f"{found[1].lower()}://{found[2]}" if found is not None else ""


def beside(base: str, uri: str) -> str | None:
    """Return the address of what the file at `base` calls `uri`; None for what is not below its folder or server.

    What follows the question mark of a web address, such as a token, goes on to the addresses in it.
    """
    if "\0" in uri or not uri.strip():
        return None
    return _on_server(base, uri) if is_web(base) else _below(base, uri)


def is_tileset(address: str) -> bool:
    """Say whether an address names a tileset rather than a content."""
    return urlsplit(address).path.lower().endswith(".json")


def _below(base: str, uri: str) -> str | None:
    name = unquote(uri.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0])
    if not name or "\0" in name or _SCHEME.match(name) or "\\" in name or name.startswith(("/", "~")):
        return None
    target = posixpath.normpath(posixpath.join(posixpath.dirname(base), name))
    return None if target == ".." or target.startswith(("../", "/")) else target


def _on_server(base: str, uri: str) -> str | None:
    try:
        here, there = urlsplit(base), urlsplit(urljoin(base, uri))
        is_same = (there.scheme, there.hostname, there.port) == (here.scheme, here.hostname, here.port)
    except ValueError:
        return None
    if not is_same or there.username or there.password:
        return None
    own = parse_qsl(there.query, keep_blank_values=True)
    names = {name for name, _ in own}
    handed_on = [pair for pair in parse_qsl(here.query, keep_blank_values=True) if pair[0] not in names]
    return urlunsplit((there.scheme, there.netloc, there.path, urlencode([*own, *handed_on]), ""))
