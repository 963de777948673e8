"""Who works on cases: people with their case roles, areas and department."""

from dataclasses import dataclass

from sanping.domain.case import Actor, CaseRole
from sanping.domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who logs in as `user`, and what they may do in the life of a case; "" as an area is everywhere."""

    user: str
    name: Text
    roles: frozenset[CaseRole]
    areas: tuple[str, ...] = ()
    department: str = ""

    @property
    def actor(self) -> Actor:
        """Whom a step is taken by."""
        return Actor(id=self.user, roles=self.roles, areas=self.areas, department=self.department)
