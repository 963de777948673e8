"""One screen leads at a time, and a late write of the one before is known by its fence."""

from hypothesis import given
from hypothesis import strategies as st

from sanping.stage.floor import (
    FREE,
    LEASE_MS,
    Floor,
    denied,
    granted,
    left,
    locked,
    may_write,
    passed,
    renewed,
    requested,
    seized,
)


def test_a_free_floor_is_given_at_once_and_the_next_waits() -> None:
    # given a free floor
    # when two screens ask for it
    floor = requested(requested(FREE, "desk", 0), "phone", 1)

    # then the first leads and the second waits
    assert (floor.holder, floor.queue) == ("desk", ("phone",))
    assert may_write(floor, "desk", floor.fence, 2)
    assert not may_write(floor, "phone", floor.fence, 2)


def test_a_lease_that_ran_out_goes_to_the_next_and_the_old_fence_is_worth_nothing() -> None:
    # given a desk that leads and a phone that waits
    floor = requested(requested(FREE, "desk", 0), "phone", 1)
    old = floor.fence

    # when the desk says nothing for a lease
    after = passed(floor, LEASE_MS)

    # then the phone leads, and a late write of the desk does not count
    assert after.holder == "phone"
    assert after.fence > old
    assert not may_write(after, "desk", old, LEASE_MS)


def test_writing_keeps_the_lease() -> None:
    # given a desk that leads
    floor = requested(FREE, "desk", 0)

    # when it renews just in time
    floor = renewed(floor, "desk", LEASE_MS - 1)

    # then it still leads after the first lease would have ended
    assert passed(floor, LEASE_MS + 1).holder == "desk"


def test_the_wall_takes_the_floor_from_anybody_and_giving_up_hands_it_on() -> None:
    # given a phone that leads a locked room while the desk waits
    floor = locked(requested(requested(FREE, "phone", 0), "desk", 0), "phone", 0, is_locked=True)
    assert floor.is_locked

    # when the wall seizes it, and later gives it up
    seizing = seized(floor, "wall", 1)
    after = left(seizing, "wall", 2)

    # then the desk, which waited, leads, unlocked
    assert (seizing.holder, seizing.queue, seizing.is_locked) == ("wall", ("desk",), False)
    assert after.holder == "desk"


def test_only_who_asked_can_be_granted_and_who_is_denied_waits_no_more() -> None:
    # given a desk that leads while a phone waits
    floor = requested(requested(FREE, "desk", 0), "phone", 0)

    # when it grants the floor to a stranger, denies the phone, or grants it
    # then nothing changes, nobody waits, or the phone leads
    assert granted(floor, "stranger", 1) == floor
    assert denied(floor, "phone").queue == ()
    assert granted(floor, "phone", 1).holder == "phone"


def test_a_guest_waits_until_somebody_grants_it_even_when_nobody_leads() -> None:
    # given a free room in which a visitor's phone asks
    floor = requested(FREE, "phone", 0, is_guest=True)
    assert (floor.holder, floor.queue) == ("", ("phone",))

    # when the desk leads for a while and gives up, or the floor is granted
    led = requested(floor, "desk", 1)
    free = left(led, "desk", 2)
    given = granted(free, "phone", 3)

    # then the phone gets the floor by the grant only, and counts as nobody's guest afterwards
    assert (led.holder, led.queue) == ("desk", ("phone",))
    assert (free.holder, free.queue) == ("", ("phone",))
    assert (given.holder, given.queue, given.guests) == ("phone", (), frozenset())


def asked_as_a_guest(floor: Floor, screen: str, now_ms: int) -> Floor:
    return requested(floor, screen, now_ms, is_guest=True)


STEPS = (requested, asked_as_a_guest, renewed, left, granted, seized)


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from("abc"), st.integers(0, 15_000)), max_size=60))
def test_whatever_happens_the_fence_never_falls_and_nobody_waits_for_himself(steps: list) -> None:  # type: ignore[type-arg]
    # given a floor and any steps in any order, with any times between them
    floor, now_ms = FREE, 0

    for step, screen, later_ms in steps:
        # when one is done
        now_ms += later_ms
        before, floor = floor, step(floor, screen, now_ms)

        # then a new holder has a new fence, nobody stands in the queue twice, and who leads does not wait
        assert isinstance(floor, Floor)
        assert floor.fence >= before.fence
        assert floor.holder == before.holder or not floor.holder or floor.fence > before.fence
        assert len(set(floor.queue)) == len(floor.queue)
        assert not floor.holder or floor.holder not in floor.queue
        assert floor.holder or set(floor.queue) == floor.guests
        assert floor.guests <= set(floor.queue)
