"""Invented people who work on invented cases, and what invented callers say. Marked as simulated."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sanping.domain.case import Actor, CallBack, CaseRole

PREFIX = "simulated-"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙"
_MANY: Mapping[CaseRole, int] = MappingProxyType(
    {"collector": 12, "registrar": 4, "duty_officer": 3, "dispatcher": 4, "handler": 3, "assessor": 2}
)
_TITLES: Mapping[CaseRole, str] = MappingProxyType(
    {
        "collector": "采集员", "registrar": "受理员", "duty_officer": "值班长", "dispatcher": "派遣员",
        "handler": "处置员", "assessor": "考评员", "system": "系统",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedPerson:
    """Somebody invented who takes a step, and what the trail calls them."""

    actor: Actor
    name: str


def person_for(role: CaseRole, case: str, department: str = "") -> SimulatedPerson:
    """Return who of a role works on a case: always the same one, and of one department for a handler."""
    chance = random.Random(f"{role}/{department}/{case}")
    number = chance.randrange(_MANY.get(role, 1)) + 1
    of = f"-{department}" if role == "handler" else ""
    surname = _SURNAMES[random.Random(f"{role}{of}{number}").randrange(len(_SURNAMES))]
    return SimulatedPerson(
        actor=Actor(
            id=f"{PREFIX}{role}{of}-{number}",
            roles=frozenset({role}),
            areas=("",),
            department=department if role == "handler" else "",
        ),
        name=f"{_TITLES[role]}{surname}某（模拟）",
    )


def is_simulated_person(id: str) -> bool:
    """Say whether somebody who took a step is invented."""
    return id.startswith(PREFIX)


def call_back_by(chance: random.Random) -> CallBack:
    """Return what an invented caller says when they are called back; one in eight does not answer."""
    if chance.random() < 0.125:
        return CallBack(is_reached=False)
    is_solved = chance.random() < 0.9
    weights = (1, 3, 16, 42, 38) if is_solved else (25, 40, 25, 8, 2)
    return CallBack(
        is_answered=chance.random() < 0.97,
        is_solved=is_solved,
        score=0 if chance.random() < 0.05 else chance.choices((1, 2, 3, 4, 5), weights)[0],
    )
