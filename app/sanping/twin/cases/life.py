"""The life of a case, declared: which step leads from where to where, who may take it and what it needs.

Follows the seven stages of GB/T 30428.8. Nothing here decides; `twin.cases.stepping` reads this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, cast

from sanping.domain.case import ENDED, STATES, CaseRole, State, Step
from sanping.domain.text import Text

Need = Literal["note", "photo", "after_photo", "department", "other_case", "amount", "score", "call_back", "new"]
Guard = Literal[
    "own_department", "helper_department", "other_person", "asked_by_other", "extension_asked", "suspension_asked",
    "something_asked", "nothing_asked", "no_open_help", "trusted_or_confirmed", "not_refuted", "of_hotline",
    "not_called_back", "can_be_raised", "was_raised",
]  # fmt: skip
OPEN: frozenset[State] = frozenset(STATES) - ENDED
AFTERWARDS: frozenset[Step] = frozenset(  # what may follow when the work is over
    {"call_back", "erase_reporter", "raise_label", "lower_label"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One step: from `before` to `after` (None: the state stays), by one of `roles`, with what the form must hold.

    `needs` are arguments of the step; `guards` are conditions on case and actor.
    """

    step: Step
    title: Text
    before: frozenset[State]
    after: State | None
    roles: frozenset[CaseRole]
    needs: tuple[Need, ...] = ()
    guards: tuple[Guard, ...] = ()


def _declared(step: Step, title: Text, way: str, roles: str, conditions: str = "") -> Transition:
    """Declare a step; `way` is "from … > to", or "from …" when the state stays; a condition with "?" is a guard.

    "open" are all states but those at the end, "all" these too.

    The words are those of the types above; a test compares them.
    """
    before, _, after = (part.strip() for part in way.partition(">"))
    words = conditions.split()
    return Transition(
        step=step,
        title=title,
        before={"open": OPEN, "all": frozenset(STATES)}.get(before)
        or cast(frozenset[State], frozenset(before.split())),
        after=cast(State, after) if after else None,
        roles=cast(frozenset[CaseRole], frozenset(roles.split())),
        needs=cast(tuple[Need, ...], tuple(word for word in words if not word.startswith("?"))),
        guards=cast(tuple[Guard, ...], tuple(word[1:] for word in words if word.startswith("?"))),
    )


_LIST: tuple[Transition, ...] = (
    _declared(
        "report",
        Text("上报", "Report"),
        "> reported",
        "collector registrar duty_officer system",
        "new",
    ),
    _declared(
        "send_to_verify",
        Text("派核实", "Send to verify"),
        "reported > verifying",
        "registrar",
    ),
    _declared("confirm", Text("核实属实", "Confirm"), "verifying > to_file", "collector"),
    _declared("refute", Text("核实不属实", "Refute"), "verifying > reported", "collector", "note"),
    _declared(
        "register",
        Text("受理", "Register"),
        "reported > to_file",
        "registrar system",
        "?trusted_or_confirmed ?not_refuted",
    ),
    _declared("decline", Text("不予受理", "Decline"), "reported > declined", "registrar", "note"),
    _declared(
        "file",
        Text("立案", "File"),
        "to_file > filed",
        "duty_officer",
        "?trusted_or_confirmed",
    ),
    _declared(
        "refuse_filing",
        Text("不予立案", "Refuse to file"),
        "to_file > not_filed",
        "duty_officer",
        "note",
    ),
    _declared(
        "dispatch",
        Text("派遣", "Dispatch"),
        "filed > dispatched",
        "dispatcher",
        "department",
    ),
    _declared(
        "reassign",
        Text("改派", "Reassign"),
        "dispatched handling > dispatched",
        "dispatcher",
        "department note ?nothing_asked",
    ),
    _declared(
        "sign",
        Text("签收", "Sign for"),
        "dispatched > handling",
        "handler",
        "?own_department",
    ),
    _declared(
        "return",
        Text("回退", "Return"),
        "dispatched handling > filed",
        "handler",
        "note ?own_department ?nothing_asked",
    ),
    _declared(
        "ask_extension",
        Text("申请延期", "Ask for more time"),
        "handling > handling",
        "handler",
        "note amount ?own_department ?nothing_asked",
    ),
    _declared(
        "grant_extension",
        Text("同意延期", "Grant more time"),
        "handling > handling",
        "duty_officer dispatcher",
        "?extension_asked ?asked_by_other",
    ),
    _declared(
        "ask_suspension",
        Text("申请挂账", "Ask to suspend"),
        "handling > handling",
        "handler",
        "note ?own_department ?nothing_asked",
    ),
    _declared(
        "grant_suspension",
        Text("同意挂账", "Suspend"),
        "handling > suspended",
        "duty_officer",
        "?suspension_asked ?asked_by_other",
    ),
    _declared(
        "refuse_request",
        Text("驳回申请", "Refuse the request"),
        "handling > handling",
        "duty_officer dispatcher",
        "note ?something_asked ?asked_by_other",
    ),
    _declared(
        "resume",
        Text("恢复办理", "Resume"),
        "suspended > handling",
        "duty_officer dispatcher",
    ),
    _declared(
        "ask_help",
        Text("协办", "Ask for help"),
        "handling > handling",
        "dispatcher",
        "department note ?nothing_asked",
    ),
    _declared(
        "help_done",
        Text("协办反馈", "Help done"),
        "handling > handling",
        "handler",
        "note ?helper_department",
    ),
    _declared(
        "feed_back",
        Text("处理反馈", "Feed back"),
        "handling > fed_back",
        "handler",
        "note after_photo ?own_department ?nothing_asked ?no_open_help",
    ),
    _declared(
        "send_to_check",
        Text("派核查", "Send to check"),
        "fed_back > checking",
        "registrar dispatcher",
    ),
    _declared(
        "pass_check",
        Text("核查通过", "Pass"),
        "checking > passed",
        "collector",
        "photo ?other_person",
    ),
    _declared(
        "fail_check",
        Text("返工", "Send back to work"),
        "checking > handling",
        "collector",
        "note photo ?other_person",
    ),
    _declared("close", Text("结案", "Close"), "passed > closed", "duty_officer", "?other_person"),
    _declared(
        "evaluate",
        Text("评价归档", "Evaluate"),
        "closed > archived",
        "registrar assessor",
        "score ?other_person",
    ),
    _declared(
        "merge",
        Text("并案", "Merge"),
        "reported verifying to_file filed > merged",
        "registrar duty_officer",
        "other_case",
    ),
    _declared(
        "void",
        Text("作废", "Void"),
        "reported verifying to_file filed dispatched handling suspended fed_back checking passed > void",
        "duty_officer",
        "note",
    ),
    _declared(
        "urge",
        Text("督办", "Urge"),
        "filed dispatched handling suspended fed_back checking passed",
        "duty_officer assessor",
        "note",
    ),
    _declared(
        "note",
        Text("备注", "Note"),
        "open",
        "collector registrar duty_officer dispatcher handler assessor system",
        "note",
    ),
    _declared(
        "call_back",
        Text("回访", "Call back"),
        "closed archived",
        "registrar assessor system",
        "call_back ?of_hotline ?not_called_back ?other_person",
    ),
    _declared(
        "erase_reporter",
        Text("清除上报人信息", "Erase the reporter"),
        "all",
        "duty_officer",
        "note",
    ),
    _declared(
        "raise_label",
        Text("提高密级", "Raise the label"),
        "all",
        "registrar dispatcher duty_officer",
        "?can_be_raised",
    ),
    _declared(
        "lower_label",
        Text("降低密级", "Lower the label"),
        "all",
        "duty_officer",
        "note ?was_raised",
    ),
)
TRANSITIONS: Mapping[Step, Transition] = MappingProxyType({transition.step: transition for transition in _LIST})
