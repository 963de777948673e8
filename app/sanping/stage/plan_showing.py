"""An alternative of a plan as the value that all screens show, small enough for a message; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec

from sanping.analysis.mass_tiles import placed_mass
from sanping.analysis.massing import Massing, shape_of
from sanping.domain.plan import Alternative, Mass, Outline, Placement, Plan
from sanping.stage.plan_shown import (
    MOST_MASSES,
    PLAN_LAYER,
    PlanView,
    ShownFigures,
    ShownMass,
    ShownModel,
    ShownPlan,
)

LARGEST_SHOWN = 44_000
"""Bytes of the value at most; what a hub takes is a little more."""
_COARSER_M = (0.0, 0.5, 1.5, 4.0)


def shown_plan(
    plan: Plan,
    alternative: Alternative | None,
    standing: Mapping[str, Mapping[str, Sequence[str]]],
    figures: ShownFigures,
    view: PlanView,
) -> ShownPlan:
    """Return what screens show of an alternative, small enough for a message; None is what stands today.

    `standing` names what stands in the area today: by layer and building, the ids of it and of its parts.
    """
    shown = ShownPlan(
        plan=plan.id,
        title=plan.title,
        count=len(plan.alternatives),
        view=view,
        area=_rounded(plan.area),
        figures=figures,
    )
    if alternative is None:
        return shown
    layers = {model.id: ShownModel(layer=layer_of(plan, model.id, model.placement), file=model.file, crs=model.crs,
                                   placement=model.placement) for model in alternative.models}  # fmt: skip
    kept = frozenset(alternative.kept)
    gone, left = _named(standing, kept, are_kept=False), _named(standing, kept, are_kept=True)
    whole = replace(
        shown,
        alternative=alternative.id,
        name=alternative.name,
        number=plan.alternatives.index(alternative) + 1,
        gone={layer: ids for layer, ids in gone.items() if ids},
        kept={layer: ids for layer, ids in left.items() if ids},
        models=tuple(layers.values()),
    )
    masses = masses_in(alternative)
    names = ["" for _ in alternative.masses]
    names += [layers[model.id].layer for model in alternative.models for _ in model.masses]
    for coarser_m in _COARSER_M:
        blocks = tuple(_shown_mass(mass, name, coarser_m) for mass, name in zip(masses, names, strict=True))
        found = replace(whole, masses=blocks)
        if _fits(found):
            return found
    return _largest(whole, blocks)


def _named(
    standing: Mapping[str, Mapping[str, Sequence[str]]], kept: frozenset[tuple[str, str]], *, are_kept: bool
) -> dict[str, tuple[str, ...]]:
    """Return the ids of the buildings, with their parts, that are kept, or of those that are not."""
    return {
        layer: tuple(id for name, ids in built.items() if ((layer, name) in kept) == are_kept for id in ids)
        for layer, built in standing.items()
    }


def masses_in(alternative: Alternative) -> tuple[Mass, ...]:
    """Return every block of an alternative in world metres, those of placed models too."""
    models = [
        replace(placed_mass(mass, model.placement), id=f"{model.id}/{mass.id}",
                building=f"{model.id}/{mass.building}" if mass.building else "")
        for model in alternative.models for mass in model.masses
    ]  # fmt: skip
    return (*alternative.masses, *models)


def figures_of(found: Massing, passes: bool | None) -> ShownFigures:
    """Return figures as they are shown on every screen."""
    return ShownFigures(
        site_m2=round(found.site_m2, 1),
        far=round(found.far, 4),
        density=round(found.density, 4),
        gfa_m2=round(found.gfa_m2, 1),
        highest_m=round(found.highest_m, 2),
        buildings=found.buildings,
        passes=passes,
    )


def layer_of(plan: Plan, model: str, placement: Placement) -> str:
    """Return the layer name of a model where it stands: another place is another layer."""
    at = ",".join(f"{value:.3f}" for value in (*placement.origin, *placement.at, placement.turn_deg, placement.scale))
    return f"{PLAN_LAYER}:{plan.id}/{model}@{at}"


def _fits(shown: ShownPlan) -> bool:
    return len(shown.masses) <= MOST_MASSES and len(msgspec.json.encode(shown)) <= LARGEST_SHOWN


def _largest(whole: ShownPlan, blocks: Sequence[ShownMass]) -> ShownPlan:
    """Return as many of the largest blocks as fit, and how many were left out."""
    order = sorted(blocks, key=lambda mass: -mass.height_m * _area(mass.outline))
    low, high = 0, len(order)
    while low < high:
        middle = (low + high + 1) // 2
        if _fits(replace(whole, masses=tuple(order[:middle]), left_out=len(order))):
            low = middle
        else:
            high = middle - 1
    return replace(whole, masses=tuple(order[:low]), left_out=len(order) - low)


def _area(outline: Outline) -> float:
    pairs = zip(outline, (*outline[1:], *outline[:1]), strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2.0


def _shown_mass(mass: Mass, model: str, coarser_m: float) -> ShownMass:
    outline = mass.outline
    if coarser_m:
        simpler = shape_of(mass).simplify(coarser_m)
        if simpler.geom_type == "Polygon" and not simpler.is_empty:
            outline = tuple((x, y) for x, y, *_ in list(simpler.exterior.coords)[:-1])
    return ShownMass(
        id=mass.id,
        outline=_rounded(outline),
        base_m=round(mass.base_m, 2),
        height_m=round(mass.height_m, 2),
        use=mass.use,
        model=model,
        storeys=mass.storeys,
    )


def _rounded(outline: Outline) -> Outline:
    return tuple((round(x, 2), round(y, 2)) for x, y in outline)
