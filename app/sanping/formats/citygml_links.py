"""Which polygons are drawn for which object: links resolved, levels of detail chosen, each polygon once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np
import numpy.typing as npt

from sanping.domain.city import SurfaceKind
from sanping.domain.text import Text
from sanping.formats.citygml_harvest import Context, Harvest, Instance
from sanping.formats.citygml_thinning import linked_ids
from sanping.formats.citygml_words import OPENINGS, PARTS
from sanping.formats.columns import SkipLog

IntArray = npt.NDArray[np.int64]

DANGLING = Text("引用（xlink）在文件中找不到目标", "link (xlink) whose target is not in the file")
EXTERNAL = Text(
    "隐式几何引用外部模型文件，未读取", "implicit geometry that refers to an external model file, which is not read"
)
LEVEL_ABSENT = Text("对象没有所选的细节层次 LoD{level}", "object without the chosen level of detail LoD{level}")

_DEEPEST = 8
_DIGIT = re.compile("[0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """Polygons as used (u, 7): polygon, row of object (or template), level, kind, flipped, srs, dimension."""

    table: IntArray

    @property
    def polygon(self) -> IntArray:
        """Number of the polygon."""
        return self.table[:, 0]

    @property
    def row(self) -> IntArray:
        """Row of the object."""
        return self.table[:, 1]

    @property
    def kind(self) -> IntArray:
        """`SurfaceKind`."""
        return self.table[:, 3]

    @property
    def is_flipped(self) -> IntArray:
        """1 where the polygon is turned over."""
        return self.table[:, 4]

    @property
    def srs(self) -> IntArray:
        """Number of the CRS name."""
        return self.table[:, 5]

    @property
    def dimension(self) -> IntArray:
        """2 or 3 as declared, 0 for not declared."""
        return self.table[:, 6]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is drawn: polygons in place, polygons of templates, and templates placed; `levels` are all there were."""

    uses: Uses
    template_uses: Uses
    instances: list[tuple[Instance, int]]
    levels: tuple[str, ...]


def chosen(harvest: Harvest, wanted_level: str, skips: SkipLog) -> Chosen:
    """Resolve links and choose one level of detail for each object: the wanted one, else its highest."""
    claims = np.fromiter(chain.from_iterable(harvest.claims), dtype=np.int64).reshape(-1, 8)
    defined = _expanded(claims)
    linked = _linked(harvest, defined, skips)
    table = np.concatenate((defined, linked)) if len(linked) else defined
    instances = list(_placed(harvest, skips))
    levels = {int(level) for level in np.unique(table[table[:, 1] >= 0, 2])}
    levels |= {instance.context.level for instance, _ in instances}
    wanted = _DIGIT.search(wanted_level)
    level = _best_levels(harvest, table, instances, int(wanted[0]) if wanted else None)
    if wanted:
        _log_absent(harvest, table, instances, level, skips)
    in_place = table[:, 1] >= 0
    is_kept = in_place & (table[:, 2] == level[np.where(in_place, table[:, 1], 0)]) if len(level) else in_place
    return Chosen(
        uses=Uses(table=_each_once(table[is_kept])),
        template_uses=Uses(table=_each_once(table[table[:, 1] < -1], with_row=True)),
        instances=[pair for pair in instances if pair[0].context.level == level[pair[0].context.row]],
        levels=tuple(str(level) for level in sorted(levels) if level >= 0),
    )


def _expanded(claims: IntArray) -> IntArray:
    """Return one row for each polygon of each claim."""
    counts = claims[:, 1]
    owner = np.repeat(np.arange(len(claims)), counts)
    step = np.arange(len(owner)) - (np.cumsum(counts) - counts)[owner]
    table = claims[owner, 1:]
    table[:, 0] = claims[owner, 0] + step
    return table


def _linked(harvest: Harvest, defined: IntArray, skips: SkipLog) -> IntArray:
    """Return uses by link that say something new: another object, another level, or a kind where there was none."""
    by_id = dict(zip(harvest.ring_ids, range(len(harvest.ring_ids)), strict=True))
    by_id.update(zip(harvest.polygon_ids, range(len(harvest.polygon_ids)), strict=True))
    for nameless in (b"", None):
        by_id.pop(nameless, None)
    names, counts = linked_ids([run for run, _ in harvest.link_runs])
    contexts = np.array([context for _, context in harvest.link_runs], dtype=np.int64).reshape(-1, 6)
    contexts = np.repeat(contexts, counts, axis=0)
    polygon = np.fromiter(map(by_id.get, names, repeat(-1)), dtype=np.int64, count=len(names))
    found = polygon >= 0
    tables = [np.column_stack((polygon[found], contexts[found]))]
    rest = [(names[k].decode("utf-8", "replace"), Context(*contexts[k].tolist())) for k in np.flatnonzero(~found)]
    for name, context in rest + harvest.links:
        uses = [(polygon, *inner) for polygon, inner in _targets(name, context, harvest, by_id)]
        if uses:
            tables.append(np.array(uses, dtype=np.int64))
        elif context.row >= 0:
            skips.add(DANGLING, harvest.ids[context.row])
    return _news(np.concatenate(tables), defined, len(harvest.ring_counts))


def _targets(
    name: str, context: Context, harvest: Harvest, by_id: dict[bytes | None, int], depth: int = 0
) -> Iterator[tuple[int, Context]]:
    """Yield the polygons that a link leads to, through groups and further links."""
    polygon = by_id.get(name.encode())
    if polygon is not None:
        yield polygon, context
        return
    group = harvest.groups.get(name)
    if group is None or depth > _DEEPEST:
        return
    for claim in harvest.claims[slice(*group.claims)]:
        flipped = context.is_flipped != bool(claim[5])
        for polygon in range(claim[0], claim[0] + claim[1]):
            yield polygon, context._replace(is_flipped=flipped, srs=claim[6], dimension=claim[7])
    names, _ = linked_ids([run for run, _ in harvest.link_runs[slice(*group.runs)]])
    further = [inner for inner, _ in harvest.links[slice(*group.links)]]
    for inner in further + [name.decode("utf-8", "replace") for name in names]:
        yield from _targets(inner, context, harvest, by_id, depth + 1)


def _news(linked: IntArray, defined: IntArray, polygon_count: int) -> IntArray:
    """Drop the links that only repeat where a polygon was defined; take CRS and dimension from the definition."""
    if not len(linked):
        return linked
    at = np.full(polygon_count, -1, dtype=np.int64)
    at[defined[:, 0]] = np.arange(len(defined))
    source = at[linked[:, 0]]
    has_source = source >= 0
    if not len(defined):
        return linked
    there = defined[source]
    linked[has_source, 5:7] = there[has_source, 5:7]
    is_same = has_source & (there[:, 1] == linked[:, 1]) & (there[:, 2] == linked[:, 2])
    adds_kind = (linked[:, 3] != SurfaceKind.UNKNOWN) & (there[:, 3] == SurfaceKind.UNKNOWN)
    kept: IntArray = linked[~is_same | adds_kind]
    return kept


def _placed(harvest: Harvest, skips: SkipLog) -> Iterator[tuple[Instance, int]]:
    """Yield instances with the number of their template; count those without."""
    for instance in harvest.instances:
        template = instance.template if instance.template >= 0 else harvest.templates.get(instance.link, -1)
        if template >= 0:
            yield instance, template
        else:
            skips.add(DANGLING, harvest.ids[instance.context.row])
    for row in harvest.external_templates:
        skips.add(EXTERNAL, harvest.ids[row])


def _best_levels(
    harvest: Harvest, table: IntArray, instances: list[tuple[Instance, int]], wanted: int | None
) -> IntArray:
    """Return the level to draw for each object, −9 for none."""
    count = len(harvest.ids)
    if wanted is not None:
        return np.full(count, wanted, dtype=np.int64)
    best = np.full(count, -9, dtype=np.int64)
    in_place = table[:, 1] >= 0
    is_opening = np.isin(table[:, 3], [int(kind) for kind in OPENINGS])
    walls = table[in_place & ~is_opening]
    np.maximum.at(best, walls[:, 1], walls[:, 2])
    for instance, _ in instances:
        best[instance.context.row] = max(best[instance.context.row], instance.context.level)
    openings = table[in_place & is_opening]
    openings = openings[best[openings[:, 1]] == -9]
    np.maximum.at(best, openings[:, 1], openings[:, 2])
    _yield_to_parts(harvest, best)
    return best


def _yield_to_parts(harvest: Harvest, best: IntArray) -> None:
    """Leave out the coarse block of an object whose parts are there in finer detail."""
    if PARTS.isdisjoint(harvest.classes):
        return
    finest: dict[int, int] = {}
    for row, (name, parent) in enumerate(zip(harvest.classes, harvest.parents, strict=True)):
        if name in PARTS and parent >= 0:
            finest[parent] = max(finest.get(parent, -9), int(best[row]))
    for parent, level in finest.items():
        if best[parent] < level:
            best[parent] = -9


def _log_absent(
    harvest: Harvest,
    table: IntArray,
    instances: list[tuple[Instance, int]],
    level: IntArray,
    skips: SkipLog,
) -> None:
    """Count the objects that have geometry, but none at the wanted level."""
    levels_of: dict[int, set[int]] = {}
    for row, there in np.unique(table[table[:, 1] >= 0, 1:3], axis=0).tolist():
        levels_of.setdefault(row, set()).add(there)
    for instance, _ in instances:
        levels_of.setdefault(instance.context.row, set()).add(instance.context.level)
    for row, levels in levels_of.items():
        if int(level[row]) not in levels:
            skips.add(LEVEL_ABSENT.with_values(level=int(level[row])), harvest.ids[row])


def _each_once(table: IntArray, *, with_row: bool = False) -> IntArray:
    """Keep one use of each polygon (for each template, with `with_row`): one with a kind before one without."""
    has_kind = table[:, 3] != SurfaceKind.UNKNOWN
    group = table[:, 1] if with_row else np.zeros(len(table), dtype=np.int64)
    order = np.lexsort((~has_kind, table[:, 0], group))
    polygon, group = table[order, 0], group[order]
    is_first = np.ones(len(table), dtype=bool)
    is_first[1:] = (polygon[1:] != polygon[:-1]) | (group[1:] != group[:-1])
    once = table[np.sort(order[is_first])]
    return once[np.argsort(once[:, 1], kind="stable")]
