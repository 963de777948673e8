"""Two versions of a model beside one another: who changed, how it is coloured, and what was before and after; pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from sanping.analysis.findings import Facets, Finding, FindingLegend, LegendStep, Rgb
from sanping.analysis.version_compare import CHANGES, ChangeKind, ObjectChange, changes_between
from sanping.commands.attribute_words import key_words, value_words
from sanping.commands.loaded_layer import LoadedLayer, OpenedLayer, corners_of, loaded, parts_of
from sanping.commands.object_query import outline_of
from sanping.domain.errors import InputError
from sanping.domain.geo import Int32Array
from sanping.domain.text import Language, Text
from sanping.domain.tile import TileSet
from sanping.ports.progress import Progress

GREEN, RED, YELLOW = (70, 220, 120), (255, 84, 84), (255, 206, 70)
COLOURS: dict[ChangeKind, Rgb] = {
    "added": GREEN, "removed": RED, "moved": (255, 160, 60), "height": YELLOW, "shape": (240, 226, 120),
    "attributes": (120, 190, 255),
}  # fmt: skip
STRENGTH = 0.62
SAME = Text("两个版本的 {before:,} 个对象完全相同。", "The versions are the same: {before:,} objects.")
SAID = Text(
    "旧版 {before:,} 个对象，新版 {after:,} 个：新增 {added:,}，删除 {removed:,}，变化 {changed:,}。",
    "{before:,} objects before, {after:,} now: {added:,} added, {removed:,} removed, {changed:,} changed.",
)
NOT_MODEL = Text("“{name}”不是三维模型，不能比对；请选择含有建筑的文件",
                 "{name} is no 3D model and cannot be compared; choose a file with buildings")  # fmt: skip
NOTHING_COMMON = Text(
    "两个版本没有任何相同的对象编号，无法逐个比对；请确认是同一模型的两个版本，且编号没有变",
    "The versions have no object id in common and cannot be compared one by one; check that they are one model",
)
_TITLE = Text("版本差异", "What changed")
_HEIGHT, _BASE = Text("高度 (m)", "Height (m)"), Text("底部高程 (m)", "Foot (m)")
_FOOTPRINT, _TRIANGLES = Text("占地面积 (m²)", "Footprint (m²)"), Text("三角面", "Triangles")


@dataclass(frozen=True, kw_only=True)
class VersionPair:
    """Two versions of a model with what changed between them; `is_open_newer` says which of them is in the city."""

    open: LoadedLayer
    other: LoadedLayer
    is_open_newer: bool
    changes: tuple[ObjectChange, ...]

    @property
    def before(self) -> LoadedLayer:
        """The older version."""
        return self.other if self.is_open_newer else self.open

    @property
    def after(self) -> LoadedLayer:
        """The newer version."""
        return self.open if self.is_open_newer else self.other

    @property
    def counts(self) -> dict[ChangeKind, int]:
        """How many objects changed in each way, in the order of `CHANGES`."""
        counts = Counter(change.kind for change in self.changes)
        return {kind: counts[kind] for kind in CHANGES if counts[kind]}

    @property
    def summary(self) -> Text:
        """The difference in a sentence; an object that changed in two ways counts once."""
        before, after = len(self.before.numbers), len(self.after.numbers)
        counts = self.counts
        changed = {change.id for change in self.changes if change.kind not in ("added", "removed")}
        words = SAID if self.changes else SAME
        return words.with_values(before=before, after=after, added=counts.get("added", 0),
                                 removed=counts.get("removed", 0), changed=len(changed))  # fmt: skip

    def of_kind(self, kind: str) -> tuple[ObjectChange, ...]:
        """Return the changes of one kind, all for ""."""
        return tuple(change for change in self.changes if kind in ("", change.kind))


def compared(layer: LoadedLayer, opened: OpenedLayer, progress: Progress, *, is_open_newer: bool) -> VersionPair:
    """Compare the layer in the city with another file that was opened in its CRS.

    Raises `InputError` when one of them is no model, or when they have nothing in common; `Cancelled`.
    """
    other = loaded(opened)
    for one in (layer, other):
        if not isinstance(one.content, TileSet):
            raise InputError(NOT_MODEL.with_values(name=one.entry.path.name), path=str(one.entry.path))
    if layer.numbers and other.numbers and not layer.numbers.keys() & other.numbers.keys():
        raise InputError(NOTHING_COMMON, path=str(other.entry.path))
    before, after = (other, layer) if is_open_newer else (layer, other)
    assert isinstance(before.content, TileSet)
    assert isinstance(after.content, TileSet)
    changes = tuple(changes_between(before.content, after.content, progress))
    return VersionPair(open=layer, other=other, is_open_newer=is_open_newer, changes=changes)


def coloured_changes(pair: VersionPair, kind: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Return the numbers (n,) of the changed objects in the city with their parts, and their colours (n, 3)."""
    colours: dict[int, Rgb] = {}
    assert isinstance(pair.open.content, TileSet)
    for change in pair.of_kind(kind):
        number = pair.open.numbers.get(change.id)
        if number is not None:
            for member in (number, *parts_of(pair.open.content, number)):
                colours.setdefault(member, COLOURS[change.kind])
    numbers = sorted(colours)
    return np.array(numbers, np.int64), np.array([colours[n] for n in numbers], np.uint8).reshape(-1, 3)


def ghosts(pair: VersionPair, kind: str) -> Finding | None:
    """Return the objects that are only in the other file as surfaces to draw; None without any."""
    gone: ChangeKind = "removed" if pair.is_open_newer else "added"
    changes = [change for change in pair.of_kind(kind) if change.kind == gone]
    assert isinstance(pair.other.content, TileSet)
    corners = [corners_of(pair.other.content, pair.other.numbers[change.id]) for change in changes]
    points = np.concatenate([np.zeros((0, 3, 3)), *corners]).reshape(-1, 3)
    if not len(points):
        return None
    triangles: Int32Array = np.arange(len(points), dtype=np.int32).reshape(-1, 3)
    facets = Facets(points=points, triangles=triangles, values=np.zeros(len(triangles)))
    step = LegendStep(least=0.0, colour=COLOURS[gone], title=CHANGES[gone], strength=STRENGTH)
    legend = FindingLegend(title=_TITLE, steps=(step,))
    return Finding(id="versions", title=_TITLE, summary=_TITLE, method=_TITLE, legend=legend, facets=facets)


def before_and_after(pair: VersionPair, id: str, language: Language) -> list[tuple[str, str, str]]:
    """Return what an object was and is: name of the figure, before, after; "—" where it is not there."""
    old, new = _figures(pair.before, id), _figures(pair.after, id)
    rows = [(title.in_language(language), old.get(title, "—"), new.get(title, "—"))
            for title in (_HEIGHT, _BASE, _FOOTPRINT, _TRIANGLES)]  # fmt: skip
    change = next((one for one in pair.changes if one.id == id and one.kind == "attributes"), None)
    for key, (was, now) in change.attributes.items() if change is not None else ():
        rows.append((key_words(key).in_language(language), value_words(was, language), value_words(now, language)))
    return rows


def change_words(change: ObjectChange) -> Text:
    """Return what became of an object, and by how much."""
    title = CHANGES[change.kind]
    if change.kind == "attributes":
        names: Sequence[Text] = [key_words(key) for key in change.attributes]
        return Text(f"{title.zh}：{'、'.join(name.zh for name in names)}",
                    f"{title.en}: {', '.join(name.en for name in names)}")  # fmt: skip
    amount = f" {change.amount:+.2f} m" if change.kind == "height" else f" {change.amount:.2f} m"
    return title if change.kind in ("added", "removed") else Text(title.zh + amount, title.en + amount)


def _figures(layer: LoadedLayer, id: str) -> dict[Text, str]:
    number, content = layer.numbers.get(id), layer.content
    if number is None or not isinstance(content, TileSet):
        return {}
    tile, row = content.locate(number)
    outline = outline_of(layer, id)
    area = 0.0 if outline is None else float(shapely.area(outline))
    return {
        _HEIGHT: f"{float(tile.features.height_m[row]):.2f}",
        _BASE: f"{float(tile.features.base_m[row]):.2f}",
        _FOOTPRINT: f"{area:.1f}",
        _TRIANGLES: str(len(corners_of(content, number))),
    }
