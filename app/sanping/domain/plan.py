"""Plans of a city: an area that is to be built anew, and the alternatives for it as masses and models."""

from dataclasses import dataclass
from typing import Literal, get_args

Use = Literal["residential", "commercial", "office", "mixed", "industrial", "public", "other"]
USES: tuple[Use, ...] = get_args(Use)
Outline = tuple[tuple[float, float], ...]
"""Corners (east, north) in world metres; the last is joined with the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mass:
    """A block of a scheme: an outline with holes, and storeys of one height on its foot.

    `base_m` is the height of its foot in the twin's vertical datum. `building` joins the masses of one building, ""
    for a building of its own.
    """

    id: str
    outline: Outline
    holes: tuple[Outline, ...] = ()
    base_m: float = 0.0
    storeys: int = 6
    storey_m: float = 3.0
    use: Use = "residential"
    building: str = ""

    @property
    def height_m(self) -> float:
        """Height over its foot."""
        return self.storeys * self.storey_m


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """How a model is set into the city: its point `origin` (model metres) comes to `at` (world metres).

    It is scaled and turned about that point, `turn_deg` clockwise as seen from above.
    """

    origin: tuple[float, float, float] = (0.0, 0.0, 0.0)
    at: tuple[float, float, float] = (0.0, 0.0, 0.0)
    turn_deg: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeModel:
    """An imported model: its `file` among the models of its plan, and its blocks in the model's own metres.

    `crs` is what it was read with: that of the twin for a model that knows where it is, "LOCAL" for another.
    """

    id: str
    file: str
    title: str
    crs: str
    placement: Placement
    masses: tuple[Mass, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """One scheme for an area. What stands there is replaced, but for `kept`: pairs of a layer and an id."""

    id: str
    name: str
    masses: tuple[Mass, ...] = ()
    models: tuple[SchemeModel, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotLimits:
    """Conditions of the plot (规划条件); 0 for none. Density and green are shares of the site in percent."""

    far_most: float = 0.0
    density_most: float = 0.0
    height_most_m: float = 0.0
    green_least: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """An area with its alternatives, in their order. `id` is the name of its folder."""

    id: str
    title: str
    area: Outline
    limits: PlotLimits = PlotLimits()
    alternatives: tuple[Alternative, ...] = ()

    def alternative(self, id: str) -> Alternative | None:
        """Return an alternative, None for an unknown one."""
        return next((one for one in self.alternatives if one.id == id), None)
