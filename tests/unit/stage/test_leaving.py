"""The way out of a kiosk: the corner, the PIN, and the lock after wrong ones."""

import pytest

from sanping.stage.leaving import CornerTaps, PinTries, failed, is_pin, tapped

SIZE = (1920, 1080)


def taps_at(*times_ms: int, place: tuple[float, float] = (10.0, 10.0)) -> CornerTaps:
    taps = CornerTaps()
    for at in times_ms:
        taps = tapped(taps, place, SIZE, at)
    return taps


def test_five_quick_taps_in_the_corner_ask_for_the_way_out() -> None:
    # given taps in the upper left corner

    # when there are four, five within three seconds, and five that are slow
    asking = [taps_at(*times).is_asking for times in ((0, 1, 2, 3), (0, 700, 1400, 2100, 2900), (0, 1, 2, 3, 3100))]

    # then only five quick ones ask
    assert asking == [False, True, False]


def test_taps_elsewhere_ask_for_nothing() -> None:
    # given four taps in the corner and one in the middle of the screen
    taps = tapped(taps_at(0, 1, 2, 3), (960.0, 540.0), SIZE, 4)

    # when one more falls into the corner
    after = tapped(taps, (10.0, 10.0), SIZE, 5)

    # then counting has begun anew
    assert not taps.times_ms
    assert not after.is_asking
    assert not taps_at(0, 1, 2, 3, 4, place=(10.0, 400.0)).is_asking


def test_the_fifth_wrong_pin_locks_for_five_minutes() -> None:
    # given nobody who knows it
    tries = PinTries()

    # when five are wrong
    states = []
    for _ in range(5):
        tries = failed(tries, 1000)
        states.append(tries.is_locked(1001))

    # then only the last locks, for five minutes
    assert states == [False, False, False, False, True]
    assert tries.left_ms(1000) == 300_000
    assert tries.is_locked(300_999)
    assert not tries.is_locked(301_000)
    assert tries.failures == 0


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("1234", True),
        ("123456789012", True),
        ("123", False),
        ("1234567890123", False),
        ("12a4", False),
        ("１２３４", False),
    ],
)
def test_a_pin_has_four_to_twelve_digits(text: str, fits: bool) -> None:
    # given a text

    # when it is tried as a PIN
    found = is_pin(text)

    # then only digits that the pad has fit
    assert found is fits
