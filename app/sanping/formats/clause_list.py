"""The clauses of a standard, with where the product answers each and what was seen: TOML files in `formats/clauses`."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import msgspec

from sanping.domain.errors import InputError
from sanping.domain.text import Text

State = Literal["met", "unmet", "open"]

_NO_STANDARD = Text("没有“{name}”的自查表；可用：{known}", "There is no list for “{name}”; there are: {known}")


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A text as a list writes it; `en` may be left out where nothing is said."""

    zh: str = ""
    en: str = ""

    def text(self) -> Text:
        """Return it as a `Text`."""
        return Text(self.zh, self.en)


class Clause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One clause: where the product answers it, what is left to the operator, and what can be looked at here."""

    id: str
    title: Words
    answer: Words
    operator: Words = Words()
    checks: tuple[str, ...] = ()


class Standard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A standard and its clauses."""

    name: str
    title: Words
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check saw: as it should be, not so, or open because it cannot be seen from here."""

    state: State
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A clause with what was seen here; without checks it is as the product and the operator say."""

    clause: Clause
    findings: Sequence[Finding]

    @property
    def state(self) -> State:
        """The worst of its findings; open where nothing was looked at."""
        states = {finding.state for finding in self.findings}
        return "unmet" if "unmet" in states else "open" if "open" in states or not states else "met"


def known_standards() -> tuple[str, ...]:
    """Return the names of the lists that come with the program."""
    files = resources.files("sanping.formats").joinpath("clauses").iterdir()
    return tuple(sorted(file.name.removesuffix(".toml") for file in files if file.name.endswith(".toml")))


def load_clauses(name: str) -> Standard:
    """Return a list of clauses. Raises `InputError` for a name that there is none of."""
    if name not in known_standards():
        raise InputError(_NO_STANDARD.with_values(name=name, known=", ".join(known_standards())))
    text = resources.files("sanping.formats").joinpath("clauses", f"{name}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Standard)
