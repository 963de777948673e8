"""How the work order of a hotline becomes a case: without personal data, of a class that exists, in a known area."""

from datetime import date

from sanping.domain.area import Areas
from sanping.domain.call import CALL_KIND_TITLES, HOTLINE, Call
from sanping.domain.case import NewCase, Reporter, StepAsked
from sanping.domain.component import ClassKind
from sanping.twin.cases.governed import OTHER_CLASS
from sanping.twin.cases.privacy import masked_text
from sanping.twin.cases.rules import CaseRules

_STREET_DIGITS = 9


def op_of(call: Call, source: str) -> str:
    """Return what names the report of a call for ever: the same number of the same source is one case."""
    return f"call:{source}:{call.number}"


def report_of(call: Call, source: str, area: str, rules: CaseRules) -> StepAsked:
    """Return the report of a call in an area; its words hold no phone, identity card or name of the caller."""
    kind, code = class_of(call, rules)
    words = masked_text(call.content, reporter_of(call))
    title = f"{CALL_KIND_TITLES[call.kind].zh}{f'·{call.class_name}' if call.class_name else ''}"
    new = NewCase(
        kind=kind,
        case_class=code,
        source=HOTLINE,
        area=area,
        urgency=call.urgency,
        lon_deg=call.lon_deg,
        lat_deg=call.lat_deg,
        address=masked_text(call.address, reporter_of(call)),
        description=f"12345 工单 {call.number}（{title}）：{words}".strip("："),
        is_simulated=call.is_simulated,
    )
    return StepAsked(op=op_of(call, source), case="", step="report", new=new)


def reporter_of(call: Call) -> Reporter:
    """Return who rang: personal data, kept apart from the case."""
    return Reporter(name=call.caller_name, phone=call.caller_phone)


def class_of(call: Call, rules: CaseRules) -> tuple[ClassKind, str]:
    """Return kind and code of the class: as the hotline's table says, else by its name, else other events."""
    if call.class_code and (call.class_kind, call.class_code[:4]) in rules.classes:
        return call.class_kind, call.class_code
    for (kind, code), thing in rules.classes.items():
        if len(code) >= len(OTHER_CLASS) and thing.name.zh == call.class_name:
            return kind, code
    return "event", OTHER_CLASS


def area_of_street(street: str, areas: Areas, within: str, day: date) -> str:
    """Return the code of a street in an area by its name, "" when it is not known; 长寿路 is found as 长寿路街道."""
    name = street.strip()
    for code, area in sorted(areas.by_code.items()) if name else ():
        is_street = len(code) == _STREET_DIGITS and code.startswith(within) and area.is_valid_on(day)
        if is_street and (area.name.zh == name or area.name.zh.startswith(name) or name.startswith(area.name.zh)):
            return code
    return ""
