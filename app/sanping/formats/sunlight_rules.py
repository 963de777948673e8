"""Reads the files that say what a city asks of sunlight. Data only: nothing in them runs."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sanping.analysis.sunlight_rules import SunDay, SunlightRule, SunlightRules
from sanping.domain.errors import ProjectInvalid
from sanping.domain.text import Text
from sanping.formats.live_schema import Bilingual
from sanping.formats.wrong_table import first_wrong

_NOT_TOML = Text("日照规则文件无法解析：{reason}", "The file of sunlight rules cannot be parsed: {reason}")
_INVALID = Text("日照规则文件的内容无效：{reason}", "The file of sunlight rules says something impossible: {reason}")
_EMPTY_WINDOW = Text(
    "有效时间带的终点必须晚于起点：请检查 from 和 to", "The sun's window ends before it begins: check from and to"
)


class _RuleTable(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1)
    title: Bilingual
    source: Bilingual | None = None
    uses: list[str] = Field(default_factory=list, max_length=50)
    day: SunDay
    hours: float = Field(gt=0, le=12)
    from_h: float = Field(alias="from", ge=0, le=24)
    to_h: float = Field(alias="to", ge=0, le=24)
    counts: Literal["sum", "longest"] = "sum"
    step_min: float = Field(default=1.0, ge=0.1, le=30)
    least_span_min: float = Field(default=5.0, ge=0, le=240)
    least_share: float = Field(default=1.0, gt=0, le=1)
    sill_m: float = Field(default=0.9, ge=0, le=500)
    facing_deg: float = Field(default=60.0, gt=0, le=180)
    spacing_m: float = Field(default=2.0, ge=0.2, le=50)
    wall_spacing_m: float = Field(default=1.0, ge=0.1, le=20)
    year: int = Field(default=2001, ge=1950, le=2050)


class _RulesTable(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: Bilingual
    source: Bilingual
    rules: list[_RuleTable] = Field(min_length=1, max_length=100)


def load_sunlight_rules(path: Path) -> SunlightRules:
    """Return the rules of a file; raises `ProjectInvalid` naming the file and the place in it that is wrong."""
    try:
        table = _RulesTable.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ProjectInvalid(_NOT_TOML.with_values(reason=str(error)), path=str(path)) from error
    except ValidationError as error:
        reason, place = first_wrong(error)
        raise ProjectInvalid(_INVALID.with_values(reason=reason), path=str(path), place=place) from error
    rules = []
    for number, rule in enumerate(table.rules):
        if rule.to_h <= rule.from_h:
            raise ProjectInvalid(_EMPTY_WINDOW, path=str(path), place=f"rules.{number}.to")
        plain = rule.model_dump(exclude={"title", "source"})
        rules.append(SunlightRule(title=rule.title.text(), source=(rule.source or table.source).text(), **plain))
    return SunlightRules(id=path.stem, title=table.title.text(), rules=tuple(rules))


def all_sunlight_rules(folder: Path) -> tuple[SunlightRules, ...]:
    """Return the rules of every file of a folder, the national standard first."""
    found = [load_sunlight_rules(path) for path in sorted(folder.glob("*.toml"))]
    return tuple(sorted(found, key=lambda rules: not rules.id.startswith("gb")))
