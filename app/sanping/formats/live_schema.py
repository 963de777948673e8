"""What may stand in the live part of a twin: checked by pydantic, with the key named when something is impossible."""

from functools import lru_cache
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sanping.domain.alarm import AlarmColour
from sanping.domain.station import StationKind
from sanping.domain.text import Text
from sanping.twin.live_part import ReportCentre
from sanping.twin.rules import NO_ADVICE, LimitName, Rule, RuleKind

SettingValue = str | int | float | bool | list[str] | list[int] | list[float]


class Bilingual(BaseModel):
    """A text in Chinese and English; English may be left out."""

    model_config = ConfigDict(extra="forbid")

    zh: str = Field(min_length=1)
    en: str = ""

    def text(self) -> Text:
        """Return the value."""
        return Text(self.zh, self.en or self.zh)


class CentreTable(BaseModel):
    """Where all reports come together: `at` is the top of its building in the twin's coordinates.

    `senders` are the ids, or patterns of ids, of the stations whose reports are drawn flying to it.
    """

    model_config = ConfigDict(extra="forbid")

    title: Bilingual
    at: tuple[float, float, float]
    senders: list[str] = Field(default=["*"], min_length=1)

    def centre(self) -> ReportCentre:
        """Return the centre as the twin knows it."""
        return ReportCentre(title=self.title.text(), place=self.at, senders=tuple(self.senders))


class LiveTable(BaseModel):
    """The `[live]` table: files beside `twin.toml`."""

    model_config = ConfigDict(extra="forbid")

    stations: str = ""
    rivers: str = ""
    rules: str = ""
    standard: str = ""
    quantities: str = ""
    curves: str = ""
    fleets: str = ""
    routes: str = ""
    centre: CentreTable | None = None


class SourceTable(BaseModel):
    """One `[[sources]]` table; `settings` belong to the adapter and are checked against its manifest by the hub."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[\w.-]{1,80}$")
    adapter: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    title: Bilingual
    simulated: bool = False
    enabled: bool = True
    hub: str = Field(default="", pattern=r"^([a-z0-9][a-z0-9-]{0,39})?$")
    settings: dict[str, SettingValue] = {}


class RuleTable(BaseModel):
    """One `[[rules]]` table; see `twin.rules.Rule` for what each key means."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(pattern=r"^[\w.-]{1,80}$")
    title: Bilingual
    kind: RuleKind
    colour: AlarmColour
    quantity: str = ""
    limit: float = 0.0
    limit_of: LimitName | None = None
    low: float = 0.0
    hysteresis: float = Field(default=0.0, ge=0)
    duration_s: int = Field(default=0, ge=0, le=86_400)
    window_s: int = Field(default=3600, gt=0, le=604_800)
    stations: list[str] = []
    kinds: list[StationKind] = []
    other: str = ""
    parts: list[str] = []
    family: str = ""
    advice: Bilingual | None = None
    proposes_case: bool = False

    @model_validator(mode="after")
    def _is_complete(self) -> "RuleTable":
        needs_quantity = self.kind in ("above", "below", "rise", "jump", "frozen", "difference")
        if needs_quantity and not self.quantity:
            raise ValueError(f"a rule of kind {self.kind} needs a quantity")
        if self.kind == "difference" and (len(self.stations) != 1 or not self.other):
            raise ValueError("a rule of kind difference needs one station and another")
        if self.kind == "all_of" and len(self.parts) < 2:
            raise ValueError("a rule of kind all_of needs at least two parts")
        return self

    def rule(self) -> Rule:
        """Return the value."""
        return Rule(
            **self.model_dump(exclude={"title", "stations", "kinds", "parts", "advice"}),
            title=self.title.text(),
            stations=tuple(self.stations),
            kinds=tuple(self.kinds),
            parts=tuple(self.parts),
            advice=self.advice.text() if self.advice else NO_ADVICE,
        )


class RulesFile(BaseModel):
    """The whole file of rules."""

    model_config = ConfigDict(extra="forbid")

    rules: list[RuleTable] = []

    @field_validator("rules")
    @classmethod
    def _are_consistent(cls, rules: list[RuleTable]) -> list[RuleTable]:
        names = [rule.id for rule in rules]
        doubled = sorted({name for name in names if names.count(name) > 1})
        if doubled:
            raise ValueError(f"rule ids occur twice: {', '.join(doubled)}")
        unknown = sorted({part for rule in rules for part in rule.parts} - set(names))
        if unknown:
            raise ValueError(f"there are no such rules: {', '.join(unknown)}")
        return rules


class StationRow(BaseModel):
    """One row of the station table; an empty cell is a missing value. Levels are metres on the station's datum."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    id: str = Field(min_length=1, max_length=80)
    name: str = Field(min_length=1)
    name_en: str = ""
    kinds: tuple[StationKind, ...] = Field(min_length=1)
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    x: float | None = Field(default=None, allow_inf_nan=False)
    y: float | None = Field(default=None, allow_inf_nan=False)
    river: str = ""
    chainage_m: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    datum: str = ""
    datum_offset_m: float | None = Field(default=None, ge=-1000, le=1000)
    warning_m: float | None = Field(default=None, allow_inf_nan=False)
    guarantee_m: float | None = Field(default=None, allow_inf_nan=False)
    record_m: float | None = Field(default=None, allow_inf_nan=False)
    low_m: float | None = Field(default=None, allow_inf_nan=False)
    left_bank_m: float | None = Field(default=None, allow_inf_nan=False)
    right_bank_m: float | None = Field(default=None, allow_inf_nan=False)
    target_class: Literal[1, 2, 3, 4, 5, 6] | None = None
    interval_s: int = Field(default=300, gt=0, le=31 * 86_400)
    is_lake: bool = False

    @field_validator("kinds", mode="before")
    @classmethod
    def _split(cls, written: object) -> object:
        return _kinds_of(written) if isinstance(written, str) else written

    @field_validator("target_class", mode="before")
    @classmethod
    def _as_number(cls, written: object) -> object:
        return int(written) if isinstance(written, str) and written.isdigit() else written

    @model_validator(mode="after")
    def _is_somewhere(self) -> "StationRow":
        if (self.lon is None or self.lat is None) and (self.x is None or self.y is None):
            raise ValueError("a station needs lon and lat, or x and y")
        return self


@lru_cache(maxsize=1024)
def _kinds_of(written: str) -> tuple[str, ...]:
    """Return the kinds in a cell; the same few cells stand in thousands of rows."""
    kinds, known = tuple(written.replace(";", " ").split()), get_args(StationKind)
    if not set(kinds) <= set(known):
        raise ValueError(f"kinds are: {', '.join(known)}")
    return kinds
