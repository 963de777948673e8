"""What the operator's desk shows, as one value, and what its actions give back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from sanping.commands.director_state import Director
from sanping.domain.text import Language
from sanping.domain.view import Bookmark, CameraPose
from sanping.stage.history import History
from sanping.stage.state import Stage

PanelName = Literal[
    "layers",
    "bookmarks",
    "overview",
    "inspector",
    "colours",
    "time",
    "river",
    "stations",
    "station",
    "movers",
    "warnings",
    "alarms",
    "reports",
    "sources",
    "replay",
    "director",
    "scenes",
    "screens",
    "pairing",
    "cases",
    "case",
    "new_case",
    "areas",
    "indicators",
    "responses",
    "response",
    "event",
    "sites",
    "components",
    "analysis",
    "finding",
    "workbench",
    "workbench_result",
]
Workspace = Literal["city", "river", "cases", "director", "analysis", "planning"]
QualityChoice = Literal["auto", "draft", "soft", "standard", "high"]
WORKSPACES: Mapping[Workspace, frozenset[PanelName]] = MappingProxyType(
    {
        "city": frozenset({"layers", "bookmarks", "overview", "inspector", "colours", "components", "time", "replay"}),
        "river": frozenset(
            {
                "river",
                "stations",
                "station",
                "movers",
                "warnings",
                "alarms",
                "reports",
                "sources",
                "inspector",
                "replay",
            }
        ),
        "cases": frozenset(
            {
                "cases",
                "case",
                "new_case",
                "areas",
                "indicators",
                "inspector",
                "replay",
                "responses",
                "response",
                "event",
                "sites",
            }
        ),
        "director": frozenset({"director", "scenes", "screens", "pairing", "inspector", "replay"}),
        "analysis": frozenset({"analysis", "layers", "finding", "inspector", "time"}),
        "planning": frozenset({"workbench", "layers", "workbench_result", "inspector", "time"}),
    }
)
ALL_PANELS: frozenset[PanelName] = frozenset().union(*WORKSPACES.values())
FIRST_PANELS: frozenset[PanelName] = ALL_PANELS - {"pairing"}

EffectKind = Literal[
    "fly",
    "stand",
    "ask_files",
    "ask_twin",
    "ask_url",
    "open_path",
    "save_picture",
    "copy_object",
    "keep_bookmark",
    "forget_bookmark",
    "show_settings",
    "show_locator",
    "show_keys",
    "show_about",
    "show_self_check",
    "show_site_hubs",
    "set_full_screen",
    "cancel_jobs",
    "set_moment_to_now",
    "go_to_station",
    "find_station",
    "show_next_alarm",
    "show_alarm",
    "acknowledge_alarm",
    "replay",
    "export_past",
    "direct",
    "govern",
    "hand_out",
    "analyse",
    "use_tool",
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
    `crs_shown` is empty for the twin's own CRS. `panels` are those left open in all workspaces; only those of the
    present one are shown. `station` is the station whose sheet is open, `alarm` the alarm that is looked at, `case` the
    case whose sheet is open; empty for none. `centre` is the area whose command centre this desk stands in, "" for the
    whole city: nothing beyond it is shown. `tool` is the planner's tool that is open, "" for the first. `is_reporting`
    while the form of a new case is open.
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
    workspace: Workspace = "city"
    station: str = ""
    alarm: str = ""
    case: str = ""
    centre: str = ""
    tool: str = ""
    is_reporting: bool = False
    has_overlays: bool = True
    is_walking: bool = False
    is_playing: bool = False
    is_full_screen: bool = False
    director: Director = field(default_factory=Director)

    @property
    def shown_panels(self) -> frozenset[PanelName]:
        """The open panels of the present workspace."""
        return self.panels & WORKSPACES[self.workspace]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an action gives back: the new state, and what has to happen in the world."""

    state: DeskState
    effects: tuple[Effect, ...] = ()


def with_stage(state: DeskState, stage: Stage) -> DeskState:
    """Return the state with another stage."""
    return replace(state, stage=stage)
