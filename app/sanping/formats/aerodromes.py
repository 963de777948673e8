"""Reads the files that say which surfaces aerodromes keep free. Data only: nothing in them runs."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sanping.analysis.aerodrome import FanRule, RunwayRule
from sanping.domain.errors import ProjectInvalid
from sanping.domain.text import Text
from sanping.formats.live_schema import Bilingual
from sanping.formats.wrong_table import first_wrong

_NOT_TOML = Text("机场净空文件无法解析：{reason}", "The file of aerodrome surfaces cannot be parsed: {reason}")
_INVALID = Text(
    "机场净空文件的内容无效：{reason}", "The file of aerodrome surfaces says something impossible: {reason}"
)


class _Fan(BaseModel):
    model_config = ConfigDict(extra="forbid")

    edge: float = Field(gt=0, le=2000)
    distance: float = Field(ge=0, le=1000)
    divergence: float = Field(ge=0, le=1)
    widest: float = Field(default=float("inf"), gt=0)
    sections: list[tuple[float, float]] = Field(min_length=1, max_length=10)

    def rule(self) -> FanRule:
        return FanRule(
            edge_m=self.edge, distance_m=self.distance, divergence=self.divergence, sections=tuple(self.sections),
            widest_m=self.widest,
        )  # fmt: skip


class _Runway(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1)
    title: Bilingual
    inner_radius: float = Field(gt=0, le=20_000)
    conical_height: float = Field(gt=0, le=500)
    approach: _Fan
    transitional: float = Field(gt=0, le=1)
    climb: _Fan


class _Book(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: Bilingual
    source: Bilingual
    runways: list[_Runway] = Field(min_length=1, max_length=100)


def load_runway_rules(path: Path) -> tuple[RunwayRule, ...]:
    """Return the kinds of runways of a file; raises `ProjectInvalid` naming the file and the place that is wrong."""
    try:
        book = _Book.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ProjectInvalid(_NOT_TOML.with_values(reason=str(error)), path=str(path)) from error
    except ValidationError as error:
        reason, place = first_wrong(error)
        raise ProjectInvalid(_INVALID.with_values(reason=reason), path=str(path), place=place) from error
    return tuple(
        RunwayRule(
            id=one.id, title=one.title.text(), source=book.source.text(), inner_radius_m=one.inner_radius,
            conical_height_m=one.conical_height, approach=one.approach.rule(), transitional_slope=one.transitional,
            climb=one.climb.rule(),
        )
        for one in book.runways
    )  # fmt: skip
