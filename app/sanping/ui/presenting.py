"""Brings a changed desk state to the widgets: each is told only when what it shows has changed."""

from sanping.commands.desk_state import DeskState
from sanping.domain.text import Text
from sanping.scene.values import Legend
from sanping.stage.projection import scale_denominator
from sanping.stage.state import COMPONENTS_LAYER
from sanping.ui.action_book import ActionBook
from sanping.ui.city_show import CityShow
from sanping.ui.colours_panel import LegendLine, LegendView
from sanping.ui.desk_content import DeskContent
from sanping.ui.navigation import Navigator
from sanping.ui.overlays import Overlays

QUALITY_NAMES = ("draft", "soft", "standard", "high")


class Presenter:
    """Knows which part of the state each widget shows."""

    def __init__(self, overlays: Overlays, book: ActionBook, city: CityShow, navigator: Navigator) -> None:
        self._overlays, self._book, self._city, self._navigator = overlays, book, city, navigator
        overlays.arranged.connect(city.keep_labels_off)

    def present(self, new: DeskState, old: DeskState | None, content: DeskContent, height_px: int) -> None:
        """Show `new`; `old` is what is shown now, None for nothing."""
        panels = self._overlays
        if old is None or new.language != old.language:
            self._book.set_language(new.language)
            panels.set_language(new.language)
            self._city.set_language(new.language)
        if old is None or new.quality != old.quality:
            self._show_quality(new)
        if old is None or new.stage is not old.stage:
            self._show_stage(new, old, content, height_px)
        if old is None or new.is_walking != old.is_walking:
            self._navigator.is_walking = new.is_walking
            panels.compass.show_walking(new.is_walking)
        if old is None or new.workspace != old.workspace:
            panels.title.show_workspace(new.workspace)
        if old is None or new.is_playing != old.is_playing:
            panels.time.show_playing(new.is_playing)
        if old is None or new.crs_shown != old.crs_shown:
            panels.status.show_crs(new.crs_shown)
        if old is None or new.history != old.history:
            self._book.set_enabled("edit.undo", new.history.can_undo)
            self._book.set_enabled("edit.redo", new.history.can_redo)
        if old is None or _arranged_by(new) != _arranged_by(old):
            panels.show_state(new)

    def _show_stage(self, new: DeskState, old: DeskState | None, content: DeskContent, height_px: int) -> None:
        stage, before = new.stage, old.stage if old is not None else None
        panels = self._overlays
        self._city.show(stage, before)
        if before is None or stage.camera != before.camera:
            self._navigator.pose = stage.camera
            panels.compass.compass.show_heading(stage.camera.heading_deg)
            panels.status.show_scale(scale_denominator(stage.camera, height_px))
        if before is None or stage.moment != before.moment:
            panels.time.show_moment(stage.moment)
        if before is None or stage.layers != before.layers:
            panels.layers.show_states(stage.layers)
        if before is None or stage.selection != before.selection:
            self.show_selection(new, content)
        if before is None or stage.colouring != before.colouring:
            panels.colours.show_colouring(stage.colouring, _legend_view(self._city.legend()))

    def show_selection(self, state: DeskState, content: DeskContent) -> None:
        """Show what is known about the selected object."""
        selection = state.stage.selection
        self._overlays.inspector.show_facts(content.facts(selection[0]) if selection else None)
        for name in ("view.fly", "view.isolate", "edit.copy", "edit.deselect"):
            self._book.set_enabled(name, bool(selection))

    def _show_quality(self, state: DeskState) -> None:
        if state.quality != "auto":
            self._city.set_quality(state.quality)


def _arranged_by(state: DeskState) -> tuple[object, ...]:
    sheets, is_live = (bool(state.station), bool(state.case), state.is_reporting), state.stage.timeline.at_ms is None
    seen = (bool(state.stage.selection), state.stage.layers.get(COMPONENTS_LAYER))
    return state.panels, state.workspace, state.has_overlays, seen, sheets, is_live


def _legend_view(legend: Legend | None) -> LegendView | None:
    if legend is None:
        return None
    return LegendView(
        lines=tuple(
            LegendLine(
                label=entry.label if entry.label.zh or entry.value is None else _number(entry.value),
                colour=entry.colour,
            )
            for entry in legend.entries
        ),
        is_ramp=legend.is_ramp,
        unit=legend.unit,
        missing=legend.missing,
        low=legend.entries[0].value if legend.entries else None,
        high=legend.entries[-1].value if legend.entries else None,
    )


def _number(value: float) -> Text:
    written = f"{value:,.1f}".rstrip("0").rstrip(".") if abs(value) < 1000 else f"{value:,.0f}"
    return Text(written, written)
