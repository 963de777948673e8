"""When a desk that nobody touches is locked."""

from sanping.stage.idling import Idling, opened, touched

LIMIT_MS = 15 * 60_000


def test_it_locks_at_the_very_millisecond_and_no_late_hand_keeps_it_open() -> None:
    # given a desk that was touched at 1 000 ms
    idling = Idling(touched_ms=1_000, limit_ms=LIMIT_MS)

    # when the last millisecond has not passed, and when it has
    before, at = 1_000 + LIMIT_MS - 1, 1_000 + LIMIT_MS

    # then a hand counts in the one and changes nothing in the other
    assert not idling.is_due(before)
    assert idling.left_ms(before) == 1
    assert touched(idling, before).touched_ms == before
    assert idling.is_due(at)
    assert touched(idling, at) == idling


def test_a_locked_desk_stays_locked_until_it_is_opened() -> None:
    # given a desk that was locked a moment after it was touched
    locked = Idling(touched_ms=0, limit_ms=LIMIT_MS, is_locked=True)

    # when it is touched, and when it is opened
    after = opened(locked, 5_000)

    # then only opening counts, from that moment on
    assert touched(locked, 1).is_due(2)
    assert not after.is_due(5_000 + LIMIT_MS - 1)
    assert after.is_due(5_000 + LIMIT_MS)


def test_without_a_limit_it_never_locks() -> None:
    assert not Idling(touched_ms=0).is_due(10**12)
