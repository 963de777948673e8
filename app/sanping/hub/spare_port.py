"""A port for a simulated source: its own, or a free one where another program has that, such as a second hub.

Only a source whose simulator runs beside it on this machine can move: whoever else speaks to it knows its own port.
"""

import random
import socket
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from sanping.domain.text import Text

LOOPBACK = "127.0.0.1"
GIVEN = Path("/proc/sys/net/ipv4/ip_local_port_range")
FIRST_PORT, USUALLY_GIVEN, TRIES = 10_240, 32_768, 64

MOVED = Text(
    "端口 {own} 已被其他程序占用，模拟数据改走端口 {port}",
    "Port {own} is in use by another program; the simulated values take port {port}",
)

Place = tuple[str, int]


def place_of(settings: Mapping[str, Any], *, listens: bool) -> Place | None:
    """Return where on this machine a source meets its simulator, None where it does not or others may come."""
    if listens:
        host, port = str(settings.get("host", LOOPBACK)), settings.get("port")
        return (host, port) if isinstance(port, int) and _is_own(host) else None
    with suppress(ValueError):
        parts = urlsplit(str(settings.get("url", "")))
        if parts.scheme == "http" and parts.port and _is_own(parts.hostname or ""):
            return str(parts.hostname), parts.port
    return None


def moved_to(settings: Mapping[str, Any], port: int, *, listens: bool) -> dict[str, Any]:
    """Return the settings with another port."""
    if listens:
        return {**settings, "port": port}
    parts = urlsplit(str(settings["url"]))
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return {**settings, "url": urlunsplit(parts._replace(netloc=f"{host}:{port}"))}


def is_taken(place: Place) -> bool:
    """Say whether another program listens on a port of this machine."""
    try:
        with _socket(place[0]) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(place)
            tried.listen(1)
    except OSError:
        return True
    return False


def free_port(host: str = LOOPBACK) -> int:
    """Return a port that nobody has now, and that the system gives to nobody who only wants to connect."""
    for port in random.sample(range(FIRST_PORT, _first_given()), TRIES):
        if not is_taken((host, port)):
            return port
    with _socket(host) as found:
        found.bind((host, 0))
        return int(found.getsockname()[1])


def _first_given() -> int:
    """Return the first port that the system takes for outgoing connections."""
    try:
        return max(FIRST_PORT + TRIES, int(GIVEN.read_text(encoding="ascii").split()[0]))
    except (OSError, ValueError, IndexError):
        return USUALLY_GIVEN


def _socket(host: str) -> socket.socket:
    return socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)


def _is_own(host: str) -> bool:
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"
