"""What planners decide about plans: pure steps on a book of plans that can be taken back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import shapely

from sanping.analysis.massing import Block, shape_of
from sanping.domain.plan import Alternative, Mass, Outline, Placement, Plan, PlotLimits, SchemeModel
from sanping.domain.view import Point

Ground = Callable[[float, float], float]
"""The height of the ground at east and north, metres."""
LONGEST_PAST, _EDGE_M = 60, 0.5
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanBook:
    """The plans of a twin, which of them is worked on, and which of its alternatives ("" for what stands today)."""

    plans: tuple[Plan, ...] = ()
    plan: str = ""
    alternative: str = ""
    past: tuple["PlanBook", ...] = ()

    @property
    def present(self) -> Plan | None:
        """The plan that is worked on."""
        return next((plan for plan in self.plans if plan.id == self.plan), None)

    @property
    def shown(self) -> Alternative | None:
        """The alternative that is worked on."""
        return None if self.present is None else self.present.alternative(self.alternative)


def opened(book: PlanBook, plan: str, alternative: str | None = None) -> PlanBook:
    """Return the book with another plan or alternative open; the first alternative where none is named."""
    found = next((one for one in book.plans if one.id == plan), None)
    if found is None:
        return replace(book, plan="", alternative="")
    first = found.alternatives[0].id if found.alternatives else ""
    wanted = first if alternative is None else alternative
    known = wanted if wanted and found.alternative(wanted) is not None else ""
    return replace(book, plan=plan, alternative=known)


def with_plan(book: PlanBook, plan: Plan) -> PlanBook:
    """Return the book with a plan changed or added and open."""
    known = any(one.id == plan.id for one in book.plans)
    plans = tuple(plan if one.id == plan.id else one for one in book.plans) if known else (*book.plans, plan)
    return opened(replace(remembered(book), plans=plans), plan.id, book.alternative if known else None)


def without_plan(book: PlanBook, plan: str) -> PlanBook:
    """Return the book without a plan; taking that back is not offered, its folder is put aside."""
    left = tuple(one for one in book.plans if one.id != plan)
    return opened(PlanBook(plans=left), left[0].id if left else "")


def remembered(book: PlanBook) -> PlanBook:
    """Return the book with its present state as the step to go back to."""
    return replace(book, past=(*book.past, replace(book, past=()))[-LONGEST_PAST:])


def undone(book: PlanBook) -> PlanBook:
    """Return the book one step back; unchanged where there is none."""
    return replace(book.past[-1], past=book.past[:-1]) if book.past else book


def new_plan(id: str, title: str, area: Outline, first: str) -> Plan:
    """Return a plan for an area with one empty alternative, which is called `first`."""
    return Plan(id=id, title=title, area=area, alternatives=(Alternative(id="a1", name=first),))


def with_alternative(book: PlanBook, name: str, *, is_copy: bool = False) -> PlanBook:
    """Return the book with one more alternative, empty or a copy of the present one, open."""
    plan, source = book.present, book.shown
    if plan is None:
        return book
    fresh = _free("a", [one.id for one in plan.alternatives])
    made = replace(source, id=fresh, name=name) if is_copy and source is not None else Alternative(id=fresh, name=name)
    changed = replace(plan, alternatives=(*plan.alternatives, made))
    return opened(with_plan(book, changed), plan.id, fresh)


def next_name(plan: Plan, pattern: str) -> str:
    """Return a name that no alternative has, from a pattern with {letter}."""
    taken = {one.name for one in plan.alternatives}
    names = (pattern.format(letter=f"{letter}{more}") for more in ("", *range(2, 99)) for letter in LETTERS)
    return next(name for name in names if name not in taken)


def without_alternative(book: PlanBook) -> PlanBook:
    """Return the book without the present alternative."""
    plan, shown = book.present, book.shown
    if plan is None or shown is None:
        return book
    left = tuple(one for one in plan.alternatives if one.id != shown.id)
    return opened(with_plan(book, replace(plan, alternatives=left)), plan.id)


def changed(book: PlanBook, change: Callable[[Alternative], Alternative]) -> PlanBook:
    """Return the book with the present alternative changed; unchanged where none is open."""
    plan, shown = book.present, book.shown
    if plan is None or shown is None:
        return book
    made = change(shown)
    if made == shown:
        return book
    alternatives = tuple(made if one.id == shown.id else one for one in plan.alternatives)
    return with_plan(book, replace(plan, alternatives=alternatives))


def retitled(book: PlanBook, title: str) -> PlanBook:
    """Return the book with the present plan called otherwise; an empty title changes nothing."""
    plan = book.present
    return book if plan is None or not title.strip() else with_plan(book, replace(plan, title=title.strip()[:80]))


def limited(book: PlanBook, limits: PlotLimits) -> PlanBook:
    """Return the book with other conditions for the present plot."""
    plan = book.present
    return book if plan is None or plan.limits == limits else with_plan(book, replace(plan, limits=limits))


def renamed(alternative: Alternative, name: str) -> Alternative:
    """Return an alternative called otherwise; an empty name changes nothing."""
    return replace(alternative, name=name.strip()[:40]) if name.strip() else alternative


def with_mass(alternative: Alternative, mass: Mass) -> Alternative:
    """Return an alternative with a mass, under an id of its own; one of its id is replaced."""
    if mass.id:
        masses = tuple(mass if one.id == mass.id else one for one in alternative.masses)
        return replace(alternative, masses=masses)
    fresh = _free("m", [one.id for one in alternative.masses])
    return replace(alternative, masses=(*alternative.masses, replace(mass, id=fresh)))


def with_model(alternative: Alternative, model: SchemeModel) -> Alternative:
    """Return an alternative with a model, under an id of its own."""
    fresh = _free("k", [one.id for one in alternative.models])
    return replace(alternative, models=(*alternative.models, replace(model, id=fresh)))


def without_part(alternative: Alternative, part: str) -> Alternative:
    """Return an alternative without a mass or model."""
    return replace(
        alternative,
        masses=tuple(one for one in alternative.masses if one.id != part),
        models=tuple(one for one in alternative.models if one.id != part),
    )


def replaced(alternative: Alternative, model: str, placement: Placement) -> Alternative:
    """Return an alternative with a model placed otherwise."""
    models = tuple(replace(one, placement=placement) if one.id == model else one for one in alternative.models)
    return replace(alternative, models=models)


def kept_or_replaced(alternative: Alternative, layer: str, id: str) -> Alternative:
    """Return an alternative that keeps a building that it replaced, or replaces one that it kept."""
    pair = (layer, id)
    left = tuple(one for one in alternative.kept if one != pair)
    return replace(alternative, kept=left if pair in alternative.kept else (*left, pair))


def all_kept(alternative: Alternative, standing: Mapping[str, Iterable[str]], *, are_kept: bool) -> Alternative:
    """Return an alternative that keeps everything that stands in the area, or nothing of it."""
    every = tuple((layer, id) for layer, ids in standing.items() for id in ids)
    return replace(alternative, kept=every if are_kept else ())


def moved(alternative: Alternative, part: str, by: tuple[float, float]) -> Alternative:
    """Return an alternative with a mass or model moved by metres east and north."""
    east, north = by

    def ring(outline: Outline) -> Outline:
        return tuple((x + east, y + north) for x, y in outline)

    masses = tuple(
        replace(one, outline=ring(one.outline), holes=tuple(map(ring, one.holes))) if one.id == part else one
        for one in alternative.masses
    )
    models = tuple(
        replace(one, placement=_shifted(one.placement, east, north)) if one.id == part else one
        for one in alternative.models
    )
    return replace(alternative, masses=masses, models=models)


def put(alternative: Alternative, part: str, at: Point) -> Alternative:
    """Return an alternative with the middle of a mass, or the foot of a model, at a place."""
    for mass in alternative.masses:
        if mass.id == part:
            east = at[0] - sum(x for x, _ in mass.outline) / len(mass.outline)
            north = at[1] - sum(y for _, y in mass.outline) / len(mass.outline)
            there = moved(alternative, part, (east, north))
            return with_mass(there, replace(next(one for one in there.masses if one.id == part), base_m=at[2]))
    for model in alternative.models:
        if model.id == part:
            return replaced(alternative, part, replace(model.placement, at=at))
    return alternative


def below(mass: Mass, others: Sequence[Mass]) -> Mass | None:
    """Return the highest of other masses that a mass lies on as a whole."""
    shape = shape_of(mass)
    under = [one for one in others if one.id != mass.id and shape_of(one).buffer(_EDGE_M).covers(shape)]
    return max(under, key=lambda one: one.base_m + one.height_m, default=None)


def standing_on(mass: Mass, others: Sequence[Mass], ground: Ground) -> Mass:
    """Return a mass on the lowest ground under it, or on the other mass that it lies on: then they are one building."""
    under = below(mass, others)
    if under is None:
        return replace(mass, base_m=min(ground(east, north) for east, north in mass.outline), building="")
    return replace(mass, base_m=under.base_m + under.height_m, building=under.building or under.id)


def set_down(alternative: Alternative, part: str, ground: Ground) -> Alternative:
    """Return an alternative with a mass or model on what is below it."""
    for mass in alternative.masses:
        if mass.id == part:
            return with_mass(alternative, standing_on(mass, alternative.masses, ground))
    for model in alternative.models:
        if model.id == part:
            east, north, _ = model.placement.at
            placement = replace(model.placement, at=(east, north, ground(east, north)))
            return replaced(alternative, part, placement)
    return alternative


def block_along(blocks: Sequence[Block], on_level: Callable[[float], Point | None], ground: Ground) -> Block | None:
    """Return the block whose roof a line of sight meets first; `on_level` gives where the line is at a height."""
    found: list[tuple[float, Block]] = []
    for block in blocks:
        middle = block.shape.centroid
        top = ground(middle.x, middle.y) + block.top_m
        at = on_level(top)
        if at is not None and block.shape.covers(shapely.Point(at[0], at[1])):
            found.append((top, block))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _shifted(placement: Placement, east: float, north: float) -> Placement:
    x, y, z = placement.at
    return replace(placement, at=(x + east, y + north, z))


def _free(letter: str, taken: Sequence[str]) -> str:
    number = 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"
