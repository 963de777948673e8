"""The life of alarms."""

import msgspec
import pytest

from sanping.domain.alarm import Alarm
from sanping.domain.errors import InputError
from sanping.twin.alarms import (
    acknowledged,
    after_findings,
    after_time,
    closed,
    many_acknowledged,
    many_closed,
    many_shelved,
    shelved,
)
from sanping.twin.watching import Raised, Returned

NOW_MS = 1_781_236_800_000
HOUR_MS = 3_600_000


def alarm(name: str = "a", **more: object) -> Alarm:
    plain = Alarm(
        id=name,
        rule="level",
        station=name,
        quantity="water_level",
        colour="yellow",
        state="active",
        title_zh="超警戒",
        title_en="above warning",
        raised_ms=NOW_MS,
        changed_ms=NOW_MS,
        group=f"level@{name}",
    )
    return msgspec.structs.replace(plain, **more)


def book(*alarms: Alarm) -> dict[str, Alarm]:
    return {item.id: item for item in alarms}


def test_an_alarm_lives_from_raised_over_acknowledged_to_closed() -> None:
    # given a new alarm
    changed = after_findings({}, [Raised(alarm=alarm())], NOW_MS)

    # when a person acknowledges it and its condition goes
    seen = acknowledged(changed, "a", "王工", NOW_MS + 1)
    gone = after_findings({"a": seen}, [Returned(alarm="a", event_ms=NOW_MS + 2)], NOW_MS + 2)

    # then it is closed, and remembers by whom it was seen
    assert (seen.state, seen.acknowledged_by) == ("acknowledged", "王工")
    assert gone["a"].state == "closed"


def test_an_alarm_whose_condition_goes_unseen_waits_for_a_person() -> None:
    # given an active alarm
    # when its condition goes before anybody looked
    gone = after_findings(book(alarm()), [Returned(alarm="a", event_ms=NOW_MS)], NOW_MS)

    # then it stays in the list as returned, until it is acknowledged
    assert gone["a"].state == "returned"
    assert acknowledged(gone, "a", "王工", NOW_MS).state == "closed"


def test_the_same_alarm_twice_is_one() -> None:
    # given an acknowledged alarm
    known = book(alarm(state="acknowledged"))

    # when it is raised again under the same id
    changed = after_findings(known, [Raised(alarm=alarm())], NOW_MS)

    # then nothing changes
    assert changed == {}


def test_a_shelved_alarm_returns_on_time_and_not_before() -> None:
    # given an alarm put aside for an hour
    aside = shelved(book(alarm()), "a", "王工", NOW_MS + HOUR_MS, NOW_MS)

    # when 59 and 60 minutes pass
    early, on_time = after_time({"a": aside}, NOW_MS + HOUR_MS - 1), after_time({"a": aside}, NOW_MS + HOUR_MS)

    # then it is active again after 60
    assert aside.state == "shelved"
    assert early == {}
    assert on_time["a"].state == "active"


def test_what_cannot_be_done_is_refused_with_the_reason() -> None:
    # given a closed alarm, an active one, and none
    known = book(alarm("done", state="closed"), alarm("open"))

    # when wishes come that make no sense
    with pytest.raises(InputError, match="没有这条告警"):
        acknowledged(known, "none", "王工", NOW_MS)
    with pytest.raises(InputError, match="已关闭"):
        acknowledged(known, "done", "王工", NOW_MS)
    with pytest.raises(InputError, match="已关闭"):
        closed(known, "done", "王工", NOW_MS)
    with pytest.raises(InputError, match="24"):
        shelved(known, "open", "王工", NOW_MS + 25 * HOUR_MS, NOW_MS)
    with pytest.raises(InputError, match="24"):
        shelved(known, "open", "王工", NOW_MS - 1, NOW_MS)

    # then the open one can still be closed
    assert closed(known, "open", "王工", NOW_MS).state == "closed"


def test_a_group_is_dealt_with_as_far_as_it_still_needs_it() -> None:
    # given four alarms of a group: new, seen, returned unseen, closed; and one that is forgotten
    known = book(alarm("new"), alarm("seen", state="acknowledged"), alarm("gone", state="returned"),
                 alarm("done", state="closed"))  # fmt: skip
    names = ["new", "seen", "gone", "done", "forgotten", "new"]

    # when the whole group is acknowledged, put aside and closed
    acknowledged_now = many_acknowledged(known, names, "王工", NOW_MS + 1)
    aside = many_shelved(known, names, "王工", NOW_MS + HOUR_MS, NOW_MS)
    closed_now = many_closed(known, names, "王工", NOW_MS + 1)

    # then each changes once and only where that makes sense
    assert {one.id: one.state for one in acknowledged_now} == {"new": "acknowledged", "gone": "closed"}
    assert len(acknowledged_now) == 2
    assert [one.id for one in aside] == ["new", "seen"]
    assert [one.id for one in closed_now] == ["new", "seen", "gone"]

    # and the same wish again changes nothing
    after = {**known, **book(*acknowledged_now)}
    assert many_acknowledged(after, names, "王工", NOW_MS + 2) == []

    # but a group of which nothing is known is refused, and so is a shelf that is too long
    with pytest.raises(InputError, match="没有这条告警"):
        many_acknowledged(known, ["x", "y"], "王工", NOW_MS)
    with pytest.raises(InputError, match="24"):
        many_shelved(known, names, "王工", NOW_MS + 25 * HOUR_MS, NOW_MS)
