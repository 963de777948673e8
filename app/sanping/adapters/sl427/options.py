"""The settings of the adapter as one checked value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from sanping.adapters.sl427.frame import address_bytes
from sanping.adapters.sl427.types import Types, bundled_types, types_with
from sanping.domain.errors import FrameBroken, SourceRefused
from sanping.domain.text import Text
from sanping.ports.allow_list import Network, is_allowed, networks_of, words_of

Reply = Literal["plain", "aux", "none"]

_PASSWORD = re.compile(r"[0-9]{4}")
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
        return is_allowed(peer, self.networks)


def options_from(settings: Mapping[str, Any], password: str = "") -> Options:
    """Return the options; `password` is the secret itself. Raises `SourceRefused`."""
    stations = frozenset(word.upper() for word in words_of(settings.get("allowed_stations", "")))
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
        networks=networks_of(settings.get("allowed_addresses", "")),
        max_skew_s=round(given("max_skew_min", 10) * 60),
        utc_offset_h=given("utc_offset_h", 8),
        reply=cast(Reply, settings.get("reply") or "plain"),
        has_gate_levels=(settings.get("two_levels") or "gate") == "gate",
        types=types_with(str(settings.get("codes_file") or "")),
    )
