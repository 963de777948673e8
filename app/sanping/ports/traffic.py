"""The invented movers that simulators report, beside the invented readings of `ports.source.Readings`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sanping.domain.geo import Float64Array
from sanping.domain.position import MoverKind
from sanping.ports.source import Readings


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """Some movers at a moment, in columns: degrees, degrees clockwise from north, kilometres an hour."""

    longitude_deg: Float64Array
    latitude_deg: Float64Array
    heading_deg: Float64Array
    speed_kmh: Float64Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """Who a mover is: the number of its terminal, its plate, its kind, and whether it reports an alarm, or nothing."""

    number: str
    label: str
    kind: MoverKind
    is_alarming: bool = False
    is_silent: bool = False


class Traffic(Protocol):
    """Movers, each with a row that stays the same."""

    @property
    def terminals(self) -> Sequence[Terminal]:
        """Everybody, by row."""

    def at(self, rows: npt.NDArray[np.int64], now_ms: int) -> Moving:
        """Return where some movers are, by their rows."""


class ReadingsAndTraffic(Readings, Protocol):
    """What a simulator of movers is given."""

    @property
    def traffic(self) -> Traffic:
        """What moves."""
