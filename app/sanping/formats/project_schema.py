"""What may stand in a `twin.toml`: checked by pydantic, with the key named when something is impossible."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sanping.domain.label import Label, Labels, Made
from sanping.domain.view import StyleName
from sanping.formats.live_schema import Bilingual, LiveTable, SourceTable
from sanping.formats.model_facts import FactsTable
from sanping.twin.project import COMPONENTS, Role


class LayerTable(FactsTable):
    """One `[[layers]]` table; keys not named here, nor for the catalogue, are settings of the layer's reader."""

    model_config = ConfigDict(extra="allow")

    name: str = Field(pattern=r"^[\w.-]{1,80}$")
    title: Bilingual
    role: Role
    path: str | None = Field(default=None, min_length=1)
    url: str = Field(default="", max_length=2000, pattern=r"^(https?://[^/\s@]+(/\S*)?)?$")
    group: Bilingual
    visible: bool = True
    crs: str = ""
    vertical_datum: str = ""
    lod: str = ""

    @model_validator(mode="after")
    def _lies_somewhere(self) -> Self:
        if (self.path is None) != bool(self.url):
            raise ValueError("a layer needs either a path or a url")
        return self


class BookmarkTable(BaseModel):
    """One `[[bookmarks]]` table: target in metres of the twin's CRS, angles in degrees, distance in metres."""

    model_config = ConfigDict(extra="forbid")

    name: Bilingual
    target: tuple[float, float, float]
    heading: float = 0.0
    pitch: float = Field(default=-35.0, ge=-90, le=60)
    distance: float = Field(gt=0)
    style: StyleName | None = None


class GovernanceTable(BaseModel):
    """The `[governance]` table: the folder of the tables that the city governs by, and whether invented people work."""

    model_config = ConfigDict(extra="forbid")

    folder: str = Field(min_length=1)
    simulated_people: Literal["none", "fast", "real"] = "none"


class LabelsTable(BaseModel):
    """The `[labels]` table: what of the twin has which security label; what it does not name is public."""

    model_config = ConfigDict(extra="forbid")

    layers: dict[str, Label] = {}
    stations: dict[str, Label] = {}
    movers: dict[str, Label] = {}
    cases: dict[Annotated[str, Field(pattern=r"^(event|component):\d{0,10}$")], Label] = {}
    made: dict[Made, Label] = {}

    def labels(self) -> Labels:
        """Return the value."""
        return Labels(
            layers=self.layers, stations=self.stations, movers=self.movers, cases=self.cases, made=self.made,
            is_declared=True,
        )  # fmt: skip


class TwinTable(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")

    title: Bilingual
    crs: str
    vertical_datum: str = ""
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    synthetic: bool = False
    surroundings: bool = True
    style: Literal["night", "day"] = "night"
    moment: datetime
    attribution: Bilingual
    layers: list[LayerTable] = []
    bookmarks: list[BookmarkTable] = []
    live: LiveTable | None = None
    governance: GovernanceTable | None = None
    labels: LabelsTable | None = None
    event: str = ""
    sources: list[SourceTable] = []

    @model_validator(mode="after")
    def _labels_what_is_there(self) -> Self:
        if self.labels is not None:
            layers = {layer.name for layer in self.layers} | {COMPONENTS}
            unknown = sorted(self.labels.layers.keys() - layers)
            unknown += sorted(self.labels.movers.keys() - {source.name for source in self.sources})
            if unknown:
                raise ValueError(f"labels name layers or sources that are not there: {', '.join(unknown)}")
        return self

    @field_validator("moment")
    @classmethod
    def _knows_its_zone(cls, moment: datetime) -> datetime:
        if moment.tzinfo is None:
            raise ValueError("the moment needs a time zone, such as +08:00")
        return moment

    @field_validator("layers")
    @classmethod
    def _has_unique_names(cls, layers: list[LayerTable]) -> list[LayerTable]:
        names = [layer.name for layer in layers]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"layer names occur twice: {', '.join(doubled)}")
        return layers

    @field_validator("sources")
    @classmethod
    def _has_unique_sources(cls, sources: list[SourceTable]) -> list[SourceTable]:
        names = [source.name for source in sources]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"source names occur twice: {', '.join(doubled)}")
        return sources
