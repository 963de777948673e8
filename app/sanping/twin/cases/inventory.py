"""The components (部件) of a city as they were taken in: those that can be used, and what was wrong with the others."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from sanping.domain.city import Skipped
from sanping.domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One component: its 16-digit id, and `class_code` as the id says it; `x_m`, `y_m` lie in the twin's CRS.

    `state` is as written by whoever surveyed it; `device` is the station that reports from it, "" for none.
    Departments: who is competent, who owns and who maintains it.
    """

    id: str
    name: str
    class_code: str
    x_m: float
    y_m: float
    lon_deg: float
    lat_deg: float
    grid: str = ""
    state: str = ""
    competent_dept: str = ""
    owner_dept: str = ""
    maintainer_dept: str = ""
    device: str = ""


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """All components of a twin.

    `titles` name the classes by their code; `skipped` were left out, each for one reason; `doubtful` are there although
    they contradict themselves: the id counts then.
    """

    components: tuple[Component, ...] = ()
    titles: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    skipped: tuple[Skipped, ...] = ()
    doubtful: tuple[Skipped, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, Component]:
        """Components by id."""
        return MappingProxyType({component.id: component for component in self.components})

    @cached_property
    def linked(self) -> tuple[Component, ...]:
        """The components from which a device reports."""
        return tuple(component for component in self.components if component.device)

    @cached_property
    def count_by_class(self) -> Mapping[str, int]:
        """How many components there are of each class."""
        return MappingProxyType(Counter(component.class_code for component in self.components))
