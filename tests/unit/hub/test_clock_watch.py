"""Clocks of the hub's machine that are set or wrong: noticed, and never a reason to drop what was acknowledged."""

import pytest

from fakes.small_river import gauge
from sanping.domain.observation import Observation
from sanping.hub.clock_watch import ClockWatch, is_plainly_wrong
from sanping.hub.intake import Intake

NOON_MS = 1_795_248_000_000  # in November 2026
HOUR_MS = 3_600_000


class Clocks:
    """A time of day and a clock that only goes forward, moved by hand."""

    def __init__(self) -> None:
        self.wall_ms, self.tick_ms = NOON_MS, 500

    def pass_ms(self, passed_ms: int, set_by_ms: int = 0) -> None:
        self.wall_ms += passed_ms + set_by_ms
        self.tick_ms += passed_ms


@pytest.mark.parametrize(
    ("by_ms", "told_ms"), [(0, 0), (1000, 0), (-1000, 0), (HOUR_MS, HOUR_MS), (-HOUR_MS, -HOUR_MS)]
)
def test_a_clock_that_was_set_is_noticed_once_and_one_that_was_trimmed_is_not(by_ms: int, told_ms: int) -> None:
    # given a clock that ran for a while
    clocks = Clocks()
    watch = ClockWatch(lambda: clocks.wall_ms, lambda: clocks.tick_ms)
    clocks.pass_ms(5000)
    assert watch.set_by_ms() == 0

    # when it is set between two looks
    clocks.pass_ms(5000, by_ms)
    told = watch.set_by_ms()

    # then that is told, and it is as good as any other clock afterwards
    assert told == told_ms
    clocks.pass_ms(5000)
    assert watch.set_by_ms() == 0


def test_it_is_never_earlier_than_it_was() -> None:
    # given a clock that is set back by a month, and one that begins behind what is kept
    clocks = Clocks()
    watch = ClockWatch(lambda: clocks.wall_ms, lambda: clocks.tick_ms)
    clocks.pass_ms(1000, -30 * 24 * HOUR_MS)
    watch.set_by_ms()
    behind = ClockWatch(lambda: clocks.wall_ms, lambda: clocks.tick_ms)
    behind.was(NOON_MS)

    # when some time has passed
    clocks.pass_ms(1000)

    # then it is at least as late as it was, and that much later
    assert watch.least_ms() == NOON_MS + 2000
    assert behind.least_ms() == NOON_MS + 1000


def reported(intake: Intake, event_ms: int, now_ms: int, least_ms: int = 0) -> tuple[list[str], dict[str, int]]:
    """Return the origins of what is kept of a report, and what was counted."""
    row = Observation(station="A1", quantity="water_level", value=event_ms % 97 / 100, unit="m", event_ms=event_ms)
    accepted = intake.accept([row], source="s", adapter="trial", is_simulated=False, now_ms=now_ms, least_ms=least_ms)
    return [kept.origin for kept in accepted.rows], dict(accepted.counts)


def test_what_devices_report_is_kept_while_the_hub_believes_in_1970() -> None:
    # given a hub whose machine starts without a battery
    intake = Intake([gauge("up", 0.0, addresses={"trial": "A1"})])
    assert is_plainly_wrong(1000)

    # when a device reports, late ones follow, and the clock is put right
    live, counts = reported(intake, NOON_MS, 1000)
    late, _ = reported(intake, NOON_MS - 24 * HOUR_MS, 2000)
    right, counts_right = reported(intake, NOON_MS + 60_000, NOON_MS + 61_000)

    # then all are kept, by what they say of themselves, and it is counted that the clock was wrong
    assert (live, late, right) == (["live"], ["late"], ["live"])
    assert counts["clock_wrong"] == 1
    assert "clock_wrong" not in counts_right


def test_a_clock_an_hour_off_keeps_everything_and_calls_nothing_live_that_may_not_be() -> None:
    # given a hub whose clock is an hour slow, then an hour fast
    intake = Intake([gauge("up", 0.0, addresses={"trial": "A1"})])

    # when devices with right clocks report
    slow, counts_slow = reported(intake, NOON_MS, NOON_MS - HOUR_MS)
    fast, counts_fast = reported(intake, NOON_MS + 60_000, NOON_MS + HOUR_MS)

    # then their values are kept and marked
    assert (slow, fast) == (["late"], ["late"])
    assert counts_slow["future"] == 1
    assert counts_fast["late"] == 1


def test_a_clock_that_was_set_back_by_a_month_makes_nothing_impossible() -> None:
    # given a hub whose clock was right, and is set back
    intake = Intake([gauge("up", 0.0, addresses={"trial": "A1"})])

    # when a device reports
    kept, counts = reported(intake, NOON_MS, NOON_MS - 30 * 24 * HOUR_MS, NOON_MS)
    unkept, _ = reported(intake, NOON_MS + 60_000, NOON_MS - 30 * 24 * HOUR_MS)

    # then it is kept as something that may not be new; only who never knew better would have dropped it
    assert (kept, unkept) == (["late"], [])
    assert counts["future"] == 1
