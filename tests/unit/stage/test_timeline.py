"""The time machine's own time."""

from hypothesis import given
from hypothesis import strategies as st

from sanping.stage.timeline import LIVE, SPEEDS, Timeline, advanced, begun_at, faster, live, moved_to, paused, playing

NOW_MS = 1_781_236_800_000
DAY_MS = 86_400_000
KNOWN = Timeline(first_ms=NOW_MS - DAY_MS)


def test_the_past_is_shown_paused_and_the_future_is_the_present() -> None:
    # given a day of history
    # when an hour ago, tomorrow and last year are asked for
    hour_ago = moved_to(KNOWN, NOW_MS - 3_600_000, NOW_MS)
    tomorrow = moved_to(hour_ago, NOW_MS + DAY_MS, NOW_MS)
    last_year = moved_to(KNOWN, NOW_MS - 365 * DAY_MS, NOW_MS)

    # then only what is kept is shown
    assert (hour_ago.mode, hour_ago.at_ms) == ("paused", NOW_MS - 3_600_000)
    assert (tomorrow.mode, tomorrow.at_ms) == ("live", None)
    assert last_year.at_ms == KNOWN.first_ms
    assert hour_ago.shown_ms(NOW_MS) == NOW_MS - 3_600_000
    assert LIVE.shown_ms(NOW_MS) == NOW_MS


def test_a_moment_before_history_becomes_its_beginning_once_that_is_known() -> None:
    # given a year ago, asked for before anybody said where history begins, and the present
    early = moved_to(LIVE, NOW_MS - 365 * DAY_MS, NOW_MS)

    # when it is told that history has a day
    # then its first moment is shown, and the present stays the present
    assert begun_at(early, KNOWN.first_ms).at_ms == KNOWN.first_ms
    assert begun_at(LIVE, KNOWN.first_ms) == KNOWN


def test_playing_runs_at_its_speed_until_it_meets_the_present() -> None:
    # given the past of an hour ago, played at sixty times
    start = playing(moved_to(KNOWN, NOW_MS - 3_600_000, NOW_MS), NOW_MS, 60.0)

    # when ten seconds and then two minutes pass
    soon = advanced(start, 10.0, NOW_MS + 10_000)
    later = advanced(soon, 120.0, NOW_MS + 130_000)

    # then ten minutes have been shown, and then it is live
    assert soon.at_ms == NOW_MS - 3_000_000
    assert later.mode == "live"
    assert advanced(LIVE, 5.0, NOW_MS) == LIVE


def test_playing_from_the_present_starts_where_history_begins() -> None:
    # given a live timeline with a day of history, and one without
    # when they are played
    found = playing(KNOWN, NOW_MS), playing(LIVE, NOW_MS)

    # then there is something to see where there is something kept
    assert found[0].at_ms == KNOWN.first_ms
    assert found[1].at_ms == NOW_MS


def test_speed_goes_in_steps_and_stops_at_its_ends() -> None:
    # given a timeline
    # when it is made faster and slower
    found = (
        faster(Timeline(speed=60.0)).speed,
        faster(Timeline(speed=60.0), -9).speed,
        faster(Timeline(speed=60.0), 9).speed,
    )

    # then it stays on the scale
    assert found == (600.0, SPEEDS[0], SPEEDS[-1])


@given(st.lists(st.sampled_from(["live", "pause", "play", "move", "wait"]), max_size=30), st.integers(0, DAY_MS))
def test_no_sequence_of_wishes_leaves_history_or_passes_the_present(wishes: list[str], back_ms: int) -> None:
    # given any sequence of wishes
    timeline, now_ms = KNOWN, NOW_MS

    # when they are followed
    for wish in wishes:
        now_ms += 500
        match wish:
            case "live":
                timeline = live(timeline)
            case "pause":
                timeline = paused(timeline, now_ms)
            case "play":
                timeline = playing(timeline, now_ms)
            case "move":
                timeline = moved_to(timeline, now_ms - back_ms, now_ms)
            case _:
                timeline = advanced(timeline, 0.5, now_ms)

    # then the moment shown is one that exists
    assert KNOWN.first_ms <= timeline.shown_ms(now_ms) <= now_ms
    assert (timeline.mode == "live") == (timeline.at_ms is None)
