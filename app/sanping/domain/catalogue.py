"""The catalogue of a twin's data: what each set is, of which CIM level, version and licence, where and how much."""

from typing import Literal

import msgspec

from sanping.domain.label import LOWEST, Label
from sanping.domain.text import Text

CardKind = Literal["model", "surface", "flat", "live"]
KIND_TITLES: dict[CardKind, Text] = {
    "model": Text("三维模型", "3D model"),
    "surface": Text("地形", "Terrain"),
    "flat": Text("矢量", "Vector"),
    "live": Text("实时", "Live"),
}
CIM_TITLES: dict[int, Text] = {
    1: Text("CIM1 地表模型", "CIM1 surface"),
    2: Text("CIM2 框架模型", "CIM2 frame"),
    3: Text("CIM3 标准模型", "CIM3 standard"),
    4: Text("CIM4 精细模型", "CIM4 fine"),
    5: Text("CIM5 功能级模型", "CIM5 functional"),
    6: Text("CIM6 构件级模型", "CIM6 component"),
    7: Text("CIM7 零件级模型", "CIM7 part"),
}
"""Levels of CJJ/T 315, by number."""


class DataCard(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the catalogue (CJJ/T 315 4.3.3).

    `cim_level` 0 is none; `is_level_inferred` says that nobody declared it and it was told from the data. `bounds` are
    west, south, east, north in degrees (WGS 84), None without a place on the earth; `low_m` and `high_m` are heights in
    `vertical_datum`. `version`, `date`, `publisher`, `licence` are as declared, empty where nothing is said;
    `file_ms` is when the file was last written (milliseconds since 1970 UTC), 0 for what has no file. `label` is up to
    whom it is told.
    """

    id: str
    title_zh: str
    title_en: str
    kind: CardKind
    group_zh: str = ""
    group_en: str = ""
    role: str = ""
    summary_zh: str = ""
    summary_en: str = ""
    cim_level: int = 0
    is_level_inferred: bool = False
    version: str = ""
    date: str = ""
    publisher: str = ""
    licence: str = ""
    format: str = ""
    lods: tuple[str, ...] = ()
    count: int = 0
    passed_over: int = 0
    bytes: int = 0
    file_ms: int = 0
    crs: str = ""
    vertical_datum: str = ""
    bounds: tuple[float, float, float, float] | None = None
    low_m: float | None = None
    high_m: float | None = None
    is_synthetic: bool = False
    label: Label = LOWEST

    @property
    def title(self) -> Text:
        """The name."""
        return Text(self.title_zh, self.title_en or self.title_zh)


class ServiceLine(msgspec.Struct, frozen=True, kw_only=True):
    """One service that a hub offers: what it serves, and how often it was asked, as the hub counted.

    `path` is below the hub's address. `a_minute` counts the requests of the last sixty seconds, `an_hour` those of the
    last hour, `total` those since the hub began; `sent_bytes` is what went out since then.
    """

    id: str
    title_zh: str
    title_en: str
    standard: str
    path: str
    collections: int = 0
    objects: int = 0
    a_minute: int = 0
    an_hour: int = 0
    total: int = 0
    sent_bytes: int = 0
    is_ready: bool = True


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """All data and services of one hub at `at_ms`; `began_ms` is since when requests are counted."""

    at_ms: int
    began_ms: int
    cards: tuple[DataCard, ...] = ()
    services: tuple[ServiceLine, ...] = ()
    why_zh: str = ""
    why_en: str = ""
