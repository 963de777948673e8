"""The settings of the adapter as one checked value, and who each terminal is."""

import csv
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from sanping.domain.errors import SourceRefused
from sanping.domain.position import MOVER_KINDS, MoverKind
from sanping.domain.text import Text
from sanping.ports.allow_list import Network, is_allowed, networks_of, words_of

_CODE_LETTERS = 16

_BAD_KIND = Text("“{word}”不是 号段=类别；类别有：{kinds}", "“{word}” is not prefix=kind; kinds are {kinds}")
_NO_FILE = Text("车辆表 {path} 无法读取：{reason}", "The table of vehicles {path} cannot be read: {reason}")
_NO_COLUMNS = Text(
    "车辆表缺少列 terminal、label、kind 之一", "The table of vehicles lacks one of the columns terminal, label, kind"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the settings say. `networks` empty: all are allowed; `secret` empty: no terminal needs a code.

    `kinds` are kinds by the first digits of a terminal's number, the longest first; `vehicles` label and kind of those
    that a table names. `summary_s` 0: no figures are told.
    """

    host: str = "0.0.0.0"
    port: int = 9808
    secret: str = field(default="", repr=False)
    networks: tuple[Network, ...] = ()
    kinds: tuple[tuple[str, MoverKind], ...] = ()
    default_kind: MoverKind = "car"
    vehicles: Mapping[str, tuple[str, MoverKind]] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    is_gcj02: bool = False
    utc_offset_h: float = 8.0
    max_skew_s: int = 600
    summary_s: int = 0
    most_connections: int = 4096

    def admits(self, peer: str) -> bool:
        """Say whether a peer's address may connect."""
        return is_allowed(peer, self.networks)

    def kind_of(self, terminal: str) -> MoverKind:
        """Return what kind of mover a terminal sits in."""
        known = self.vehicles.get(terminal)
        if known is not None:
            return known[1]
        return next((kind for prefix, kind in self.kinds if terminal.startswith(prefix)), self.default_kind)

    def code_of(self, terminal: str) -> str:
        """Return the code that a terminal has to show; each has its own."""
        return hmac.new(self.secret.encode(), terminal.encode(), sha256).hexdigest()[:_CODE_LETTERS]


def options_from(settings: Mapping[str, Any], secret: str = "") -> Options:
    """Return the options; `secret` is the secret itself. Raises `SourceRefused`."""

    def given(name: str, otherwise: float) -> float:
        value = settings.get(name)
        return otherwise if value is None else float(value)

    kinds = [_kind(word) for word in words_of(settings.get("kinds", ""))]
    return Options(
        host=str(settings.get("host") or "0.0.0.0"),
        port=int(given("port", 9808)),
        secret=secret,
        networks=networks_of(settings.get("allowed_addresses", "")),
        kinds=tuple(sorted(kinds, key=lambda row: -len(row[0]))),
        default_kind=cast(MoverKind, settings.get("default_kind") or "car"),
        vehicles=_vehicles(str(settings.get("vehicles_file") or "")),
        is_gcj02=settings.get("datum") == "gcj02",
        utc_offset_h=given("utc_offset_h", 8),
        max_skew_s=round(given("max_skew_min", 10) * 60),
        summary_s=int(given("summary_s", 0)),
        most_connections=int(given("most_connections", 4096)),
    )


def _kind(word: str) -> tuple[str, MoverKind]:
    prefix, _, kind = word.partition("=")
    if not prefix.isdecimal() or kind not in MOVER_KINDS:
        raise SourceRefused(_BAD_KIND.with_values(word=word, kinds=", ".join(MOVER_KINDS)))
    return prefix, kind


def _vehicles(path: str) -> Mapping[str, tuple[str, MoverKind]]:
    """Return label and kind of the terminals in a table (CSV, UTF-8)."""
    if not path:
        return MappingProxyType({})
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceRefused(_NO_FILE.with_values(path=path, reason=str(error))) from error
    found: dict[str, tuple[str, MoverKind]] = {}
    for row in rows:
        if not {"terminal", "label", "kind"} <= row.keys() or row["kind"] not in MOVER_KINDS:
            raise SourceRefused(_NO_COLUMNS, path=path)
        found[row["terminal"].lstrip("0")] = (row["label"], row["kind"])
    return MappingProxyType(found)
