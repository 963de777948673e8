"""The settings of the adapter as one checked value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from sanping.adapters.sl651.elements import ElementTable, bundled_elements, elements_with
from sanping.domain.errors import SourceRefused
from sanping.domain.text import Text
from sanping.ports.allow_list import Network, is_allowed, networks_of, words_of

Reply = Literal["esc", "eot", "none"]

_ADDRESS = re.compile(r"[0-9A-F]{10}")
_PASSWORD = re.compile(r"[0-9A-Fa-f]{4}")
_BAD_STATION = Text(
    "allowed_stations 中的“{value}”不是测站地址；应为 10 位十六进制数字，如 0063100701",
    "“{value}” in allowed_stations is no station address; write ten hexadecimal digits such as 0063100701",
)
_BAD_PASSWORD = Text("密码应为 4 位十六进制数字", "The password has four hexadecimal digits")
_NO_STATION = Text(
    "主动连接时要在 allowed_stations 中写明测站地址",
    "To connect to a station, name its address in allowed_stations",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the settings say. `stations` and `networks` empty: all are allowed; `centre` 0 and `password` empty: any.

    `query_interval_s` 0: stations are not asked. `pictures_folder` empty: pictures are counted and not kept.
    """

    role: Literal["server", "client"] = "server"
    host: str = "0.0.0.0"
    port: int = 9651
    centre: int = 0
    password: str = field(default="", repr=False)
    stations: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    max_skew_s: int = 600
    utc_offset_h: float = 8.0
    reply: Reply = "esc"
    query_interval_s: int = 0
    pictures_folder: str = ""
    most_pictures: int = 2000
    table: ElementTable = field(default_factory=bundled_elements, repr=False)

    def admits(self, peer: str) -> bool:
        """Say whether a peer's address may connect."""
        return is_allowed(peer, self.networks)


def options_from(settings: Mapping[str, Any], password: str = "") -> Options:
    """Return the options; `password` is the secret itself. Raises `SourceRefused`."""
    stations = frozenset(word.upper() for word in words_of(settings.get("allowed_stations", "")))
    for station in sorted(stations):
        if not _ADDRESS.fullmatch(station):
            raise SourceRefused(_BAD_STATION.with_values(value=station))
    if password and not _PASSWORD.fullmatch(password):
        raise SourceRefused(_BAD_PASSWORD)
    role = cast(Literal["server", "client"], settings.get("role") or "server")
    if role == "client" and not stations:
        raise SourceRefused(_NO_STATION)

    def given(name: str, otherwise: float) -> float:
        value = settings.get(name)
        return otherwise if value is None else float(value)

    return Options(
        role=role,
        host=str(settings.get("host") or "0.0.0.0"),
        port=int(given("port", 9651)),
        centre=int(given("centre", 0)),
        password=password.upper(),
        stations=stations,
        networks=networks_of(settings.get("allowed_addresses", "")),
        max_skew_s=round(given("max_skew_min", 10) * 60),
        utc_offset_h=given("utc_offset_h", 8),
        reply=cast(Reply, settings.get("reply") or "esc"),
        query_interval_s=int(given("query_interval_s", 0)) or (300 if role == "client" else 0),
        pictures_folder=str(settings.get("pictures_folder") or ""),
        most_pictures=int(given("most_pictures", 2000)),
        table=elements_with(str(settings.get("codes_file") or "")),
    )
