"""The settings of the adapter as one checked value."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from sanping.adapters.sl427.frame import address_bytes
from sanping.adapters.sl427.types import Types, bundled_types, types_with
from sanping.domain.errors import FrameBroken, SourceRefused
from sanping.domain.text import Text

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Reply = Literal["plain", "aux", "none"]

_APART = re.compile(r"[\s,;，；]+")
_PASSWORD = re.compile(r"[0-9]{4}")
_BAD_NETWORK = Text(
    "allowed_addresses 中的“{value}”不是 IP 地址或网段；请写成 10.1.2.3 或 10.1.0.0/16",
    "“{value}” in allowed_addresses is no address or network; write 10.1.2.3 or 10.1.0.0/16",
)
_BAD_PASSWORD = Text("密码应为 4 位数字", "The password has four digits")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the settings say. `stations` and `networks` empty: all are allowed."""

    host: str = "0.0.0.0"
    port: int = 9427
    password: str = field(default="0000", repr=False)
    stations: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    max_skew_s: int = 600
    utc_offset_h: float = 8.0
    reply: Reply = "plain"
    has_gate_levels: bool = True
    types: Types = field(default_factory=bundled_types, repr=False)

    def admits(self, peer: str) -> bool:
        """Say whether a peer's address may connect."""
        if not self.networks:
            return True
        try:
            address = ipaddress.ip_address(peer.partition("%")[0])
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self.networks)


def options_from(settings: Mapping[str, Any], password: str = "") -> Options:
    """Return the options; `password` is the secret itself. Raises `SourceRefused`."""
    stations = frozenset(word.upper() for word in _words(settings.get("allowed_stations", "")))
    for station in sorted(stations):
        try:
            address_bytes(station)
        except FrameBroken as error:
            raise SourceRefused(error.message) from error
    if password and not _PASSWORD.fullmatch(password):
        raise SourceRefused(_BAD_PASSWORD)

    def given(name: str, otherwise: float) -> float:
        value = settings.get(name)
        return otherwise if value is None else float(value)

    return Options(
        host=str(settings.get("host") or "0.0.0.0"),
        port=int(given("port", 9427)),
        password=password or "0000",
        stations=stations,
        networks=tuple(map(_network, _words(settings.get("allowed_addresses", "")))),
        max_skew_s=round(given("max_skew_min", 10) * 60),
        utc_offset_h=given("utc_offset_h", 8),
        reply=cast(Reply, settings.get("reply") or "plain"),
        has_gate_levels=(settings.get("two_levels") or "gate") == "gate",
        types=types_with(str(settings.get("codes_file") or "")),
    )


def _words(text: object) -> list[str]:
    return [word for word in _APART.split(str(text or "")) if word]


def _network(word: str) -> Network:
    try:
        return ipaddress.ip_network(word, strict=False)
    except ValueError as error:
        raise SourceRefused(_BAD_NETWORK.with_values(value=word)) from error
