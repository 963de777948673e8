"""What may be in the air: means of an hour by GB 3095-2026 in its two stages, and by HJ 2.2-2018, annex D."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from sanping.domain.text import Text

Stage = Literal["2026", "2031"]
STAGES: Mapping[Stage, Text] = MappingProxyType(
    {
        "2026": Text("过渡阶段（至 2030 年底）", "To the end of 2030"),
        "2031": Text("2031 年起", "From 2031 on"),
    }
)
"""GB 3095-2026, 4.4: transitional limits since 1 March 2026, the final ones from 1 January 2031 on."""
_ORDER: tuple[Stage, ...] = get_args(Stage)
_HOUR, _DAY = "GB 3095-2026, {stage}, 1 h", "GB 3095-2026, {stage}, 3 × 24 h (HJ 2.2-2018, 5.3.2.1)"
_ANNEX = "HJ 2.2-2018, D, 1 h"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pollutant:
    """What is given off; `limits_ug` are the means of an hour that are allowed in each stage, in µg/m³."""

    title: Text
    limits_ug: tuple[float, float]
    source: str

    def limit_ug(self, stage: Stage) -> float:
        """Return what is allowed in a stage, in µg/m³."""
        return self.limits_ug[_ORDER.index(stage)]

    def source_in(self, stage: Stage) -> str:
        """Return where the limit of a stage is written."""
        return self.source.format(stage=("2026-2030", "2031-")[_ORDER.index(stage)])


POLLUTANTS: Mapping[str, Pollutant] = MappingProxyType(
    {
        "pm10": Pollutant(title=Text("PM10", "PM10"), limits_ug=(3 * 120, 3 * 100), source=_DAY),
        "pm25": Pollutant(title=Text("PM2.5", "PM2.5"), limits_ug=(3 * 60, 3 * 50), source=_DAY),
        "so2": Pollutant(title=Text("二氧化硫", "SO₂"), limits_ug=(500, 150), source=_HOUR),
        "no2": Pollutant(title=Text("二氧化氮", "NO₂"), limits_ug=(200, 200), source=_HOUR),
        "co": Pollutant(title=Text("一氧化碳", "CO"), limits_ug=(10_000, 10_000), source=_HOUR),
        "nh3": Pollutant(title=Text("氨", "Ammonia"), limits_ug=(200, 200), source=_ANNEX),
        "h2s": Pollutant(title=Text("硫化氢", "Hydrogen sulphide"), limits_ug=(10, 10), source=_ANNEX),
    }
)
"""Second class of GB 3095-2026, table 1; where it has a mean of a day alone, three times that."""
