"""The life of a case: who may do what and when; handler and checker differ; forms are whole; clocks follow."""

import re
from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace

from fakes.case_stories import (
    AFTER,
    AREA,
    COLLECTOR,
    DISPATCHER,
    GARBAGE,
    HANDLER,
    OFFICER,
    PEOPLE,
    REGISTRAR,
    TO_CLOSED,
    bundled_rules,
    china_ms,
    lived,
    lived_until,
    whole_form,
)
from sanping.domain.call import HOTLINE
from sanping.domain.case import (
    ENDED,
    STATE_TITLES,
    STATES,
    STEPS,
    Actor,
    Case,
    CaseRole,
    NewCase,
    Photo,
    Reporter,
    Stage,
    State,
    Step,
)
from sanping.domain.errors import InputError, NotAllowed, SanpingError, StepRefused
from sanping.formats.governance import TABLES
from sanping.twin.cases.life import AFTERWARDS, TRANSITIONS, Guard, Need
from sanping.twin.cases.privacy import seen_by
from sanping.twin.cases.stepping import possible_steps, taken

NOW = china_ms("2026-06-02 10:00:00")


def after(case: Case, step: Step, who: Actor | None = None, at_ms: int = NOW) -> Case:
    return taken(case, whole_form(step), who or PEOPLE[step], at_ms, bundled_rules())


def test_the_table_of_steps_uses_only_words_that_exist() -> None:
    # given every declared step
    steps = TRANSITIONS.values()

    # when their words are gathered
    # then each is one of its type, every step is declared, and every state can be reached
    assert set(TRANSITIONS) == set(STEPS)
    assert {state for step in steps for state in step.before} <= set(STATES)
    assert {step.after for step in steps if step.after} == set(STATES)
    assert {role for step in steps for role in step.roles} == set(get_args(CaseRole))
    assert {need for step in steps for need in step.needs} == set(get_args(Need))
    assert {guard for step in steps for guard in step.guards} == set(get_args(Guard))
    assert {step.step for step in steps if step.before & ENDED} == AFTERWARDS
    assert set(STATE_TITLES) == set(STATES)


def test_a_case_goes_the_usual_way_through_all_seven_stages() -> None:
    # given a collector's report

    # when everybody does their part
    stages: list[Stage] = []
    case = None
    for step in (*TO_CLOSED, "evaluate"):
        case = taken(case, whole_form(step), PEOPLE[step], NOW, bundled_rules())
        stages.append(case.stage)

    # then it passes through the stages in their order and ends archived
    assert case is not None
    assert list(dict.fromkeys(stages)) == list(get_args(Stage))
    assert (case.state, case.rev, case.score, case.is_solved) == ("archived", 10, 5, True)
    assert all(clock.ended_ms for clock in case.clocks)


@pytest.mark.parametrize("state", STATES)
def test_a_step_is_possible_in_its_states_only(state: State) -> None:
    # given a case in a state, with whatever any step could wait for
    case = replace(lived_until("sign", NOW), state=state, source=HOTLINE)

    # when every step is tried by somebody who may take it
    wrong = []
    for step in TRANSITIONS.values():
        if step.step == "report":
            continue
        refused: SanpingError | None = None
        try:
            after(case, step.step)
        except SanpingError as error:
            refused = error
        if state not in step.before and not (isinstance(refused, StepRefused) and "不能" in refused.message.zh):
            wrong.append(step.step)

    # then outside its states it is refused in words, and an ended case takes none
    assert not wrong
    assert state not in ENDED or not {step.step for step in possible_steps(case, OFFICER, bundled_rules())} - AFTERWARDS


@pytest.mark.parametrize(("step", "text"), [("pass_check", "核查"), ("close", "结案")])
def test_who_handled_a_case_may_neither_check_nor_close_it(step: Step, text: str) -> None:
    # given a case that waits for the step, and people who worked on it or belong to that department
    case = lived_until(TO_CLOSED[TO_CLOSED.index(step) - 1], NOW)
    roles = TRANSITIONS[step].roles
    same_person = Actor(id=HANDLER.id, roles=roles, areas=("",))
    same_department = Actor(id="another", roles=roles, areas=("",), department=HANDLER.department)

    # when they try
    # then both are refused, and somebody else is not
    for who in (same_person, same_department):
        with pytest.raises(NotAllowed, match=text):
            after(case, step, who)
        assert step not in [possible.step for possible in possible_steps(case, who, bundled_rules())]
    assert after(case, step).rev == case.rev + 1


def test_wrong_role_area_and_department_are_told_apart() -> None:
    # given a dispatched case
    case = lived_until("dispatch", NOW)

    # when people sign for it who may not
    # then each is told what is wrong
    with pytest.raises(NotAllowed, match="专业部门"):
        after(case, "sign", COLLECTOR)
    with pytest.raises(NotAllowed, match=AREA):
        after(case, "sign", replace(HANDLER, areas=("3206",)))
    with pytest.raises(NotAllowed, match="绿化市容局"):
        after(case, "sign", replace(HANDLER, department="水务局"))
    with pytest.raises(NotAllowed, match=AREA):
        after(case, "sign", replace(HANDLER, areas=()))


def test_a_public_complaint_is_verified_on_site_before_it_is_filed() -> None:
    # given a call to 12345
    call = replace(GARBAGE, source="hotline_12345")
    case = lived(("report", NOW), new=call)

    # when it is registered without a look, and again after one that confirms or refutes it
    with pytest.raises(StepRefused, match="核实"):
        after(case, "register")
    confirmed = lived(("report", NOW), ("send_to_verify", NOW), ("confirm", NOW), ("file", NOW), new=call)
    refuted = lived(("report", NOW), ("send_to_verify", NOW), ("refute", NOW), new=call)

    # then only the confirmed one is filed, and the refuted one can be declined
    assert confirmed.state == "filed"
    with pytest.raises(StepRefused):
        after(refuted, "register")
    assert after(refuted, "decline").state == "declined"


def test_more_time_and_suspension_are_asked_by_one_and_granted_by_another() -> None:
    # given a case in work, and a handler who is a dispatcher too
    case = lived_until("sign", NOW)
    both = replace(HANDLER, roles=frozenset({"handler", "dispatcher", "duty_officer"}))

    # when time is asked for, and a suspension
    asked = after(case, "ask_extension", both)
    longer = after(asked, "grant_extension")
    waiting = after(after(longer, "ask_suspension"), "grant_suspension", at_ms=china_ms("2026-06-02 11:00:00"))
    resumed = after(waiting, "resume", at_ms=china_ms("2026-06-03 11:00:00"))

    # then nobody grants their own wish, the limit grows, and the clock stands while it is suspended
    with pytest.raises(NotAllowed, match="自己的申请"):
        after(asked, "grant_extension", both)
    with pytest.raises(StepRefused, match="申请"):
        after(asked, "feed_back")
    assert case.due_ms == china_ms("2026-06-03 10:00:00")
    assert longer.due_ms == china_ms("2026-06-04 10:00:00")
    assert (waiting.state, waiting.due_ms) == ("suspended", 0)
    assert resumed.due_ms == china_ms("2026-06-05 10:00:00")
    with pytest.raises(StepRefused, match="挂账"):
        after(asked, "grant_suspension")
    assert after(asked, "refuse_request").request is None


def test_help_must_be_done_before_feedback_and_only_by_who_was_asked() -> None:
    # given a case for which the water department was asked to help
    case = after(lived_until("sign", NOW), "ask_help")

    # when feedback is given before and after the help
    # then it waits for the help, which nobody else can report and nobody is asked for twice
    with pytest.raises(StepRefused, match="水务局"):
        after(case, "feed_back")
    with pytest.raises(NotAllowed, match="协办"):
        after(case, "help_done", HANDLER)
    with pytest.raises(StepRefused, match="另一部门"):
        after(case, "ask_help")
    assert after(after(case, "help_done"), "feed_back").state == "fed_back"


def test_rework_goes_on_with_the_time_that_is_left() -> None:
    # given a case fed back after two hours, and checked a day later
    case = lived_until("sign", NOW)
    fed_back = after(case, "feed_back", at_ms=china_ms("2026-06-02 14:00:00"))
    checking = after(fed_back, "send_to_check", at_ms=china_ms("2026-06-02 14:00:00"))

    # when the check fails
    again = after(checking, "fail_check", at_ms=china_ms("2026-06-03 14:00:00"))

    # then three of eight hours are used (noon is free), five are left, and the clock of checking has ended
    assert (again.state, again.reworks) == ("handling", 1)
    assert fed_back.due_ms == china_ms("2026-06-03 09:00:00")
    assert again.due_ms == china_ms("2026-06-04 10:00:00")
    assert [clock.kind for clock in again.clocks if not clock.ended_ms] == ["handling"]


def test_a_returned_case_gets_a_new_clock_with_the_next_department() -> None:
    # given a case that the first department returned on the second day
    case = after(lived_until("sign", NOW), "return", at_ms=china_ms("2026-06-03 09:00:00"))

    # when it is dispatched again
    again = after(case, "dispatch", at_ms=china_ms("2026-06-03 10:00:00"))

    # then the return is counted and the next department has its whole day
    assert (case.state, case.department, case.returns) == ("filed", "", 1)
    assert (again.dispatches, again.due_ms) == (2, china_ms("2026-06-04 10:00:00"))


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"case_class": "0999"}, InputError, "0999"),
        ({"source": "rumour"}, InputError, "rumour"),
        ({"area": "3101"}, InputError, "3101"),
        ({"area": "320602001"}, InputError, "320613"),
        ({"lon_deg": 120.0}, InputError, "普陀区"),
        ({"lon_deg": None}, InputError, "只有"),
        ({"lon_deg": 351234.0, "lat_deg": 12.0}, InputError, "经纬度"),
    ],
)
def test_a_report_with_codes_or_places_that_do_not_exist_is_refused(
    change: dict[str, object], error: type[Exception], says: str
) -> None:
    # given a report with one thing wrong
    new = replace(GARBAGE, **change)

    # when it comes in
    # then the message names it
    with pytest.raises(error, match=says):
        lived(("report", NOW), new=new)


def test_a_report_at_zero_zero_has_no_place() -> None:
    # given a report whose place was never measured
    new = replace(GARBAGE, lon_deg=0.0, lat_deg=0.0)

    # when it comes in
    case = lived(("report", NOW), new=new)

    # then the case has none, rather than one in the Gulf of Guinea
    assert (case.lon_deg, case.lat_deg) == (None, None)


def test_a_form_that_is_not_whole_or_too_large_is_refused_in_words() -> None:
    # given a case in work
    case = lived_until("sign", NOW)
    form = whole_form("feed_back")
    huge = Photo(id="huge", moment="after", size_bytes=40 << 20)

    # when feedback lacks a note, lacks a photo of afterwards, or carries one of 40 MB
    # then each is named, and the case stays as it is
    for wrong, says in [
        (replace(form, note=" "), "说明"),
        (replace(form, photos=(replace(AFTER, moment="before"),)), "处置后"),
        (replace(form, photos=(AFTER, huge)), "40 MB"),
        (replace(form, photos=(AFTER,) * 13), "12 张"),
        (replace(form, note="字" * 2001), "2000"),
    ]:
        with pytest.raises(StepRefused, match=says):
            taken(case, wrong, HANDLER, NOW, bundled_rules())
    assert case.state == "handling"


def test_time_does_not_run_backwards_when_a_clock_was_set_back() -> None:
    # given a case, and a hub whose clock was set back an hour
    case = lived_until("sign", NOW)

    # when the next step is taken
    later = after(case, "feed_back", at_ms=NOW - 3_600_000)

    # then it has the time of the step before
    assert later.changed_ms == NOW


def test_a_case_that_is_there_is_not_reported_again_and_one_that_is_not_takes_no_step() -> None:
    # given a case
    case = lived(("report", NOW))

    # when it is reported again, and a step is taken on nothing
    # then both are refused
    with pytest.raises(StepRefused, match="已存在"):
        after(case, "report")
    with pytest.raises(StepRefused, match="没有案件"):
        taken(None, whole_form("file"), OFFICER, NOW, bundled_rules())


def test_possible_steps_are_those_that_can_be_taken() -> None:
    # given cases along the usual way
    cases = [lived_until(step, NOW) for step in TO_CLOSED]

    # when each person's steps are asked for and taken with a whole form
    people = {who.id: who for who in PEOPLE.values()}.values()
    rules = bundled_rules()
    offered = [(case, who, step.step) for case in cases for who in people for step in possible_steps(case, who, rules)]

    # then each can be taken, and the dispatcher of a filed case is offered to dispatch it
    assert all(after(case, step, who).rev == case.rev + 1 for case, who, step in offered)
    filed = lived_until("file", NOW)
    assert [step.step for step in possible_steps(filed, DISPATCHER, bundled_rules())] == ["dispatch", "note"]


def test_personal_data_are_whole_masked_or_gone_by_role() -> None:
    # given who called
    caller = Reporter(name="王小明", phone="13812345678", address="真如路 1 号")
    rules = bundled_rules()

    # when different people look
    # then a registrar sees all, a handler the ends, a wall nothing
    assert seen_by(caller, REGISTRAR.roles, rules) == caller
    assert seen_by(caller, HANDLER.roles, rules) == Reporter(name="王**", phone="138****5678")
    assert seen_by(caller, frozenset(), rules) == Reporter()
    assert seen_by(Reporter(name="王", phone="110"), HANDLER.roles, rules) == Reporter(name="*", phone="*10")


def test_no_message_of_a_step_has_an_unfilled_placeholder() -> None:
    # given a case somebody may not touch
    case = lived_until("dispatch", NOW)

    # when every step is tried by everybody
    said = []
    for step in STEPS:
        for who in PEOPLE.values():
            try:
                after(case, step, who)
            except SanpingError as error:
                said += [error.in_language("zh"), error.in_language("en")]

    # then no refusal has a brace in it
    assert said
    assert not [words for words in said if re.search(r"[{}]", words)]


def test_a_new_case_needs_its_form() -> None:
    # given a report without anything in it
    empty = replace(whole_form("report"), new=None)
    unknown = NewCase(kind="event", case_class="", source="collector", area=AREA)

    # when it comes in
    # then what is missing is named
    with pytest.raises(StepRefused, match="类别"):
        taken(None, empty, COLLECTOR, NOW, bundled_rules())
    with pytest.raises(InputError, match="事件"):
        taken(None, replace(empty, new=unknown), COLLECTOR, NOW, bundled_rules())


def test_the_reference_page_names_every_step_and_table() -> None:
    # given the page on cases
    page = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "cases.md").read_text("utf-8")

    # when steps and tables are looked for in it
    # then none is missing
    assert [step for step in STEPS if f"`{step}`" not in page] == []
    assert [name for name in TABLES if f"`{name}`" not in page] == []
