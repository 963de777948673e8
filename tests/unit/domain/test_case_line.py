"""A case in short tells its colour and the time left without a calendar; people become actors."""

from sanping.domain.case_line import CaseLine
from sanping.domain.people import Person
from sanping.domain.text import Text


def line(state: str = "handling", begun_ms: int = 1_000, due_ms: int = 5_000) -> CaseLine:
    return CaseLine(
        id="c1", rev=3, state=state, kind="event", case_class="0105", title_zh="水域不洁", title_en="Dirty water",
        source="rule", area="310107014", reported_ms=0, changed_ms=1_000, begun_ms=begun_ms, due_ms=due_ms,
        turns=((1_000, "green"), (3_000, "yellow"), (5_000, "red")),
    )  # fmt: skip


def test_the_colour_turns_at_its_moments() -> None:
    # given a clock from 1 s to 5 s that turns yellow half way
    # when it is looked at over time
    # then it is grey before it begins, and red from its end on
    assert [line().colour_at(at) for at in (999, 1_000, 2_999, 3_000, 5_000, 9_000)] == [
        "grey", "green", "green", "yellow", "red", "red",
    ]  # fmt: skip


def test_the_time_left_is_a_share_and_none_without_a_clock() -> None:
    # given the same clock, and a case whose clock rests
    # when the share that is left is asked for
    # then it runs from one to nothing, and a resting clock has none
    assert [line().left_at(at) for at in (0, 1_000, 3_000, 5_000, 9_000)] == [1.0, 1.0, 0.5, 0.0, 0.0]
    assert line(begun_ms=0, due_ms=0).left_at(3_000) is None


def test_a_closed_case_is_not_open_and_an_evaluated_one_has_its_stage() -> None:
    # given cases in several states
    # when they are asked
    # then only those with work left are open
    assert [line(state).is_open for state in ("reported", "checking", "closed", "void")] == [True, True, False, False]
    assert line("fed_back").stage == "feedback"


def test_a_person_acts_with_roles_areas_and_department() -> None:
    # given a river keeper
    keeper = Person(
        user="he", name=Text("何", "He"), roles=frozenset({"handler"}), areas=("310107",), department="river"
    )

    # when a step is taken
    # then it is theirs
    assert (keeper.actor.id, keeper.actor.department, keeper.actor.areas) == ("he", "river", ("310107",))
