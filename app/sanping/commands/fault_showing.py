"""What a check of models found, layer by layer: how many faults of each kind, and which objects they are of; pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanping.analysis.findings import Rgb
from sanping.analysis.model_check import FAULTS, UNITS, CheckLimits, Fault, FaultKind, faults_of
from sanping.commands.loaded_layer import LoadedLayer, parts_of
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.ports.progress import Progress
from sanping.stage.state import FeatureRef

COLOURS: dict[FaultKind, Rgb] = {
    "no_crs": (255, 255, 255), "off_crs": (255, 90, 200),
    "doubled_id": (196, 140, 255), "no_geometry": (150, 160, 172), "no_height": (90, 170, 255),
    "open": (255, 214, 80), "not_manifold": (255, 170, 60), "crossing": (255, 120, 60), "floating": (80, 220, 255),
    "sunk": (60, 150, 220), "collision": (255, 70, 70),
}  # fmt: skip
CLEAN = Text("检查了 {layers} 个图层的 {objects:,} 个对象，没有发现问题。",
             "{objects:,} objects of {layers} layers were checked; nothing is wrong.")  # fmt: skip
FOUND = Text("检查了 {layers} 个图层的 {objects:,} 个对象，发现 {faults:,} 个问题，涉及 {bad:,} 个对象。",
             "{objects:,} objects of {layers} layers were checked: {faults:,} faults, in {bad:,} objects.")  # fmt: skip
CHECKING = Text("检查 {title}：{doing}", "{title}: {doing}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFault:
    """A fault with the layer it is in."""

    layer: str
    title: Text
    fault: Fault

    @property
    def ref(self) -> FeatureRef | None:
        """The object as the stage names it, None for the whole layer."""
        return FeatureRef(layer=self.layer, id=self.fault.id) if self.fault.id else None

    @property
    def words(self) -> Text:
        """What is wrong, and by how much."""
        return fault_words(self.fault)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """All faults of the layers that were checked; `objects` counts what was looked at."""

    layers: int = 0
    objects: int = 0
    faults: tuple[LayerFault, ...] = ()

    @property
    def counts(self) -> dict[FaultKind, int]:
        """How many faults of each kind there are, in the order of `FAULTS`; kinds without any are left out."""
        counts = Counter(one.fault.kind for one in self.faults)
        return {kind: counts[kind] for kind in FAULTS if counts[kind]}

    @property
    def summary(self) -> Text:
        """The report in a sentence."""
        bad = len({one.ref for one in self.faults if one.ref is not None})
        words = FOUND if self.faults else CLEAN
        return words.with_values(layers=self.layers, objects=self.objects, faults=len(self.faults), bad=bad)

    def of_kind(self, kind: str) -> tuple[LayerFault, ...]:
        """Return the faults of one kind, all for ""."""
        return tuple(one for one in self.faults if kind in ("", one.fault.kind))


class _Named:
    """Says which layer a check is at; `share` is its part of the whole."""

    def __init__(self, whole: Progress, title: Text, begin: float, share: float) -> None:
        self._whole, self._title, self._begin, self._share = whole, title, begin, share

    def report(self, fraction: float, doing: Text) -> None:
        """Pass on how far the layer is."""
        told = CHECKING.with_values(title=self._title, doing=doing)
        self._whole.report(self._begin + self._share * fraction, told)


def check_layers(
    layers: Sequence[LoadedLayer], terrain: Terrain | None, limits: CheckLimits, progress: Progress
) -> CheckReport:
    """Check the models among open layers. Raises `Cancelled`."""
    models = [(layer, layer.content) for layer in layers if isinstance(layer.content, TileSet)]
    found: list[LayerFault] = []
    every = max(1, sum(content.feature_count for _, content in models))
    done = 0
    for layer, content in models:
        part = _Named(progress, layer.entry.title, done / every, content.feature_count / every)
        ground = terrain if terrain is not None and terrain.frame.crs == content.frame.crs else None
        faults = faults_of(content, ground, part, limits)
        found += [LayerFault(layer=layer.entry.name, title=layer.entry.title, fault=fault) for fault in faults]
        done += content.feature_count
    order = list(FAULTS)
    found.sort(key=lambda one: (order.index(one.fault.kind), -one.fault.amount))
    return CheckReport(layers=len(models), objects=sum(content.feature_count for _, content in models),
                       faults=tuple(found))  # fmt: skip


def fault_words(fault: Fault) -> Text:
    """Return what is wrong with an object, by how much, and with what."""
    title, unit = FAULTS[fault.kind], UNITS[fault.kind]
    amount = f" {fault.amount:.2f} {unit}" if unit in ("m", "m²") else f" ×{fault.amount:.0f}"
    other = f" · {fault.other}" if fault.other else ""
    return Text(f"{title.zh}{amount}{other}", f"{title.en}{amount}{other}")


def coloured_faults(
    report: CheckReport, kind: str, layer: LoadedLayer
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint8]]:
    """Return the numbers (n,) of the objects of a layer with faults, with their parts, and their colours (n, 3)."""
    colours: dict[int, Rgb] = {}
    if isinstance(layer.content, TileSet):
        for one in report.of_kind(kind):
            for id in (one.fault.id, one.fault.other) if one.layer == layer.entry.name else ():
                number = layer.numbers.get(id)
                for member in () if number is None else (number, *parts_of(layer.content, number)):
                    colours.setdefault(member, COLOURS[one.fault.kind])
    numbers = sorted(colours)
    return np.array(numbers, np.int64), np.array([colours[n] for n in numbers], np.uint8).reshape(-1, 3)
