"""Plans the next step of invented cases: which, by whom and when, the same for the same case. Marked as simulated.

Pure: a case and the city's tables in, a planned step out. The hub plays it through the same desk as people's steps.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from sanping.domain.call import HOTLINE
from sanping.domain.case import Case, CaseRole, NewCase, Photo, PhotoMoment, Step, StepAsked
from sanping.domain.component import ClassKind
from sanping.twin.cases.clock import HOUR_MS
from sanping.twin.cases.dispatching import Candidate, suggestions
from sanping.twin.cases.governed import GovernedCity
from sanping.twin.cases.life import TRANSITIONS
from sanping.twin.cases.simulated_people import SimulatedPerson, call_back_by, person_for
from sanping.twin.cases.simulated_words import words_for

Pace = Literal["none", "fast", "real"]

_FAST_S: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"office": (25.0, 75.0), "site": (40.0, 110.0), "work": (120.0, 420.0)}
)
_REAL_H: Mapping[str, float] = MappingProxyType({"office": 0.35, "site": 0.8, "work": 3.0})
_SITE: frozenset[Step] = frozenset({"confirm", "refute", "sign", "pass_check", "fail_check"})
_WORK: frozenset[Step] = frozenset({"feed_back", "resume", "help_done", "ask_extension", "ask_suspension", "ask_help"})
_SLOW_SHARE: Mapping[Pace, float] = MappingProxyType({"fast": 0.025, "real": 0.05})
_SLOW_TIMES = 12.0
_DAY_BEGINS_H, _DAY_ENDS_H = 7, 22
_DEPARTMENT: frozenset[Step] = frozenset({"dispatch", "ask_help"})
_DESCRIBED: Mapping[tuple[ClassKind, str], tuple[int, tuple[str, ...]]] = MappingProxyType(
    {
        ("event", "0101"): (4, ("屋顶搭建彩钢板房", "绿地内搭建临时棚屋")),
        ("event", "0102"): (26, ("垃圾桶满溢，周边散落垃圾", "路边堆放生活垃圾", "桥下有散落垃圾")),
        ("event", "0103"): (8, ("人行道堆放装修渣土", "工地门口积土未清")),
        ("event", "0104"): (18, ("路面有泥土和落叶", "渣土车带泥上路")),
        ("event", "0105"): (16, ("河面有漂浮物", "排口附近水色发黑", "近岸有成片浮萍")),
        ("event", "0106"): (10, ("绿地内有垃圾", "行道树下枯枝未清")),
        ("event", "0699"): (4, ("栏杆松动", "指示牌倾斜")),
        ("component", "0101"): (3, ("上水井盖松动异响",)),
        ("component", "0102"): (3, ("污水井盖破损",)),
        ("component", "0103"): (4, ("雨水井盖缺失", "雨水箅子堵塞")),
    }
)
_PICTURED: Mapping[tuple[ClassKind, str], int] = MappingProxyType(
    {("event", "0105"): 1, ("component", ""): 2, ("event", "0103"): 3, ("event", "0104"): 3}
)
_SOURCES: Mapping[str, int] = MappingProxyType(
    {"collector": 52, "camera": 22, "public": 18, "higher_level": 4, "supervision": 2, "media": 2}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Somewhere a case may lie: the narrowest area, degrees, and how people call it."""

    area: str
    lon_deg: float
    lat_deg: float
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A step with its moment, who takes it, and what the trail calls them; a report has no id of a case yet."""

    at_ms: int
    asked: StepAsked
    who: SimulatedPerson


@dataclass(frozen=True)
class SimulatedLife:
    """How the cases of one city live.

    `spots` are where they lie; `photos` are ids by moment: of what was found, and of the same places afterwards. Steps
    take `times` as long as usual.
    """

    city: GovernedCity
    spots: Sequence[Spot]
    photos: Mapping[PhotoMoment, Sequence[str]]
    pace: Pace = "fast"
    times: float = 1.0

    @cached_property
    def _candidates(self) -> tuple[Candidate, ...]:
        return tuple(department.candidate() for department in self.city.departments.values())

    @cached_property
    def _classes(self) -> tuple[tuple[tuple[ClassKind, str], int], ...]:
        known = [(key, weight) for key, (weight, _) in _DESCRIBED.items() if key in self.city.rules.classes]
        return tuple(known) or ((("event", "0699"), 1),)

    def report(self, number: int, at_ms: int) -> Planned:
        """Return the invented report with a number."""
        chance = random.Random(f"report/{number}/{at_ms // 1000}")
        spot = self._spot(chance)
        ((kind, code),) = chance.choices([key for key, _ in self._classes], [weight for _, weight in self._classes])
        sources = [key for key in _SOURCES if key in self.city.rules.sources] or sorted(self.city.rules.sources)
        source = chance.choices(sources, [_SOURCES.get(key, 1) for key in sources])[0]
        words = chance.choice(_DESCRIBED.get((kind, code), (1, ("其他问题",)))[1])
        who = person_for("collector" if source in ("collector", "camera") else "registrar", str(number))
        new = NewCase(
            kind=kind,
            case_class=code,
            source=source,
            area=spot.area,
            urgency="urgent" if chance.random() < 0.09 else "normal",
            lon_deg=spot.lon_deg,
            lat_deg=spot.lat_deg,
            address=spot.address,
            description=f"【模拟】{words}",
            is_simulated=True,
        )
        asked = StepAsked(
            op=f"simulated:{at_ms}:{number}",
            case="",
            step="report",
            new=new,
            photos=self._photos("scene", kind, code, at_ms),
        )
        return Planned(at_ms=at_ms, asked=asked, who=who)

    def next_step(self, case: Case, op: str = "") -> Planned | None:
        """Return the next step of a case, None when nothing follows; its `if_rev` is the case as it stands."""
        chance = random.Random(f"{case.id}/{case.rev}")
        step = self._step(case, chance)
        if step is None:
            return None
        at_ms = self._moment(case, step, chance)
        if step in ("feed_back", "sign") and 0 < case.due_ms < at_ms and case.changed_ms < case.due_ms:
            step, at_ms = ("urge", case.due_ms + 600_000) if chance.random() < 0.4 else (step, at_ms)
        needs = TRANSITIONS[step].needs
        department = self._department(case, chance) if step in _DEPARTMENT else ""
        if step in _DEPARTMENT and not department:
            return None
        moment: PhotoMoment = "after" if step in ("feed_back", "pass_check") else "scene"
        asked = StepAsked(
            op=f"{op or 'simulated'}:{case.id}:{case.rev}",
            case=case.id,
            step=step,
            if_rev=case.rev,
            note=words_for(step, self._class_name(case), chance) if "note" in needs else "",
            photos=self._photos(moment, case.kind, case.case_class, at_ms)
            if {"photo", "after_photo"} & set(needs)
            else (),
            department=department,
            amount=chance.choice((1.0, 2.0, 3.0)) if "amount" in needs else 0.0,
            score=chance.choices((2, 3, 4, 5), (4, 9, 37, 50))[0] if "score" in needs else 0,
            is_solved=chance.random() < 0.93 if step == "evaluate" else None,
            call_back=call_back_by(chance) if step == "call_back" else None,
        )
        return Planned(at_ms=at_ms, asked=asked, who=_who(case, step))

    def _class_name(self, case: Case) -> str:
        found = self.city.rules.classes.get((case.kind, case.case_class[:4]))
        return "" if found is None else found.name.zh

    def _spot(self, chance: random.Random) -> Spot:
        """Return somewhere; two fifths of all cases come from a few places that trouble the city again and again."""
        if chance.random() < 0.4:
            return self.spots[(chance.randrange(9) * 7919 + 13) % len(self.spots)]
        return chance.choice(self.spots)

    def _photos(self, moment: PhotoMoment, kind: ClassKind, code: str, at_ms: int) -> tuple[Photo, ...]:
        known = self.photos.get(moment) or ()
        if not known:
            return ()
        place = _PICTURED.get((kind, code), _PICTURED.get((kind, ""), 0))
        return (Photo(id=known[place % len(known)], moment=moment, taken_ms=at_ms),)

    def _step(self, case: Case, chance: random.Random) -> Step | None:
        if {"photo", "after_photo"} & set(_needs_in(case)) and not any(self.photos.values()):
            return None
        source = self.city.rules.sources.get(case.source)
        return _following(case, needs_check=source is not None and source.needs_check, chance=chance)

    def _department(self, case: Case, chance: random.Random) -> str:
        """Return whom a case goes to: mostly the fittest, at times the next; for help, one that does not work on it."""
        busy = {case.department, *(help.department for help in case.helps)} if case.state == "handling" else {""}
        found = [found.candidate.id for found in suggestions(case, self._candidates) if found.candidate.id not in busy]
        if not found:
            found = [candidate.id for candidate in self._candidates if candidate.id not in busy]
        if not found:
            return ""
        return found[1] if len(found) > 1 and chance.random() < 0.12 else found[0]

    def _moment(self, case: Case, step: Step, chance: random.Random) -> int:
        """Return when a step is taken; a few cases are slow in all their steps."""
        kind = "site" if step in _SITE else "work" if step in _WORK else "office"
        slow = _SLOW_TIMES if random.Random(f"{case.id}/slow").random() < _SLOW_SHARE.get(self.pace, 0.0) else 1.0
        hurry = self.times * (0.6 if case.urgency != "normal" else 1.0)
        if self.pace == "fast":
            return case.changed_ms + round(chance.uniform(*_FAST_S[kind]) * slow * hurry * 1000)
        hours = min(chance.expovariate(1 / _REAL_H[kind]) * slow * hurry, 90.0)
        return self._waking(case.changed_ms, max(60_000, round(hours * HOUR_MS)))

    def _waking(self, from_ms: int, work_ms: int) -> int:
        """Return the moment after so much time between seven and twenty-two, weekends too: shifts work every day."""
        day_ms, offset_ms = 24 * HOUR_MS, 8 * HOUR_MS
        begins, ends = _DAY_BEGINS_H * HOUR_MS, _DAY_ENDS_H * HOUR_MS
        day, of_day = divmod(from_ms + offset_ms, day_ms)
        done = min(max(of_day, begins), ends) - begins + work_ms
        more, left = divmod(done, ends - begins)
        return (day + more) * day_ms + begins + left - offset_ms


def _needs_in(case: Case) -> tuple[str, ...]:
    step: Step = "feed_back" if case.state == "handling" else "pass_check"
    return TRANSITIONS[step].needs if case.state in ("handling", "checking") else ()


def _following(case: Case, *, needs_check: bool, chance: random.Random) -> Step | None:
    """Return what follows: mostly the usual way, at times a detour or an early end."""
    luck = chance.random()
    if case.state == "reported" and case.verdict == "refuted":
        return "decline"
    if case.state == "reported" and needs_check and case.verdict != "confirmed":
        return "decline" if luck < 0.01 else "send_to_verify"
    if case.state == "closed" and case.source == HOTLINE and case.called_back is None:
        return "call_back"
    if case.state == "dispatched" and case.returns:
        return "sign"
    if case.state == "handling":
        return _in_work(case, luck)
    return next((step for step, edge in _WAYS.get(case.state, ()) if luck < edge), None)


def _in_work(case: Case, luck: float) -> Step:
    if case.request is not None:
        grant: Step = "grant_extension" if case.request.kind == "extension" else "grant_suspension"
        return grant if luck < 0.8 else "refuse_request"
    if any(not help.is_done for help in case.helps):
        return "help_done"
    if case.rev > _LONGEST_LIFE:
        return "feed_back"
    return next((step for step, edge in _DETOURS if luck < edge), "feed_back")


_LONGEST_LIFE = 40
_DETOURS: tuple[tuple[Step, float], ...] = (
    ("ask_extension", 0.05), ("ask_suspension", 0.08), ("ask_help", 0.12), ("void", 0.125),
)  # fmt: skip
_WAYS: Mapping[str, tuple[tuple[Step, float], ...]] = MappingProxyType(
    {
        "reported": (("decline", 0.02), ("register", 1.0)),
        "verifying": (("refute", 0.05), ("confirm", 1.0)),
        "to_file": (("refuse_filing", 0.03), ("file", 1.0)),
        "filed": (("dispatch", 1.0),),
        "dispatched": (("return", 0.06), ("sign", 1.0)),
        "suspended": (("resume", 1.0),),
        "fed_back": (("send_to_check", 1.0),),
        "checking": (("fail_check", 0.08), ("pass_check", 1.0)),
        "passed": (("close", 1.0),),
        "closed": (("evaluate", 0.85),),
    }
)
_ORDER: tuple[CaseRole, ...] = (
    "collector", "registrar", "dispatcher", "duty_officer", "assessor", "handler", "system",
)  # fmt: skip


def _who(case: Case, step: Step) -> SimulatedPerson:
    roles = TRANSITIONS[step].roles
    role: CaseRole = next(role for role in _ORDER if role in roles)
    department = case.department
    if step == "help_done":
        department = next(help.department for help in case.helps if not help.is_done)
    return person_for(role, case.id, department if role == "handler" else "")
