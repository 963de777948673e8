"""The settings of the adapter as one checked value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from sanping.adapters.hj212.codes import CodeTable, codes_with
from sanping.adapters.hj212.commands import CommandTable, bundled_commands, commands_with
from sanping.adapters.hj212.frame import VERSIONS, Version
from sanping.adapters.hj212.framing import LONGEST_SEGMENT
from sanping.adapters.hj212.sm4 import AreaCipher, area_cipher
from sanping.domain.errors import SourceRefused
from sanping.domain.text import Text
from sanping.ports.allow_list import Network, is_allowed, networks_of, words_of

_BAD_VERSION = Text(
    "versions 中的“{value}”不是标准版本；可写 2005、2017、2025",
    "“{value}” in versions is no edition of the standard; write 2005, 2017, 2025",
)
_NO_STATION = Text(
    "主动连接时要在 allowed_stations 中写明站点 MN",
    "To connect to a logger, name the MN of its stations in allowed_stations",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the settings say. `stations` and `networks` empty: all are allowed; `password` empty: it is not checked."""

    role: Literal["server", "client"] = "server"
    host: str = "0.0.0.0"
    port: int = 9212
    stations: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    versions: frozenset[str] = frozenset(VERSIONS)
    is_crc_strict: bool = True
    max_skew_s: int = 600
    longest_segment: int = LONGEST_SEGMENT
    utc_offset_h: float = 8.0
    minute_interval_s: int = 600
    marks_start: bool = True
    codes: CodeTable
    commands: CommandTable = field(default_factory=bundled_commands)
    password: str = field(default="", repr=False)
    cipher: AreaCipher | None = field(default=None, repr=False)
    request_interval_s: int = 60
    timeout_s: int = 5
    system: str = "21"
    asks_as: Version = "2017"

    def admits(self, peer: str) -> bool:
        """Say whether a peer's address may connect."""
        return is_allowed(peer, self.networks)


def options_from(settings: Mapping[str, Any], password: str = "", key: str = "") -> Options:
    """Return the options; `password` and `key` are the secrets themselves. Raises `SourceRefused`."""
    versions = frozenset(words_of(settings.get("versions", ""))) or frozenset(VERSIONS)
    for version in sorted(versions - frozenset(VERSIONS)):
        raise SourceRefused(_BAD_VERSION.with_values(value=version))
    usual = Options(codes=codes_with(str(settings.get("codes_file", "") or "")))
    role = cast(Literal["server", "client"], settings.get("role") or usual.role)
    stations = frozenset(words_of(settings.get("allowed_stations", "")))
    if role == "client" and not stations:
        raise SourceRefused(_NO_STATION)

    def given(name: str, otherwise: float) -> Any:
        value = settings.get(name)
        return otherwise if value is None else value

    return Options(
        role=role,
        host=str(settings.get("host") or usual.host),
        port=int(given("port", usual.port)),
        stations=stations,
        networks=networks_of(settings.get("allowed_addresses", "")),
        versions=versions,
        is_crc_strict=bool(given("strict_crc", True)),
        max_skew_s=round(float(given("max_skew_min", 10)) * 60),
        longest_segment=int(given("longest_segment", usual.longest_segment)),
        utc_offset_h=float(given("utc_offset_h", usual.utc_offset_h)),
        minute_interval_s=int(given("minute_interval_min", 10)) * 60,
        marks_start=str(settings.get("data_time") or "start") == "start",
        codes=usual.codes,
        commands=commands_with(str(settings.get("commands_file", "") or "")),
        password=password,
        cipher=area_cipher(key),
        request_interval_s=int(given("request_interval", usual.request_interval_s)),
        timeout_s=int(given("timeout_s", usual.timeout_s)),
        system=str(settings.get("system") or usual.system),
        asks_as=cast(Version, settings.get("asks_as") or usual.asks_as),
    )
