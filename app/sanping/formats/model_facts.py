"""Reads what is declared of a model for the catalogue: in its layer's table, else in the `model.toml` beside it."""

import datetime as dates
import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sanping.commands.catalogue import FileFacts
from sanping.domain.errors import ProjectInvalid
from sanping.domain.text import Text
from sanping.formats.live_schema import Bilingual
from sanping.formats.wrong_table import first_wrong
from sanping.twin.model_facts import ModelFacts

_LARGEST_TABLE = 1 << 20
_INVALID = Text("model.toml 的内容无效：{reason}", "model.toml says something impossible: {reason}")


class FactsTable(BaseModel):
    """The keys of the catalogue; other keys of a `model.toml` are for the reader."""

    model_config = ConfigDict(extra="ignore")

    cim_level: int = Field(default=0, ge=0, le=7)
    version: str = ""
    date: dates.date | str = Field(default="", union_mode="left_to_right")
    publisher: str = ""
    licence: str = ""
    summary: Bilingual | None = None

    def facts(self) -> ModelFacts:
        """Return the values."""
        day = self.date if isinstance(self.date, str) else self.date.isoformat()
        return ModelFacts(
            cim_level=self.cim_level,
            version=self.version,
            date=day[:40],
            publisher=self.publisher,
            licence=self.licence,
            summary=Text("", "") if self.summary is None else self.summary.text(),
        )


def facts_beside(path: Path) -> ModelFacts:
    """Return what `<name>.model.toml` or `model.toml` beside a model declares; nothing where there is none.

    Raises `ProjectInvalid` for a key that says something impossible; a file that is no TOML is its reader's to refuse.
    """
    for beside in (path.with_suffix(".model.toml"), path.parent / "model.toml"):
        try:
            if not beside.is_file() or beside.stat().st_size > _LARGEST_TABLE:
                continue
            return FactsTable.model_validate(tomllib.loads(beside.read_text(encoding="utf-8"))).facts()
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
            return ModelFacts()
        except ValidationError as error:
            reason, place = first_wrong(error)
            raise ProjectInvalid(_INVALID.with_values(reason=reason), path=str(beside), place=place) from error
    return ModelFacts()


def declared_facts(said: ModelFacts, path: Path) -> ModelFacts:
    """Return what a layer's table says, and of what it does not say what the `model.toml` beside its file does."""
    beside = facts_beside(path)
    return ModelFacts(
        cim_level=said.cim_level or beside.cim_level,
        version=said.version or beside.version,
        date=said.date or beside.date,
        publisher=said.publisher or beside.publisher,
        licence=said.licence or beside.licence,
        summary=said.summary if said.summary.zh else beside.summary,
    )


def file_facts(path: Path) -> FileFacts:
    """Return size and age of a file, or of a folder with its files; zeros where it cannot be seen."""
    try:
        files = [part for part in path.rglob("*") if part.is_file()] if path.is_dir() else [path]
        states = [file.stat() for file in files]
    except OSError:
        return FileFacts()
    newest = max((state.st_mtime_ns for state in states), default=0)
    return FileFacts(bytes=sum(state.st_size for state in states), modified_ms=newest // 1_000_000)
