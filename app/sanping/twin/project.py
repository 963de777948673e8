"""The project: the content of `twin.toml` and of its models' `model.toml`, as values."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from sanping.domain.label import LOWEST, NO_LABELS, Label, Labels, is_cleared
from sanping.domain.major_event import MajorEvent
from sanping.domain.text import Text
from sanping.domain.view import Bookmark, StyleName
from sanping.ports.model_reader import ReadOptions
from sanping.twin.cases.simulated_life import Pace
from sanping.twin.live_part import LivePart
from sanping.twin.model_facts import ModelFacts

Role = Literal[
    "buildings", "bridges", "terrain", "imagery", "water", "roads", "green", "places", "facilities", "grid", "lines"
]


COMPONENTS = "components"
"""The name under which the components of a governed twin are shared, as if they were a layer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerEntry:
    """One layer of a twin: a file, what it is for, and how it is read.

    `name` is unique in the twin and names the layer everywhere. `path` is absolute and inside the project folder.
    `group` orders the layer tree. `url` is the address of a tileset on a server, for which `path` only stands.
    `needs_consent` says that this server may only be asked when the person has agreed. `label` is the security label.
    """

    name: str
    title: Text
    role: Role
    path: Path
    options: ReadOptions
    group: Text
    is_visible: bool = True
    licence: str = ""
    about: ModelFacts = field(default_factory=ModelFacts)
    url: str = ""
    needs_consent: bool = False
    label: Label = LOWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinProject:
    """A twin as its folder declares it; data only, opening one runs nothing.

    `latitude_deg`, `longitude_deg` place the sun. `is_synthetic` is shown to people as 模拟数据. A scene pack has a
    `summary` and a `tagline` for below its title, and may have a folder `wall` of layouts for the wall, and be about
    an `event`. `may_surround` allows a made-up country beyond the data of a synthetic twin. `withheld` are layers that
    a screen was not cleared for when it opened the twin.
    """

    folder: Path
    title: Text
    crs: str
    vertical_datum: str
    latitude_deg: float
    longitude_deg: float
    is_synthetic: bool
    layers: tuple[LayerEntry, ...]
    bookmarks: tuple[Bookmark, ...]
    style: StyleName
    moment: datetime
    attribution: Text
    live: LivePart = field(default_factory=LivePart)
    governance: Path | None = None
    simulated_people: Pace = "none"
    summary: Text = field(default_factory=lambda: Text("", ""))
    tagline: Text | None = None
    wall: Path | None = None
    may_surround: bool = True
    event: MajorEvent | None = None
    labels: Labels = NO_LABELS
    withheld: tuple[LayerEntry, ...] = ()

    @property
    def may_invent(self) -> bool:
        """Whether a made-up country may lie beyond the data."""
        return self.is_synthetic and self.may_surround

    def cleared_for(self, clearance: Label) -> "TwinProject":
        """Return the twin without the layers that have a label above one."""
        layers = tuple(layer for layer in self.layers if is_cleared(clearance, layer.label))
        withheld = tuple(layer for layer in self.layers if not is_cleared(clearance, layer.label))
        return replace(self, layers=layers, withheld=withheld) if withheld else self


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneCard:
    """A pack in the list of scenes; `trouble` says why it cannot be opened, None when it can."""

    name: str
    folder: Path
    title: Text
    summary: Text
    trouble: Text | None = None
