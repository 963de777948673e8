"""Invented people who work on invented cases: who they are, and what they write. Marked as simulated."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sanping.domain.case import Actor, CallBack, CaseRole, Step

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
_NOTES: Mapping[Step, tuple[str, ...]] = MappingProxyType(
    {
        "refute": ("现场未见所述问题", "到场时已自行清理"),
        "decline": ("不属于受理范围，已向来电人说明", "现场核实不属实"),
        "refuse_filing": ("不符合立案标准", "属物业内部事务，转请自治处理"),
        "reassign": ("职责范围不符，改派",),
        "return": ("不属我单位职责，请改派", "位置在辖区外，退回"),
        "ask_extension": ("需协调吊车进场，申请延期", "连续降雨无法施工，申请延期"),
        "ask_suspension": ("待产权单位确认，申请挂账", "须列入下月改造计划，申请挂账"),
        "refuse_request": ("理由不充分，请按期处置",),
        "ask_help": ("需贵单位配合处置", "请协助维持现场秩序"),
        "help_done": ("已到场配合完成",),
        "feed_back": ("已清理完毕，现场恢复整洁", "已修复并恢复正常", "已劝离并整改到位", "已打捞清运，水面恢复"),
        "fail_check": ("清理不彻底，请返工", "仍有遗留，请继续处置"),
        "void": ("重复上报，作废",),
        "urge": ("已超时，请尽快处置", "请今日内反馈结果"),
    }
)


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


def words_for(step: Step, chance: random.Random) -> str:
    """Return what somebody writes with a step."""
    return chance.choice(_NOTES.get(step, ("模拟办理",)))


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
