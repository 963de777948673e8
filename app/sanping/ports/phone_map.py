"""The map that phones are given: squares of the twin's own models, made when first asked for."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

from sanping.domain.text import Text

MapState = Literal["idle", "making", "ready", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapStatus:
    """How far the map is; `share` from 0 to 1 while it is being made, `why` says what is done or what failed.

    `bounds` are west, south, east, north in degrees (WGS 84), None until the map is ready.
    """

    state: MapState
    share: float = 0.0
    why: Text = field(default_factory=lambda: Text("", ""))
    bounds: tuple[float, float, float, float] | None = None
    least_zoom: int = 0
    most_zoom: int = 0


class PhoneMap(Protocol):
    """Makes the map in the background and gives its squares; may be used from one thread, never blocks for long."""

    @property
    def status(self) -> MapStatus:
        """How far the map is."""

    def want(self) -> None:
        """Begin to make the map unless it is there, being made, or has failed within the last minute."""

    def square(self, zoom: int, column: int, row: int) -> bytes | None:
        """Return one square (Mapbox Vector Tile 2.1, gzip), `row` from the north; None where nothing is."""

    def close(self) -> None:
        """Stop what is being made."""
