"""Steps back and forward through what a person did to the view and the layers; pure values, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sanping.domain.view import CameraPose, StyleName
from sanping.stage.state import Colouring, FeatureRef, LayerState, Stage, WaterColour

LONGEST_PAST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The part of a stage that undo brings back: never the selection, never the time of day."""

    camera: CameraPose
    style: StyleName
    layers: Mapping[str, LayerState]
    colouring: Colouring | None
    isolated: tuple[FeatureRef, ...]
    water_colour: WaterColour


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Earlier and later snapshots, the nearest last.

    `running` names the change that is still going on ("camera", "opacity water"): more of the same adds no step.
    """

    past: tuple[Snapshot, ...] = ()
    future: tuple[Snapshot, ...] = ()
    running: str = ""

    @property
    def can_undo(self) -> bool:
        """There is a step to take back."""
        return bool(self.past)

    @property
    def can_redo(self) -> bool:
        """There is a step to repeat."""
        return bool(self.future)


def remembered(history: History, before: Stage, running: str = "") -> History:
    """Return the history after a change that starts from `before`; a change named like the running one adds no step."""
    if running and running == history.running:
        return history
    past = (*history.past, _snapshot(before))[-LONGEST_PAST:]
    return History(past=past, running=running)


def settled(history: History) -> History:
    """End the running change: the next one of the same name is a step of its own."""
    return replace(history, running="") if history.running else history


def undone(history: History, now: Stage) -> tuple[History, Stage]:
    """Return the history and the stage one step back; both unchanged where there is none."""
    if not history.past:
        return history, now
    changed = History(past=history.past[:-1], future=(*history.future, _snapshot(now)))
    return changed, _restored(now, history.past[-1])


def redone(history: History, now: Stage) -> tuple[History, Stage]:
    """Return the history and the stage one step forward; both unchanged where there is none."""
    if not history.future:
        return history, now
    changed = History(past=(*history.past, _snapshot(now)), future=history.future[:-1])
    return changed, _restored(now, history.future[-1])


def _snapshot(stage: Stage) -> Snapshot:
    return Snapshot(
        camera=stage.camera,
        style=stage.style,
        layers=stage.layers,
        colouring=stage.colouring,
        isolated=stage.isolated,
        water_colour=stage.water_colour,
    )


def _restored(stage: Stage, snapshot: Snapshot) -> Stage:
    return replace(
        stage,
        camera=snapshot.camera,
        style=snapshot.style,
        layers=snapshot.layers,
        colouring=snapshot.colouring,
        isolated=snapshot.isolated,
        water_colour=snapshot.water_colour,
    )
