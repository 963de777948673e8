"""What follows when the work on a case is over: who rang is called back, and who reported can be erased."""

import pytest
from msgspec.structs import replace

from fakes.case_stories import ASSESSOR, OFFICER, PEOPLE, REGISTRAR, bundled_rules, china_ms, lived_until, whole_form
from sanping.domain.call import HOTLINE
from sanping.domain.case import CallBack, Case, Step
from sanping.domain.errors import InputError, NotAllowed, StepRefused
from sanping.twin.cases.stepping import taken

NOW = china_ms("2026-06-02 10:00:00")


def after(case: Case, step: Step) -> Case:
    return taken(case, whole_form(step), PEOPLE[step], NOW, bundled_rules())


def test_only_closed_cases_of_the_hotline_are_called_back_and_only_until_somebody_answers() -> None:
    # given a closed case of the hotline and one of a collector
    of_hotline = replace(lived_until("close", NOW), source=HOTLINE)
    asked = whole_form("call_back")
    missed = replace(asked, call_back=CallBack(is_reached=False))

    # when nobody answers at first, and then somebody does
    once = taken(of_hotline, missed, ASSESSOR, NOW + 1, bundled_rules())
    twice = taken(once, asked, ASSESSOR, NOW + 2, bundled_rules())

    # then both calls are kept with their moments, the last counts, and a third is refused, as is the collector's case
    assert once.called_back is None
    assert [call.at_ms for call in twice.call_backs] == [NOW + 1, NOW + 2]
    assert twice.called_back == CallBack(is_answered=True, is_solved=True, score=4, at_ms=NOW + 2)
    assert (twice.state, twice.score, twice.due_ms) == ("closed", 0, 0)
    with pytest.raises(StepRefused, match="已回访过"):
        taken(twice, asked, ASSESSOR, NOW + 3, bundled_rules())
    with pytest.raises(StepRefused, match="12345"):
        after(lived_until("close", NOW), "call_back")
    with pytest.raises(StepRefused, match="现在是"):
        after(replace(lived_until("pass_check", NOW), source=HOTLINE), "call_back")


@pytest.mark.parametrize(
    "call",
    [None, CallBack(), CallBack(is_reached=False, score=4), CallBack(score=9), CallBack(is_solved=True, score=-1)],
)
def test_a_call_back_says_something_if_and_only_if_somebody_was_reached(call: CallBack | None) -> None:
    # given a closed case of the hotline
    case = replace(lived_until("close", NOW), source=HOTLINE)

    # when a form comes that says nothing, or too much
    # then it is refused in words
    with pytest.raises(StepRefused, match="回访结果"):
        taken(case, replace(whole_form("call_back"), call_back=call), ASSESSOR, NOW, bundled_rules())


def test_a_reporter_is_erased_at_any_time_with_a_reason_and_photos_that_are_there() -> None:
    # given an archived case with a photo
    archived = after(lived_until("close", NOW), "evaluate")
    form = replace(whole_form("erase_reporter"), photos=(), erased_photos=("after",))

    # when its reporter is erased with that photo
    erased = taken(archived, form, OFFICER, NOW, bundled_rules())

    # then the step is kept and the photo gone; without a reason, by others, or of another photo it is refused
    assert (erased.state, erased.rev, erased.photos) == ("archived", archived.rev + 1, ())
    with pytest.raises(StepRefused, match="说明"):
        taken(archived, replace(form, note=" "), OFFICER, NOW, bundled_rules())
    with pytest.raises(NotAllowed, match="值班长"):
        taken(archived, form, REGISTRAR, NOW, bundled_rules())
    with pytest.raises(InputError, match="没有照片"):
        taken(archived, replace(form, erased_photos=("x",)), OFFICER, NOW, bundled_rules())
