"""Only declared steps lead on, only who may takes them, and no step of somebody else is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.small_responses import BEGUN_MS, MINUTE_MS, PLAN, asked, begun, by
from sanping.domain.case import Photo
from sanping.domain.errors import NotAllowed, RevisionStale, SanpingError, StepRefused
from sanping.domain.response import RESPONSE_STEPS, SETTLED, Response
from sanping.twin.responses.life import MOVES
from sanping.twin.responses.plans import proposed
from sanping.twin.responses.stepping import possible_steps, taken

PHOTO = Photo(id="a.jpg")
TASKS = ("pumps", "patrol", "close", "")
PEOPLE = (("duty_officer", ""), ("handler", "river"), ("handler", "drainage"), ("registrar", ""))


def walked(response: Response, *steps: tuple[str, str]) -> Response:
    """Return a response after steps of the officer, who may take all of them."""
    for step, task in steps:
        wish = asked(step, task, note="办", photos=(PHOTO,), level="II" if step == "level" else None)
        response = taken(response, wish, by(), PLAN)
    return response


def test_a_response_is_started_by_the_duty_officer_with_the_tasks_of_its_level() -> None:
    response = begun()

    assert [task.id for task in response.tasks] == ["pumps", "patrol"]
    assert [(task.due_ms - BEGUN_MS) / MINUTE_MS for task in response.tasks] == [10, 20]
    with pytest.raises(NotAllowed, match="值班长"):
        taken(None, asked("start"), by("handler", "river"), PLAN)


def test_a_department_works_on_its_own_tasks_and_nobody_elses() -> None:
    response = taken(begun(), asked("accept", "pumps"), by("handler", "drainage", 3), PLAN)

    pumps = response.task("pumps")

    assert pumps is not None
    assert (pumps.state, pumps.rev, pumps.by_name) == ("accepted", 1, "handler-drainage")
    with pytest.raises(NotAllowed, match="河道所"):
        taken(response, asked("accept", "patrol"), by("handler", "drainage"), PLAN)


def test_a_task_with_a_photo_and_confirmation_is_done_once_the_officer_says_so() -> None:
    accepted = taken(begun(), asked("accept", "patrol"), by("handler", "river"), PLAN)

    with pytest.raises(StepRefused, match="照片"):
        taken(accepted, asked("finish", "patrol"), by("handler", "river"), PLAN)
    reported = taken(accepted, asked("finish", "patrol", photos=(PHOTO,)), by("handler", "river", 9), PLAN)
    done = taken(reported, asked("confirm", "patrol"), by(minutes=30), PLAN)

    states = [task.state for one in (accepted, reported, done) for task in one.tasks if task.id == "patrol"]
    assert states == ["accepted", "reported", "done"]
    assert done.task("patrol").late_ms(BEGUN_MS + 99 * MINUTE_MS) == 0  # type: ignore[union-attr]  # it is there


def test_a_task_waits_for_those_before_it() -> None:
    raised = walked(begun(), ("level", ""), ("accept", "close"))

    with pytest.raises(StepRefused, match="泵站全开、堤防巡查"):
        walked(raised, ("finish", "close"))
    free = walked(raised, ("accept", "pumps"), ("finish", "pumps"), ("waive", "patrol"), ("finish", "close"))

    assert [task.state for task in free.tasks] == ["done", "waived", "done"]


def test_a_higher_level_gives_its_tasks_at_once_and_a_lower_one_takes_back_what_nobody_took_up() -> None:
    raised = taken(begun(), asked("level", level="II", note="水还在涨"), by(minutes=12), PLAN)
    lowered = taken(raised, asked("level", level="III", note="退水"), by(minutes=20), PLAN)
    again = taken(lowered, asked("level", level="I", note="又涨"), by(minutes=25), PLAN)

    assert raised.task("close").due_ms == BEGUN_MS + 42 * MINUTE_MS  # type: ignore[union-attr]  # it is there
    assert lowered.task("close").state == "waived"  # type: ignore[union-attr]  # likewise
    assert again.task("close").due_ms == BEGUN_MS + 55 * MINUTE_MS  # type: ignore[union-attr]  # likewise
    with pytest.raises(StepRefused, match="Ⅰ级响应"):
        taken(again, asked("level", level="I", note="再"), by(), PLAN)


def test_a_response_ends_when_nothing_is_left_and_nothing_follows() -> None:
    with pytest.raises(StepRefused, match="还有 2 项"):
        walked(begun(), ("end", ""))
    ended = walked(begun(), ("waive", "pumps"), ("waive", "patrol"), ("end", ""))

    assert (ended.state, ended.summary) == ("ended", "办")
    with pytest.raises(StepRefused, match="已结束"):
        walked(ended, ("note", ""))


def test_two_people_on_one_task_are_told_and_two_on_two_tasks_are_not() -> None:
    seen = begun()
    first = taken(seen, asked("accept", "pumps", if_rev=0), by("handler", "drainage"), PLAN)

    with pytest.raises(RevisionStale, match="第 0 步"):
        taken(first, asked("refuse", "pumps", if_rev=0, note="停电"), by("handler", "drainage"), PLAN)
    second = taken(first, asked("accept", "patrol", if_rev=0), by("handler", "river"), PLAN)

    assert [task.state for task in second.tasks] == ["accepted", "accepted"]


def test_an_overdue_task_turns_red_and_is_taken_up_step_by_step() -> None:
    response = begun()
    pumps = response.tasks[0]

    colours = [pumps.colour_at(BEGUN_MS + minutes * MINUTE_MS) for minutes in (1, 6, 9, 11)]
    reached = [response.taken_to(pumps, BEGUN_MS + minutes * MINUTE_MS) for minutes in (11, 16, 26)]

    assert colours == ["green", "yellow", "orange", "red"]
    assert [step.to_zh if step else "" for step in reached] == ["", "负责人", "值班长"]


def test_the_plan_of_a_rule_is_proposed_before_that_of_a_class() -> None:
    assert proposed([PLAN], rule="level-warning") == ("flood",)
    assert proposed([PLAN], case_class="event:0504") == ("flood",)
    assert proposed([PLAN], case_class="event:0102") == ()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(RESPONSE_STEPS), st.sampled_from(TASKS), st.sampled_from(PEOPLE), st.booleans(),
            st.integers(-1, 3),
        ),
        max_size=30,
    )
)  # fmt: skip
def test_whatever_people_try_only_declared_steps_are_taken_and_none_is_lost(tries) -> None:  # type: ignore[no-untyped-def]  # drawn above
    response, log = begun(), 0
    for minute, (step, task, (role, department), has_all, if_rev) in enumerate(tries):
        wish = asked(
            step, task, note="办" if has_all else "", photos=(PHOTO,) if has_all else (), department="river",
            level="II" if has_all else None, if_rev=None if if_rev < 0 else if_rev,
        )  # fmt: skip
        who = by(role, department, minute)
        before = response.task(task) if MOVES[step].before else None
        may = {move.step for move in possible_steps(response, before, who.who)}
        try:
            after = taken(response, wish, who, PLAN)
        except SanpingError:
            continue
        log += 1
        assert step in may
        changed = {one.id for one in after.tasks if response.task(one.id) not in (None, one)}
        assert changed <= ({task} if MOVES[step].before else {"close"})
        if before is not None:
            assert before.state in MOVES[step].before
            assert after.task(task).rev == before.rev + 1  # type: ignore[union-attr]  # it was there
            assert if_rev in (-1, before.rev)
        assert after.rev == response.rev + 1 == 1 + log
        assert after.state != "ended" or all(one.state in SETTLED for one in after.tasks)
        response = after
