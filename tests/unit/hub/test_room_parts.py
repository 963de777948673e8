"""The parts of a room by themselves: who is there, frames, the way of the camera, what was done."""

import msgspec

from sanping.hub.camera_keeper import SHOWN_LATELY_MS, CameraKeeper
from sanping.hub.command_book import CommandBook
from sanping.hub.event_keeper import KeptCommand
from sanping.hub.pulse import GONE_AFTER_S, PING, PINGED_AFTER_S, Pulse
from sanping.hub.room_presence import LIVES_MS, PresenceBook
from sanping.hub.room_seat import text_frame
from sanping.stage.show import ShowState, with_presence
from sanping.wire.messages import Ack, Command
from sanping.wire.show import Here, Lack, Member

LACK = Lack(title_zh="实景三维", title_en="Photogrammetry")


def test_presence_is_told_as_differences_and_who_is_silent_is_left_out() -> None:
    # given two screens, of which one gives signs of life
    book = PresenceBook()
    book.came(Member(screen="desk", kind="desk"), 0)
    book.came(Member(screen="wall", kind="wall"), 0)
    first = book.differences()
    show = with_presence(ShowState(), first)

    # when a round trip trembles, one follows no more, and the other says nothing for long
    book.here("desk", Here(rtt_ms=4.0), 1_000)
    book.differences()
    book.here("desk", Here(rtt_ms=4.5), 2_000)
    trembled = book.is_changed
    is_taken = book.here("desk", Here(rtt_ms=4.5), 2_001)
    book.here("desk", Here(rtt_ms=4.5, follows=False), 2_002)
    book.here("desk", Here(rtt_ms=4.5, follows=False, lacks=(LACK,)), 2_003)
    book.time_passed(LIVES_MS)
    gone = book.differences()
    book.here("wall", Here(), LIVES_MS + 1)
    back = book.differences()

    # then others hear of what matters only, and who speaks again is there again
    assert not trembled
    assert not is_taken
    assert [(member.follows, member.lacks) for member in gone.members] == [(False, (LACK,))]
    assert gone.left == ("wall",)
    assert [member.screen for member in back.members] == ["wall"]
    assert set(with_presence(with_presence(show, gone), back).members) == {"desk", "wall"}
    book.role_changed("wall", "operator")
    book.went("desk")
    assert (book.differences().left, book.everybody().members[0].role) == (("desk",), "operator")


def test_frames_of_every_length_are_as_browsers_want_them() -> None:
    # given payloads on both sides of the limits
    for size in (0, 125, 126, 65_535, 65_536):
        # when they are framed
        frame = text_frame(b"x" * size)

        # then the head says how long they are
        head = 2 if size < 126 else 4 if size < 65_536 else 10
        assert len(frame) == head + size
        assert frame[0] == 0x81
        assert frame[1] == (size if size < 126 else 126 if size < 65_536 else 127)


def pose(heading: float) -> bytes:
    return msgspec.json.encode({"target": [0, 0, 0], "heading_deg": heading})


def test_the_way_of_the_shared_camera_is_kept_once_a_second_and_where_it_rests() -> None:
    # given a camera that turns sixty times a second for two seconds
    keeper = CameraKeeper()

    # when it is seen
    kept = [keeper.shown(pose(number), number * 17) for number in range(120)]
    is_moving = keeper.is_shown(119 * 17 + SHOWN_LATELY_MS - 1)
    rested = keeper.rested(5_000)

    # then it is kept at the start, after a second and where it came to rest; nonsense never
    assert [found.heading_deg for found in kept if found] == [0.0, 59.0, 118.0]
    assert is_moving
    assert not keeper.is_shown(60_000)
    assert rested is not None
    assert rested.heading_deg == 119.0
    assert keeper.rested(9_000) is None
    assert keeper.shown(b"null", 9_000) is None


def test_what_was_done_is_known_and_what_was_forgotten_is_not_done_again() -> None:
    # given a book that remembers three commands
    book = CommandBook(most=3)
    commands = [Command(op=f"op-{n:06}", action="a", n=n) for n in range(1, 6)]
    for command in commands:
        assert book.known(command, "desk") is None
        book.answered(command, "desk", Ack(op=command.op, ok=True, seq=command.n))

    # when old and new ones come again, in this life and in the next
    after = CommandBook(most=3)
    kept = [KeptCommand(op=command.op, action="a", by="desk", n=command.n) for command in commands]
    after.recall(kept, book.counters())

    # then each is known, refused as long ago, or new; other screens count for themselves
    for one in (book, after):
        replayed = one.known(commands[1], "desk")
        again = one.known(commands[4], "desk")
        assert replayed is not None
        assert again is not None
        assert (replayed.ok, again.ok, one.highest("desk")) == (False, True, 5)
        assert one.known(Command(op="op-000006", action="a", n=6), "desk") is None
        assert one.known(Command(op="op-000007", action="a", n=1), "wall") is None
        assert one.known(Command(op="op-000008", action="a"), "desk") is None


def test_a_silent_screen_is_pinged_once_and_given_up_when_it_does_not_answer() -> None:
    # given two screens that fall silent
    said: list[bytes] = []
    gone: list[str] = []
    one = Pulse(said.append, lambda: gone.append("one"), 0.0)
    other = Pulse(said.append, lambda: gone.append("other"), 0.0)

    # when they are looked at every second, and one of them answers the ping
    for second in range(1, int(GONE_AFTER_S) + 1):
        one.look(float(second))
        other.look(float(second))
        if second == PINGED_AFTER_S:
            one.heard_s = float(second)

    # then each was pinged once, and only the other is given up
    assert said == [PING, PING]
    assert gone == ["other"]
