"""People, forms and a whole life of a case, for tests of cases."""

from datetime import datetime, timedelta, timezone
from functools import cache

from sanping.domain.case import Actor, CallBack, Case, NewCase, Photo, Step, StepAsked
from sanping.formats.governance import load_governance
from sanping.ports.case_book import Wish
from sanping.twin.cases.rules import CaseRules
from sanping.twin.cases.stepping import taken

CHINA = timezone(timedelta(hours=8))
START_MS = 1_780_365_600_000  # 2026-06-02 10:00 in Beijing, a Tuesday
AREA = "310107001001001"
COLLECTOR = Actor(id="collector-1", roles=frozenset({"collector"}), areas=("310107",))
REGISTRAR = Actor(id="registrar-1", roles=frozenset({"registrar"}), areas=("31",))
OFFICER = Actor(id="officer-1", roles=frozenset({"duty_officer"}), areas=("",))
DISPATCHER = Actor(id="dispatcher-1", roles=frozenset({"dispatcher"}), areas=("310107",))
HANDLER = Actor(id="handler-1", roles=frozenset({"handler"}), areas=("310107",), department="绿化市容局")
HELPER = Actor(id="handler-2", roles=frozenset({"handler"}), areas=("310107",), department="水务局")
ASSESSOR = Actor(id="assessor-1", roles=frozenset({"assessor"}), areas=("31",))
AFTER = Photo(id="after", moment="after", size_bytes=200_000)
GARBAGE = NewCase(
    kind="event", case_class="0102", source="collector", area=AREA, lon_deg=121.40, lat_deg=31.25, address="真如"
)
PEOPLE: dict[Step, Actor] = {
    "report": COLLECTOR, "send_to_verify": REGISTRAR, "confirm": COLLECTOR, "refute": COLLECTOR, "register": REGISTRAR,
    "decline": REGISTRAR, "file": OFFICER, "refuse_filing": OFFICER, "dispatch": DISPATCHER, "reassign": DISPATCHER,
    "sign": HANDLER, "return": HANDLER, "ask_extension": HANDLER, "grant_extension": DISPATCHER,
    "ask_suspension": HANDLER, "grant_suspension": OFFICER, "refuse_request": DISPATCHER, "resume": DISPATCHER,
    "ask_help": DISPATCHER, "help_done": HELPER, "feed_back": HANDLER, "send_to_check": REGISTRAR,
    "pass_check": COLLECTOR, "fail_check": COLLECTOR, "close": OFFICER, "evaluate": ASSESSOR, "merge": REGISTRAR,
    "void": OFFICER, "urge": OFFICER, "note": COLLECTOR, "call_back": ASSESSOR,
    "erase_reporter": OFFICER, "raise_label": REGISTRAR, "lower_label": OFFICER,
}  # fmt: skip
TO_CLOSED: tuple[Step, ...] = (
    "report", "register", "file", "dispatch", "sign", "feed_back", "send_to_check", "pass_check", "close",
)  # fmt: skip


@cache
def bundled_rules() -> CaseRules:
    """Return the bundled tables, read once."""
    return load_governance()


def china_ms(written: str) -> int:
    """Return a Beijing time such as "2026-02-13 17:00:00" in UTC milliseconds."""
    return round(datetime.fromisoformat(written).replace(tzinfo=CHINA).timestamp() * 1000)


def whole_form(step: Step, op: str = "op", case: str = "C1", new: NewCase = GARBAGE) -> StepAsked:
    """Return a step with everything that any step may need."""
    return StepAsked(
        op=op, case=case, step=step, note="说明", photos=(AFTER,), amount=1, score=5, is_solved=True,
        other_case="C0", call_back=CallBack(is_answered=True, is_solved=True, score=4),
        new=new if step == "report" else None,
        department="水务局" if step == "ask_help" else "绿化市容局",
    )  # fmt: skip


def lived(*steps: tuple[Step, int], new: NewCase = GARBAGE) -> Case:
    """Return a case after steps at moments, each by who may take it."""
    case: Case | None = None
    for step, at_ms in steps:
        case = taken(case, whole_form(step, new=new), PEOPLE[step], at_ms, bundled_rules())
    assert case is not None
    return case


def lived_until(last: Step, at_ms: int, new: NewCase = GARBAGE) -> Case:
    """Return a case that took the usual way up to a step, all at one moment."""
    steps = TO_CLOSED[: TO_CLOSED.index(last) + 1]
    return lived(*((step, at_ms) for step in steps), new=new)


def wish(step: Step, op: str, case: str = "C1", at_ms: int = 0, if_rev: int | None = None) -> Wish:
    """Return a wish for a step by who may take it."""
    asked = whole_form(step, op=op, case=case)

    def decide(known: Case | None) -> Case:
        return taken(known, asked, PEOPLE[step], at_ms or START_MS, bundled_rules())

    return Wish(op=op, case=case, at_ms=at_ms or START_MS, said=step.encode(), decide=decide, if_rev=if_rev)
