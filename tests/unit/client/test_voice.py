"""A screen says to its room what is due, and nothing that the hub would refuse anyway."""

from dataclasses import replace

from sanping.client.voice import ASKED_MS, CREDIT_AFTER_MS, HERE_EVERY_MS, PING_EVERY_MS, RENEWED_EVERY_MS, Voice
from sanping.stage.show import ShowState, welcomed
from sanping.wire.messages import FromScreen, Ping, Pong
from sanping.wire.show import MOST_LACKS, Floor, FloorState, Here, Lack, Seen, Show

FREE = welcomed(ShowState(me="desk"), room="main", role="operator")
LEADING = replace(FREE, floor=FloorState(holder="desk", fence=3))
LED = replace(FREE, floor=FloorState(holder="wall", fence=4))
LATER_MS = ASKED_MS + 1.0


def new_voice() -> Voice:
    voice = Voice(window=4)
    voice.connected(0.0)
    return voice


def said(voice: Voice, show: ShowState, now_ms: float, kind: type[FromScreen]) -> list[FromScreen]:
    return [message for message in voice.due(show, now_ms)[0] if isinstance(message, kind)]


def test_of_what_is_shared_the_newest_of_each_key_goes_out_with_the_fence_of_the_lease() -> None:
    # given a screen that leads
    voice = new_voice()

    # when it turns its camera faster than it is sent, and changes the style
    for heading in range(5):
        voice.share("camera", {"heading_deg": heading})
    voice.share("style", b'"day"')
    shows = said(voice, LEADING, LATER_MS, Show)

    # then each is said once, the newest, and nothing twice
    assert [(show.key, bytes(show.value), show.fence, show.n) for show in shows] == [
        ("camera", b'{"heading_deg":4}', 3, 1),
        ("style", b'"day"', 3, 2),
    ]
    assert said(voice, LEADING, LATER_MS, Show) == []

    # and the label that was chosen goes with it
    voice.share("notes", b"[]", "sensitive")
    assert [show.label for show in (*shows, *said(voice, LEADING, LATER_MS, Show))] == [None, None, "sensitive"]


def test_what_is_shared_while_another_leads_is_dropped_and_said_to_be() -> None:
    # given a screen that neither leads nor asked
    voice = new_voice()
    voice.share("style", "day")

    # when it is due
    messages, is_dropped = voice.due(LED, LATER_MS)

    # then nothing is shown, now or later
    assert is_dropped
    assert not any(isinstance(message, Show) for message in messages)
    assert said(voice, LEADING, LATER_MS + 1, Show) == []


def test_what_is_shared_while_the_floor_was_asked_for_waits_for_it() -> None:
    # given a screen that asks for the floor and shares at once
    voice = new_voice()
    voice.wish("request")
    voice.share("style", "day")

    # when the hub puts it into the queue, and gives it the floor much later
    asked = voice.due(LED, LATER_MS)[0]
    waiting = replace(FREE, floor=FloorState(holder="wall", fence=4, queue=("desk",)))
    meanwhile = voice.due(waiting, 3 * LATER_MS)
    shows = said(voice, LEADING, 4 * LATER_MS, Show)

    # then the value waited
    assert Floor(wish="request") in asked
    assert not meanwhile[1]
    assert [show.key for show in shows] == ["style"]


def test_a_holder_that_is_idle_renews_and_one_that_writes_need_not() -> None:
    # given a screen that leads
    voice = new_voice()
    voice.share("style", "day")
    voice.due(LEADING, 1000.0)

    # when it rests
    early = said(voice, LEADING, 1000.0 + RENEWED_EVERY_MS - 1, Floor)
    late = said(voice, LEADING, 1000.0 + RENEWED_EVERY_MS, Floor)

    # then it renews after three seconds, and who does not lead never does
    assert early == []
    assert late == [Floor(wish="renew")]
    assert said(voice, LED, 60_000.0, Floor) == []


def test_credit_is_given_for_half_a_window_or_after_a_moment() -> None:
    # given a screen with a window of four
    voice = new_voice()
    voice.due(FREE, 0.0)

    # when one value comes, then another, and later a single one
    voice.shown(7, 1.0)
    one = said(voice, FREE, 1.0, Seen)
    voice.shown(8, 2.0)
    two = said(voice, FREE, 2.0, Seen)
    voice.shown(9, 3.0)
    later = said(voice, FREE, 3.0 + CREDIT_AFTER_MS, Seen)

    # then credit is given together where it can be, and never kept back for long
    assert one == []
    assert two == [Seen(revision=8)]
    assert later == [Seen(revision=9)]


def test_the_round_trip_and_the_hubs_clock_are_measured_by_the_quickest_answer() -> None:
    # given a hub whose clock is a second ahead
    voice = new_voice()
    first = said(voice, FREE, 10.0, Ping)[0]
    second = said(voice, FREE, 20.0, Ping)[0]
    assert isinstance(first, Ping)
    assert isinstance(second, Ping)

    # when one answer takes 4 ms, and one 100 ms of which most was on the way back
    voice.answered(Pong(sent_ms=first.sent_ms, server_ms=51_001), 14.0, 50_002.0)
    quick = (voice.rtt_ms, voice.clock_ahead_ms)
    voice.answered(Pong(sent_ms=second.sent_ms, server_ms=51_011), 120.0, 50_108.0)
    voice.answered(Pong(sent_ms=77, server_ms=0), 130.0, 0.0)

    # then the trip is the newest, the clock that of the quickest, and a foreign answer counts for nothing
    assert quick == (4.0, 1001.5)
    assert (voice.rtt_ms, voice.clock_ahead_ms) == (100.0, 1001.5)


def test_a_clock_that_is_set_here_or_at_the_hub_is_known_with_the_next_answer() -> None:
    # given a hub whose clock is a minute ahead, by a quick answer
    voice = new_voice()
    pings = [said(voice, FREE, 10.0 * (n + 1), Ping)[0] for n in range(3)]
    sent = [ping.sent_ms for ping in pings if isinstance(ping, Ping)]
    voice.answered(Pong(sent_ms=sent[0], server_ms=160_000), 12.0, 100_001.5)
    quick_ms = voice.clock_ahead_ms

    # when this machine's clock is set back by an hour, and later the hub's by ten seconds
    voice.answered(Pong(sent_ms=sent[1], server_ms=160_010), 80.0, 100_069.5 - 3_600_000)
    own_ms = voice.clock_ahead_ms
    voice.answered(Pong(sent_ms=sent[2], server_ms=150_030), 60.0, 100_049.5 - 3_600_000)
    hubs_ms = voice.clock_ahead_ms

    # then each is known within half a round trip
    assert quick_ms == 60_000.0
    assert own_ms == 3_660_000.0
    assert abs(hubs_ms - 3_650_000.0) <= 15.0


def test_a_screen_gives_signs_of_life_and_says_at_once_how_it_is_there() -> None:
    # given a screen that said how it is there
    voice = new_voice()
    lacks = (Lack(title_zh="实景三维", title_en="Photogrammetry"),) * (MOST_LACKS + 1)
    voice.here(follows=False, width_px=1920, height_px=1080, lacks=lacks)

    # when time passes
    first = said(voice, FREE, 600.0, Here)
    soon = said(voice, FREE, 700.0, Here)
    later = said(voice, FREE, 600.0 + HERE_EVERY_MS, Here)
    pings = said(voice, FREE, 600.0 + HERE_EVERY_MS + PING_EVERY_MS, Ping)

    # then it is said soon, and again as a sign of life
    assert first == [Here(follows=False, width_px=1920, height_px=1080, lacks=lacks[:MOST_LACKS])]
    assert soon == []
    assert later == first
    assert len(pings) == 1
    assert said(voice, replace(FREE, is_linked=False), 99_000.0, Ping) == []
