"""Who somebody is in the life of a case: a person of the city's table, else what their device's role lets them be."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from sanping.domain.case import Actor, CaseRole
from sanping.domain.device import Device, Identity
from sanping.domain.errors import InputError
from sanping.domain.role import Role, is_at_least
from sanping.domain.text import Text
from sanping.twin.cases.governed import GovernedCity

OWNER_ID = "hub"
SYSTEM = Actor(id="system", roles=frozenset({"system"}), areas=("",))
SYSTEM_NAME = "系统"
_OWNER_NAME = "指挥中心"
_OPERATOR: frozenset[CaseRole] = frozenset({"registrar", "dispatcher", "assessor"})
_ROLES: Mapping[Role, frozenset[CaseRole]] = MappingProxyType(
    {
        "viewer": frozenset(),
        "grid_worker": frozenset({"collector", "handler"}),
        "operator": _OPERATOR,
        "duty_officer": _OPERATOR | {"duty_officer"},
        "admin": _OPERATOR | {"duty_officer", "collector"},
    }
)
_NO_DEPARTMENT = Text(
    "没有部门“{department}”；请从部门表中选择", "There is no department “{department}”; choose one of the table"
)
_NO_PERSON = Text(
    "人员表里没有“{person}”；请从人员表中选择",
    "There is nobody called “{person}” in the table of people; choose one of it",
)
_NO_AREAS = Text("责任区须为区划代码的列表", "Areas must be a list of area codes")


class Devices(Protocol):
    """Where devices are looked up."""

    @property
    def book(self) -> Mapping[str, Device]:
        """All devices by id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePerson:
    """Whom a step is taken by, and what people call them."""

    actor: Actor
    name: str


class CasePeople:
    """The people of one city; `devices` are those of the hub, None for none but its owner."""

    def __init__(self, city: GovernedCity, devices: Devices | None = None) -> None:
        self._city = city
        self._devices = devices

    def person(self, who: Identity) -> CasePerson:
        """Return who somebody is: never more than the role they have now allows (roles.csv)."""
        device = None if self._devices is None else self._devices.book.get(who.device)
        holder = who.user or (device.person if device is not None else "")
        known = self._city.people.get(holder) if holder else None
        if known is not None:
            roles = self._allowed(known.roles, who.role)
            actor = Actor(
                id=known.user, roles=roles, areas=known.areas, department=known.department, clearance=who.clearance
            )
            return CasePerson(actor=actor, name=known.name.zh)
        roles = self._allowed(_ROLES[who.role], who.role)
        if not who.device:
            owner = Actor(id=OWNER_ID, roles=roles, areas=("",), clearance=who.clearance)
            return CasePerson(actor=owner, name=_OWNER_NAME)
        department = self._department(device) if "handler" in roles else ""
        areas = device.areas if device is not None and device.areas else ("",)
        id = who.user or who.device
        actor = Actor(id=id, roles=roles, areas=areas, department=department, clearance=who.clearance)
        return CasePerson(actor=actor, name=who.user or who.name)

    def name_of(self, id: str) -> str:
        """Return what people call who took a step."""
        if id in (OWNER_ID, SYSTEM.id):
            return _OWNER_NAME if id == OWNER_ID else SYSTEM_NAME
        person = self._city.people.get(id)
        if person is not None:
            return person.name.zh
        device = None if self._devices is None else self._devices.book.get(id)
        return id if device is None else device.name

    def department(self, id: str) -> Text:
        """Return what people call a department."""
        known = self._city.departments.get(id)
        return Text(id, id) if known is None else known.name

    def check_workplace(self, arguments: Mapping[str, object], now_ms: int) -> None:
        """Raise `InputError` for a department, an area or a person that a device cannot be given."""
        department, person = str(arguments.get("department") or ""), str(arguments.get("person") or "")
        if department and department not in self._city.departments:
            raise InputError(_NO_DEPARTMENT.with_values(department=department[:60]))
        if person and person not in self._city.people:
            raise InputError(_NO_PERSON.with_values(person=person[:60]))
        written = arguments.get("areas") or ()
        if not isinstance(written, list | tuple):
            raise InputError(_NO_AREAS)
        day = self._city.rules.timetable.day_of(now_ms)
        for code in written:
            self._city.rules.areas.check_code(str(code), day)

    def _department(self, device: Device | None) -> str:
        if device is not None and device.department:
            return device.department
        return next(iter(self._city.departments), "")

    def _allowed(self, roles: frozenset[CaseRole], rank: Role) -> frozenset[CaseRole]:
        known = self._city.rules.roles
        return frozenset(role for role in roles if role in known and is_at_least(rank, known[role].least))
