"""The stage: everything the screens are asked to show, as one frozen value."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from sanping.domain.view import CameraPose, StyleName
from sanping.stage.area_map import AreaMap
from sanping.stage.notes_shown import ShownNotes
from sanping.stage.plan_shown import ShownPlan
from sanping.stage.section_shown import ShownSection
from sanping.stage.timeline import LIVE, Timeline

QualityName = Literal["draft", "soft", "standard", "high"]
WaterColour = Literal["plain", "class", "level"]
FLOWS = "@flows"
"""Name of the layer of arcs from stations to the centre."""
CASES_LAYER = "@cases"
COMPONENTS_LAYER = "@components"
"""Name of the layer of cases, whose objects are named by their ids."""
TEXTURES = "@textures"
"""Name under which the pictures on models are shown or hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureRef:
    """One city object: the layer that holds it and its id there."""

    layer: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerState:
    """How a layer is shown."""

    is_visible: bool = True
    opacity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Colouring:
    """Colour the objects of a layer by one attribute.

    `attribute` is an attribute key, or "@height_m" / "@class" for the columns every object has.
    A number is graded over `low` … `high` (None: the layer's own range); words get one colour each.
    """

    layer: str
    attribute: str
    palette: str = "viridis"
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What is asked to be shown.

    Where it `is_parallel` so are the lines of sight: one scale everywhere, for print, never shared with screens.
    `moment` is aware of its time zone and drives the sun. `layers` holds only states that differ from the default.
    Where `isolated` names objects, every other building and bridge is hidden. `timeline` is the moment of all that
    lives; `water_colour` paints rivers as they look, by water class (GB 3838) or by flood colour. Governance is looked
    at within `area` (a code, "" for all of it), whose cases `area_map` lays over the city, None for nothing.
    `scheme` is the alternative of a planned area that is shown, None for the city alone; `section` how the city is cut
    open, `notes` what is drawn upon it.
    """

    camera: CameraPose
    style: StyleName
    moment: datetime
    is_parallel: bool = False
    layers: Mapping[str, LayerState] = field(default_factory=lambda: MappingProxyType({}))
    selection: tuple[FeatureRef, ...] = ()
    hovered: FeatureRef | None = None
    colouring: Colouring | None = None
    isolated: tuple[FeatureRef, ...] = ()
    timeline: Timeline = LIVE
    water_colour: WaterColour = "plain"
    area: str = ""
    area_map: AreaMap | None = None
    scheme: ShownPlan | None = None
    section: ShownSection | None = None
    notes: ShownNotes | None = None

    def layer(self, name: str) -> LayerState:
        """State of one layer."""
        return self.layers.get(name, LayerState())

    def without(self, names: Iterable[str]) -> "Stage":
        """Return the stage with some layers hidden, itself where they are."""
        hidden = {name: replace(self.layer(name), is_visible=False) for name in names if self.layer(name).is_visible}
        return replace(self, layers=MappingProxyType({**self.layers, **hidden})) if hidden else self

    def with_layer(self, name: str, state: LayerState) -> "Stage":
        """Return the stage with one layer changed."""
        return replace(self, layers=MappingProxyType({**self.layers, name: state}))
