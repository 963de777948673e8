"""What each screen is told next: all of it once, the newest only, one frame at a time, and nobody waits for another."""

from sanping.domain.observation import Observation
from sanping.domain.source_status import SourceStatus
from sanping.hub.fanout import Fanout, Outbox
from sanping.hub.lane import ROWS_PER_FRAME
from sanping.hub.latest import LatestTable
from sanping.hub.log_plane import KEPT, ChangeLog
from sanping.wire.codec import from_hub
from sanping.wire.messages import Bye, Change, FromHub, Pong, Readings, Resume, Series, Snapshot

NOW_MS = 1_790_000_000_000


def row(station: str, value: float, when: int = 0, quantity: str = "water_level") -> Observation:
    return Observation(
        station=station, quantity=quantity, value=value, unit="m", event_ms=NOW_MS + when, received_ms=NOW_MS + when
    )


def new_fanout() -> Fanout:
    log = ChangeLog("epoch")
    return Fanout(LatestTable(), log, lambda: Snapshot(seq=log.seq, alarms=(), sources=()))


def said(outbox: Outbox) -> list[FromHub]:
    return [from_hub(frame) for frame in outbox.next_frames()]  # type: ignore[misc]


def readings(messages: list[FromHub]) -> dict[int, float | None]:
    return {row.index: row.value for message in messages if isinstance(message, Readings) for row in message.rows}


def test_a_screen_gets_names_and_values_then_only_what_changed() -> None:
    # given a screen that hears everything
    fanout = new_fanout()
    fanout.latest.take([row("S1", 1.0), row("S2", 2.0)])
    outbox = fanout.joined(None)
    outbox.subscribe(["all"])

    # when it takes one frame, and a value changes
    first = said(outbox)
    fanout.latest.take([row("S2", 2.5, 1)])
    outbox.ready()
    second = said(outbox)
    outbox.ready()

    # then it first hears both with their names, then the one, then nothing
    assert isinstance(first[0], Series)
    assert readings(first) == {0: 1.0, 1: 2.0}
    assert [type(message) for message in second] == [Readings]
    assert readings(second) == {1: 2.5}
    assert said(outbox) == []


def test_without_credit_values_are_overtaken_and_not_queued() -> None:
    # given a slow screen that has been sent a frame
    fanout = new_fanout()
    fanout.latest.take([row("S1", 0.0)])
    outbox = fanout.joined(None)
    outbox.subscribe(["all"])
    said(outbox)

    # when a hundred values come before it is ready again
    for number in range(1, 101):
        fanout.latest.take([row("S1", float(number), number)])
        assert said(outbox) == []
    outbox.ready()

    # then it hears the last
    assert readings(said(outbox)) == {0: 100.0}


def test_a_topic_brings_its_stations_and_groups_also_those_that_come_later() -> None:
    # given screens with different wishes
    fanout = new_fanout()
    fanout.latest.take([row("S1", 1.0), row("S2", 2.0, quantity="ph")])
    one, quality, nothing = (fanout.joined(None) for _ in range(3))
    one.subscribe(["station:S3", "station:S1"])
    quality.subscribe(["group:quality", "log"])
    nothing.subscribe(["rooms:later"])

    # when they listen, and a station comes that was not known before
    before = [readings(said(outbox)) for outbox in (one, nothing)]
    fanout.latest.take([row("S3", 3.0)])
    one.ready()

    # then each hears its own
    assert before == [{0: 1.0}, {}]
    assert readings(said(one)) == {2: 3.0}
    assert isinstance(said(quality)[0], Snapshot)
    assert readings(said(quality)) == {1: 2.0}


def test_many_values_come_in_pieces_each_for_one_credit() -> None:
    # given more series than go into a frame
    fanout = new_fanout()
    count = 2 * ROWS_PER_FRAME + 10
    fanout.latest.take([row(f"S{number}", float(number)) for number in range(count)])
    outbox = fanout.joined(None)
    outbox.subscribe(["all"])

    # when the screen takes one after another, and a value changes in between
    sizes, seen = [], dict[int, float | None]()
    while messages := said(outbox):
        sizes.append(len(readings(messages)))
        seen |= readings(messages)
        if len(sizes) == 1:
            fanout.latest.take([row("S0", -1.0, 5)])
        outbox.ready()

    # then every piece is small, nothing is missing, and the change comes at the end
    assert sizes == [ROWS_PER_FRAME, ROWS_PER_FRAME, 10, 1]
    assert len(seen) == count
    assert seen[0] == -1.0


def test_screens_that_are_equally_far_share_one_frame() -> None:
    # given two screens with the same wish
    fanout = new_fanout()
    fanout.latest.take([row("S1", 1.0)])
    first, second = fanout.joined(None), fanout.joined(None)
    for outbox in (first, second):
        outbox.subscribe(["all"])

    # when both take theirs
    frames = first.next_frames(), second.next_frames()

    # then it was encoded once
    assert all(one is other for one, other in zip(*frames, strict=True))


def test_the_log_is_resumed_where_it_stopped_or_begun_with_a_snapshot() -> None:
    # given a log with three changes
    fanout = new_fanout()
    for number in range(3):
        fanout.log.append("source", SourceStatus(name=f"s{number}", adapter="trial", state="live"))
    places = [None, Resume(epoch="epoch", seq=1), Resume(epoch="epoch", seq=3), Resume(epoch="epoch", seq=9)]

    # when screens come that know nothing, a part, everything, or more than there is
    heard = []
    for place in places:
        outbox = fanout.joined(place)
        outbox.subscribe(["log"])
        heard.append([message.seq for message in said(outbox) if isinstance(message, Change | Snapshot)])

    # then each hears what it lacks
    assert heard == [[3], [2, 3], [], [3]]


def test_a_screen_that_missed_more_than_is_kept_gets_a_snapshot() -> None:
    # given a screen at the beginning of the log
    fanout = new_fanout()
    outbox = fanout.joined(Resume(epoch="epoch", seq=0))
    outbox.subscribe(["log"])

    # when more happens than is kept
    for _ in range(KEPT + 1):
        fanout.log.append("source", SourceStatus(name="s", adapter="trial", state="live"))

    # then it starts anew from the whole
    (message,) = said(outbox)
    assert message == Snapshot(seq=KEPT + 1, alarms=(), sources=())


def test_answers_come_first_are_bounded_and_nothing_follows_a_good_bye() -> None:
    # given a screen with something to hear
    fanout = new_fanout()
    fanout.latest.take([row("S1", 1.0)])
    outbox = fanout.joined(None)
    outbox.subscribe(["all"])

    # when it is answered more often than it takes, then sent away
    taken = [outbox.answer(Pong(sent_ms=number, server_ms=0)) for number in range(1000)]
    outbox.leave("slow")
    messages = said(outbox)

    # then the answers are bounded, the good-bye is last, and no reading follows
    assert 0 < taken.count(True) < 1000
    assert isinstance(messages[0], Pong)
    assert messages[-1] == Bye(reason="slow")
    assert outbox.is_done
    assert said(outbox) == []
    fanout.left(outbox)
    assert len(fanout) == 0
