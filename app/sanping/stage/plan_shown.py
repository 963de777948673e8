"""Which alternative of a plan all screens show, with all that a screen needs for it: what goes, and what comes; values.

The value travels with the show, so that a wall or a phone draws the scheme without a file: blocks for all, and the
names of detailed models for screens that share the folder of plans.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec

from sanping.domain.plan import Mass, Outline, Placement, Use

PlanView = Literal["before", "after", "compare"]
"""What stands today, what is planned, or both: what stays grey, what goes as a red ghost, what comes by use."""
PLAN_LAYER = "@plan"
"""Name of the layer of blocks; that of a detailed model is this, a colon and a name that tells file and place."""
MOST_MASSES, _MOST_CORNERS = 3000, 400
_Short = Annotated[str, msgspec.Meta(max_length=200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMass:
    """A block in world metres, rounded to centimetres; `model` names the detailed model that it stands for, or ""."""

    id: _Short
    outline: Outline
    base_m: float
    height_m: float
    use: Use = "other"
    model: str = ""
    storeys: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownModel:
    """A detailed model: its file below the plan's folder, how it is read and placed. `layer` is its name in scenes."""

    layer: str
    file: str
    crs: str
    placement: Placement


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFigures:
    """The figures of what is shown; `passes` says whether every typed condition of the plot is kept, None without any.

    Areas in square metres, `density` from 0 to 1.
    """

    site_m2: float = 0.0
    far: float = 0.0
    density: float = 0.0
    gfa_m2: float = 0.0
    highest_m: float = 0.0
    buildings: int = 0
    passes: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlan:
    """One alternative of a plan as screens show it.

    `alternative` is its id, "" for what stands today; it is the `number`th of `count` (0 for what stands today).
    `gone` names what is replaced, by layer, `kept` what else stands in the area. `left_out` counts blocks that did not
    fit into the message, the smallest.
    """

    plan: _Short
    title: _Short
    alternative: _Short = ""
    name: _Short = ""
    number: int = 0
    count: int = 0
    view: PlanView = "after"
    area: Outline = ()
    gone: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    masses: tuple[ShownMass, ...] = ()
    models: tuple[ShownModel, ...] = ()
    figures: ShownFigures = ShownFigures()
    left_out: int = 0

    @property
    def hides(self) -> Mapping[str, tuple[str, ...]]:
        """What is not drawn, by layer: what is replaced, unless today is shown."""
        return {} if self.view == "before" else self.gone

    @property
    def greyed(self) -> Mapping[str, tuple[str, ...]]:
        """What is drawn grey, by layer: what stays, where both states are compared."""
        return self.kept if self.view == "compare" else {}

    @property
    def built(self) -> tuple[ShownMass, ...]:
        """The blocks that are drawn."""
        return () if self.view == "before" else self.masses


def checked(shown: ShownPlan) -> ShownPlan:
    """Return a value from another screen. Raises `ValueError` for outlines and counts that cannot be."""
    if len(shown.masses) > MOST_MASSES or len(shown.area) > _MOST_CORNERS:
        raise ValueError("masses, area")
    for outline in (shown.area, *(mass.outline for mass in shown.masses)):
        if any(not -1e8 < value < 1e8 for corner in outline for value in corner):
            raise ValueError("outline")
    if any(not (-1e5 < mass.base_m < 1e5 and 0.0 <= mass.height_m < 1e5) for mass in shown.masses):
        raise ValueError("height_m")
    if any(".." in model.file or model.file.startswith(("/", "\\")) or ":" in model.file for model in shown.models):
        raise ValueError("file")
    return shown


def as_masses(shown: ShownPlan) -> tuple[tuple[str, Mass], ...]:
    """Return the blocks that are drawn with the layer of the model that each stands for."""
    return tuple(
        (
            mass.model,
            Mass(id=mass.id, outline=mass.outline, base_m=mass.base_m, storeys=max(1, mass.storeys),
                 storey_m=mass.height_m / max(1, mass.storeys), use=mass.use),
        )
        for mass in shown.built
    )  # fmt: skip
