"""What a city's tables say of the codes that cases carry: names of areas, classes, departments and sources."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sanping.domain.area import ancestors_of, parent_of
from sanping.domain.case_line import CaseLine
from sanping.domain.component import ClassKind
from sanping.domain.text import Text
from sanping.wire.cases import AreaRow, ClassRow, DepartmentRow, Governance

NOBODY = Text("未派遣", "nobody yet")
NOWHERE = Text("位置未注明", "no place given")
EMPTY = Governance(areas=(), classes=(), departments=(), sources=())
KINDS: Mapping[ClassKind, Text] = {"event": Text("事件", "Events"), "component": Text("部件", "Components")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something to choose from a tree: `key` is what it means, `depth` how far in it stands."""

    key: str
    title: Text
    depth: int = 0
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of the city that is open, by code; unknown codes are said as they are."""

    governance: Governance = EMPTY
    _areas: dict[str, AreaRow] = field(init=False)
    _classes: dict[tuple[str, str], ClassRow] = field(init=False)
    _departments: dict[str, DepartmentRow] = field(init=False)
    _sources: dict[str, Text] = field(init=False)

    def __post_init__(self) -> None:
        """Put every row under its code."""
        told = self.governance
        object.__setattr__(self, "_areas", {row.code: row for row in told.areas})
        object.__setattr__(self, "_classes", {(row.kind, row.code): row for row in told.classes})
        object.__setattr__(self, "_departments", {row.id: row for row in told.departments})
        object.__setattr__(self, "_sources", {row.key: Text(row.title_zh, row.title_en) for row in told.sources})

    @property
    def is_known(self) -> bool:
        """Whether the tables of a city are here."""
        return bool(self.governance.classes)

    def area(self, code: str) -> Text:
        """Return the name of an area, of the nearest known wider one when it has none itself."""
        known = (
            next((part for part in (code, *reversed(ancestors_of(code))) if part in self._areas), "") if code else ""
        )
        row = self._areas.get(known)
        return Text(code, code) if row is None else Text(row.name_zh, row.name_en)

    def area_path(self, code: str) -> Text:
        """Return where an area lies, the two narrowest known names."""
        known = [self._areas[part] for part in (*ancestors_of(code), code) if part in self._areas] if code else []
        rows = known[-2:]
        return Text(" · ".join(row.name_zh for row in rows), " · ".join(row.name_en for row in reversed(rows)))

    def department(self, name: str) -> Text:
        """Return the name of a department; of none that nobody has the case."""
        row = self._departments.get(name)
        if row is None:
            return Text(name, name) if name else NOBODY
        return Text(row.name_zh, row.name_en)

    def source(self, key: str) -> Text:
        """Return what a source is called."""
        return self._sources.get(key, Text(key, key))

    def case_class(self, kind: ClassKind, code: str) -> Text:
        """Return the name of a class, of its wider class when it has none itself."""
        row = self._classes.get((kind, code)) or self._classes.get((kind, code[:2]))
        return Text(code, code) if row is None else Text(row.name_zh, row.name_en)

    # What can be chosen

    def areas(self) -> tuple[Choice, ...]:
        """Return the tree of areas, the widest that has all others first."""
        children: dict[str, list[str]] = {}
        for code in sorted(self._areas):
            above = parent_of(code)
            while above and above not in self._areas:
                above = parent_of(above)
            children.setdefault(above, []).append(code)
        return tuple(self._below(children, "", 0))

    def _below(self, children: Mapping[str, Sequence[str]], code: str, depth: int) -> Iterator[Choice]:
        for child in children.get(code, ()):
            row = self._areas[child]
            is_open = len(child) < 9
            yield Choice(key=child, title=Text(row.name_zh, row.name_en), depth=depth, is_open=is_open)
            yield from self._below(children, child, depth + 1)

    def classes(self) -> tuple[Choice, ...]:
        """Return the tree of classes as "kind:code", events first."""
        found: list[Choice] = []
        for kind, title in KINDS.items():
            rows = sorted((row for row in self.governance.classes if row.kind == kind), key=lambda row: row.code)
            if rows:
                found.append(Choice(key=f"{kind}:", title=title, is_open=True))
            for row in rows:
                depth = len(row.code) // 2
                found.append(Choice(key=f"{kind}:{row.code}", title=Text(row.name_zh, row.name_en), depth=depth))
        return tuple(found)

    def departments(self) -> tuple[Choice, ...]:
        """Return the departments."""
        rows = self.governance.departments
        return tuple(Choice(key=row.id, title=Text(row.name_zh, row.name_en)) for row in rows)

    def sources(self) -> tuple[Choice, ...]:
        """Return where cases come from."""
        return tuple(Choice(key=key, title=title) for key, title in self._sources.items())


def class_title(line: CaseLine) -> Text:
    """Return the name of the class of a case."""
    return Text(line.title_zh, line.title_en)


def place_words(line: CaseLine) -> Text:
    """Return where a case is, in words."""
    if line.address:
        return Text(line.address, line.address)
    if line.lon_deg is None or line.lat_deg is None:
        return NOWHERE
    written = f"{line.lon_deg:.5f}, {line.lat_deg:.5f}"
    return Text(written, written)
