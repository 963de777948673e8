"""What a screen knows of its room comes from the hub's messages alone, and is the same on every screen."""

from dataclasses import replace

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sanping.stage.show import ShowState, parted, welcomed, with_presence, with_shown
from sanping.wire.show import FloorState, Member, Presence, Shown

START = welcomed(ShowState(me="wall"), room="main", role="operator")


def shown(revision: int, key: str = "style", value: bytes = b'"day"') -> Shown:
    return Shown(revision=revision, key=key, value=msgspec.Raw(value), by="desk", at_ms=5)  # type: ignore[arg-type]


def test_the_newest_value_of_each_key_holds() -> None:
    # given a room that shows a style
    show = with_shown(START, shown(3))

    # when an older value comes late, then a newer one, and one of another key
    late = with_shown(show, shown(2, value=b'"night"'))
    newer = with_shown(with_shown(late, shown(4, value=b"null")), shown(5, "pointer", b"null"))

    # then the late one changes nothing and the newest hold
    assert late is show
    assert (newer.values["style"].value, newer.values["style"].revision) == (b"null", 4)
    assert (newer.values["pointer"].by, newer.values["pointer"].at_ms, newer.revision) == ("desk", 5, 5)


def test_who_is_there_is_a_snapshot_and_then_differences() -> None:
    # given a room of two
    desk, wall = Member(screen="desk", kind="desk"), Member(screen="wall", kind="wall")
    show = with_presence(START, Presence(members=(desk, wall), is_all=True))

    # when one changes, another comes, and one leaves
    moved = msgspec.structs.replace(wall, follows=False)
    phone = Member(screen="phone", kind="phone")
    show = with_presence(show, Presence(members=(moved, phone), left=("desk",)))

    # then those are there that are; a new snapshot starts over
    assert dict(show.members) == {"wall": moved, "phone": phone}
    assert set(with_presence(show, Presence(members=(desk,), is_all=True)).members) == {"desk"}


def test_who_lost_the_hub_leads_no_more_but_shows_what_it_showed() -> None:
    # given a wall that leads
    show = replace(with_shown(START, shown(1)), floor=FloorState(holder="wall", fence=7, queue=("desk",)))
    assert show.is_leading

    # when the link is lost, and found again
    lost = parted(show)
    back = welcomed(lost, room="main", role="viewer")

    # then nobody leads, the values stood while it was away, and all comes anew
    assert (lost.is_leading, lost.floor.holder, lost.floor.fence, set(lost.values)) == (False, "", 7, {"style"})
    assert parted(lost) is lost
    assert (back.is_linked, dict(back.values), back.role) == (True, {}, "viewer")


@given(st.permutations(range(1, 9)))
def test_in_whatever_order_values_come_all_screens_end_alike(order: list[int]) -> None:
    # given the same eight writes of two keys
    writes = {number: shown(number, "style" if number % 2 else "focus", str(number).encode()) for number in range(1, 9)}

    # when they come in any order
    show = START
    for number in order:
        show = with_shown(show, writes[number])

    # then the last of each key is shown
    assert {key: value.revision for key, value in show.values.items()} == {"style": 7, "focus": 8}
