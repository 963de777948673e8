"""What the operator's desk shows, as one value, and what its actions give back."""

from dataclasses import dataclass, field, replace
from typing import Literal

from sanping.domain.text import Language
from sanping.domain.view import Bookmark, CameraPose
from sanping.stage.history import History
from sanping.stage.state import Stage

PanelName = Literal["layers", "bookmarks", "overview", "inspector", "colours", "time"]
QualityChoice = Literal["auto", "draft", "soft", "standard", "high"]
ALL_PANELS: frozenset[PanelName] = frozenset({"layers", "bookmarks", "overview", "inspector", "colours", "time"})
FIRST_PANELS: frozenset[PanelName] = frozenset({"layers", "bookmarks", "overview", "inspector", "colours", "time"})

EffectKind = Literal[
    "fly",
    "stand",
    "ask_files",
    "ask_twin",
    "open_path",
    "save_picture",
    "copy_object",
    "keep_bookmark",
    "forget_bookmark",
    "show_settings",
    "show_locator",
    "show_keys",
    "show_about",
    "set_full_screen",
    "cancel_jobs",
    "set_moment_to_now",
    "replay",
    "export_past",
    "quit",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Something the window has to do in the world: fly there, ask for files, write a picture."""

    kind: EffectKind
    argument: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskState:
    """Everything the desk window shows except the city itself.

    `home` is the first view of the twin.
    `crs_shown` is empty for the twin's own CRS.
    """

    stage: Stage
    home: CameraPose
    layers: tuple[str, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    history: History = field(default_factory=History)
    language: Language = "zh"
    quality: QualityChoice = "auto"
    crs_shown: str = ""
    panels: frozenset[PanelName] = FIRST_PANELS
    has_overlays: bool = True
    is_walking: bool = False
    is_playing: bool = False
    is_full_screen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an action gives back: the new state, and what has to happen in the world."""

    state: DeskState
    effects: tuple[Effect, ...] = ()


def with_stage(state: DeskState, stage: Stage) -> DeskState:
    """Return the state with another stage."""
    return replace(state, stage=stage)
