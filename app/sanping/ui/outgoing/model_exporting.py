"""The desk's exports of models: what is offered from what is open, and the work beside the window."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from sanping.commands.desk_state import DeskState
from sanping.commands.loaded_layer import LoadedLayer, object_count
from sanping.domain.errors import InputError
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.formats.outgoing.layers import ExportWish
from sanping.formats.outgoing.lighter import weight_text
from sanping.formats.outgoing.parcel import Parcel, Pick
from sanping.formats.outgoing.writing import Exported
from sanping.ports.progress import Progress
from sanping.stage.state import FeatureRef, Stage
from sanping.twin.project import TwinProject
from sanping.ui.desk_content import DeskContent
from sanping.ui.live.exporting import Exporting
from sanping.ui.outgoing.model_form import LayerOffer, ModelForm, ModelOffer, ModelPlan, Scope

ExportModels = Callable[[Parcel, Progress], Exported]
"""Writes a parcel and returns what became of it; blocks, and raises `SanpingError`."""

NOTHING_OPEN = Text("还没有打开任何图层", "No layer is open yet")
NO_EXPORT = Text("这里不能导出模型", "Models cannot be exported here")
NOTHING_CHOSEN = Text(
    "没有可导出的对象：所选的都不在已打开的图层里，请重新选择",
    "Nothing to export: nothing of what was chosen is in an open layer",
)
DONE = Text("已导出 {objects} 个对象（{size}）：{path}", "{objects} objects exported ({size}): {path}")
PASSED = Text("；略过 {count}：{reason}", "; {count} passed over: {reason}")
_STEP = 1000


class ExportingDesk(Protocol):
    """What of a window models are exported from."""

    state: DeskState
    content: DeskContent

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""


@dataclass(frozen=True, kw_only=True)
class ModelSubject:
    """What was open and chosen when the work began."""

    project: TwinProject
    stage: Stage
    layers: tuple[LoadedLayer, ...]
    title: str
    attribution: str


class ModelExporting(QObject):
    """Exports models for one desk; they are proposed in the person's home."""

    def __init__(self, desk: ExportingDesk, window: QWidget, export: ExportModels | None) -> None:
        super().__init__(window)
        self._desk, self._window, self._export = desk, window, export
        self.exporting = Exporting(self, work=self._written)

    def ask(self) -> None:
        """Show the form; with nothing open, say so."""
        layers = tuple(self._desk.content.layers.values())
        if self._export is None or not layers:
            self._desk.say(NO_EXPORT if self._export is None else NOTHING_OPEN)
            return
        form = ModelForm(offer_of(self._desk.content, self._desk.state.stage), self._desk.state.language, self._window)
        self.exporting.ask(form, self._subject)

    def stop(self) -> None:
        """End what runs."""
        self.exporting.close()

    def _subject(self) -> ModelSubject:
        content, state = self._desk.content, self._desk.state
        return ModelSubject(
            project=content.project,
            stage=state.stage,
            layers=tuple(content.layers.values()),
            title=content.project.title.in_language(state.language),
            attribution=content.project.attribution.in_language(state.language),
        )

    def _written(self, subject: ModelSubject, plan: ModelPlan, progress: Progress) -> Text:
        """Write what a plan says; runs in a thread. Raises `SanpingError`; then there is no file."""
        assert self._export is not None
        return said_of(self._export(parcel_of(subject, plan), progress), plan.path)


def offer_of(content: DeskContent, stage: Stage) -> ModelOffer:
    """Return what of the open layers can be exported; terrain goes into no format."""
    layers = tuple(
        LayerOffer(
            name=name,
            title=layer.entry.title,
            count=object_count(layer.content),
            is_visible=_is_visible(layer, stage),
        )
        for name, layer in content.layers.items()
        if not isinstance(layer.content, Terrain)
    )
    crs = content.project.crs or next((layer.content.frame.crs for layer in content.layers.values()), "")
    selected = sum(feature.layer in content.layers for feature in stage.selection)
    return ModelOffer(
        layers=layers, selected=selected, crs=crs, folder=Path.home(), name=content.project.folder.name or "sanping"
    )


def parcel_of(subject: ModelSubject, plan: ModelPlan) -> Parcel:
    """Return what a plan means for the layers as they are open now. Raises `InputError` when that is nothing."""
    entries = tuple(layer.entry for layer in subject.layers)
    wish = ExportWish(
        format=plan.format,
        crs=plan.crs,
        title=subject.title,
        attribution=subject.attribution,
        vertical_datum=subject.project.vertical_datum,
        is_quantised=plan.is_quantised,
        lightening=plan.lightening,
    )
    project = replace(subject.project, layers=entries, crs=subject.project.crs or entries[0].options.target_crs)
    return Parcel(project=project, pick=pick_of(subject, plan.scope, plan.layers), wish=wish, target=plan.path)


def pick_of(subject: ModelSubject, scope: Scope, names: Sequence[str]) -> Pick:
    """Return layers and objects of a scope; a building shown alone is the only visible one of its layer."""
    known = {layer.entry.name for layer in subject.layers}
    if scope == "selection":
        objects = _by_layer([one for one in subject.stage.selection if one.layer in known])
        if not objects:
            raise InputError(NOTHING_CHOSEN)
        return Pick(layers=tuple(objects), objects=tuple(objects.items()))
    isolated = _by_layer(subject.stage.isolated) if scope == "visible" else {}
    wanted = tuple(name for name in names if name in known)
    if isolated:
        solid = {layer.entry.name for layer in subject.layers if layer.entry.role in ("buildings", "bridges")}
        wanted = tuple(name for name in wanted if name not in solid or name in isolated)
    if not wanted:
        raise InputError(NOTHING_CHOSEN)
    return Pick(layers=wanted, objects=tuple((name, ids) for name, ids in isolated.items() if name in wanted))


def said_of(exported: Exported, path: Path) -> Text:
    """Return what became of an export in words."""
    size = f"{exported.bytes / _STEP**2:,.1f} MB" if exported.bytes >= _STEP**2 else f"{exported.bytes / _STEP:,.0f} kB"
    told = DONE.with_values(objects=f"{exported.objects:,}", size=size, path=path)
    if exported.weight.before:
        lighter = weight_text(exported.weight)
        told = Text(f"{told.zh}；{lighter.zh}", f"{told.en}; {lighter.en}")
    for skip in exported.skipped:
        more = PASSED.with_values(count=f"{skip.count:,}", reason=skip.reason)
        told = Text(told.zh + more.zh, told.en + more.en)
    return told


def _by_layer(features: Sequence[FeatureRef]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for feature in features:
        found.setdefault(feature.layer, []).append(feature.id)
    return {layer: tuple(ids) for layer, ids in found.items()}


def _is_visible(layer: LoadedLayer, stage: Stage) -> bool:
    return stage.layer(layer.entry.name).is_visible
