"""A monitoring station, as the twin's station table declares it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from sanping.domain.text import Text

StationKind = Literal[
    "level", "flow", "rain", "quality", "pump", "sluice", "outfall", "camera", "weather", "system", "device", "area",
    "site", "part",
]  # fmt: skip
WaterClass = Literal[1, 2, 3, 4, 5, 6]  # Ⅰ … Ⅴ, 6 is 劣Ⅴ


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Levels that decide colours, in metres on the station's own datum (SL 323 `ST_RVFCCH_B`); None where unknown.

    `warning_m` WRZ, `guarantee_m` GRZ, `record_m` OBHTZ, `low_m` LAZ, `left_bank_m` LDKEL, `right_bank_m` RDKEL.
    """

    warning_m: float | None = None
    guarantee_m: float | None = None
    record_m: float | None = None
    low_m: float | None = None
    left_bank_m: float | None = None
    right_bank_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One place where something is measured.

    `x_m`, `y_m` lie in the twin's CRS; `chainage_m` is the distance along `river` from its first point downstream, None
    off the river. `datum` names the vertical datum of its levels; `datum_offset_m` is added to a level to bring it
    to the twin's vertical datum, None when nobody knows it (then its levels are never drawn nor compared with others).
    `interval_s` is how often it reports. `addresses` maps an adapter's name to the station's address there.
    `target_class` is the water class it must reach (GB 3838), None when none is set.
    """

    id: str
    name: Text
    kinds: tuple[StationKind, ...]
    x_m: float
    y_m: float
    river: str = ""
    chainage_m: float | None = None
    datum: str = ""
    datum_offset_m: float | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)
    target_class: WaterClass | None = None
    interval_s: int = 300
    addresses: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    is_lake: bool = False
