"""Screens in step hear everything at once; whose credit ends, or whose line is full, is so no longer."""

import asyncio
import re
import socket
from collections import deque

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.looped import looped
from sanping.hub.in_step import MOST_REMEMBERED, InStep
from sanping.hub.room import Room
from sanping.hub.room_seat import Seat
from sanping.wire.show import Floor, Seen, Show

VALUES = {"style": b'"day"', "scene": b'"flood"', "board": b'"governing"'}


class Line:
    """A transport that takes everything, or holds it."""

    def __init__(self) -> None:
        self.held = 0
        self.data: list[bytes] = []

    def seat(self, window: int, number: int = -1) -> Seat:
        return Seat(
            screen="s", kind="desk", name="", role="admin", window=window, write=self.data.append,
            waiting=lambda: self.held, drop=lambda: None, socket=number,
        )  # fmt: skip


def test_a_screen_falls_out_of_step_when_its_credit_does_not_last_and_not_before() -> None:
    # given two screens of window two, of which one gives credit
    group, lines = InStep(), (Line(), Line())
    idle, busy = (line.seat(2) for line in lines)
    group.take(idle)
    group.take(busy)

    # when three values are told
    late = []
    for revision in (1, 2, 3):
        late.append(group.tell(b"%d" % revision, [revision]))
        assert group.seen(busy, revision)

    # then the idle one was told two and is owed the third, and credit counts once
    assert late == [[], [], [idle]]
    assert (lines[0].data, list(idle.on_way)) == ([b"1", b"2"], [1, 2])
    assert lines[1].data == [b"1", b"2", b"3"]
    assert not group.seen(busy, 3)
    assert not group.seen(busy, 1 << 60)


def test_what_does_not_fit_into_a_socket_is_left_to_its_transport_and_follows_without_a_gap() -> None:
    # given a screen whose socket takes little, and one whose peer is gone
    here, there = socket.socketpair()
    here.setblocking(False)
    here.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    gone, peer = socket.socketpair()
    peer.close()
    group, line, broken = InStep(), Line(), Line()
    group.take(line.seat(8, here.fileno()))
    group.take(broken.seat(8, gone.fileno()))

    # when more is told than fits
    frames = bytes(range(256)) * 400
    group.tell(frames, [1])

    # then what was sent and what the transport got are the whole, and the transport of the other finds out
    there.setblocking(False)
    heard = b""
    while len(heard) < len(frames) - len(line.data[0]):
        heard += there.recv(1 << 20)
    assert heard + line.data[0] == frames
    assert 0 < len(line.data[0]) < len(frames)
    assert broken.data == [frames]
    for each in (here, there, gone):
        each.close()


def test_a_line_that_holds_bytes_is_not_written_past() -> None:
    # given a screen without a socket of its own, whose transport holds bytes
    group, line = InStep(), Line()
    seat = line.seat(8)
    group.take(seat)
    line.held = 1

    # when a value is told
    late = group.tell(b"1", [1])

    # then it is late, and nothing was written
    assert late == [seat]
    assert line.data == []


@looped
async def test_more_values_than_a_screen_takes_at_once_do_not_leave_it_waiting_for_ever() -> None:
    # given a leader, and a screen that takes two values at a time and has seen all
    room, lines = Room("main"), (Line(), Line())
    leader, small = lines[0].seat(64), lines[1].seat(2)
    for seat in (leader, small):
        room.enter(seat)
        room.subscribe(seat, ["view"])
    room.wish(leader, Floor(wish="request"))

    # when three keys are written in one turn, and it has seen what came
    for key in ("style", "scene", "board"):
        room.write(leader, Show(key=key, value=msgspec.Raw(VALUES[key]), fence=1))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    first = revisions(lines[1])
    room.seen(small, Seen(revision=2))

    # then two came at once, and the third with its credit
    assert (first, revisions(lines[1])) == ([1, 2], [1, 2, 3])
    room.close()


def revisions(line: Line) -> list[int]:
    return [int(found) for found in re.findall(rb'"revision":(\d+)', b"".join(line.data))]


STEPS = st.one_of(
    st.tuples(st.just("tell"), st.integers(1, 4)),
    st.tuples(st.just("seen"), st.integers(0, 12)),
    st.tuples(st.just("change"), st.just(0)),
)


@settings(max_examples=60, deadline=None)
@given(window=st.integers(1, 64), steps=st.lists(STEPS, max_size=60), before=st.sampled_from((0, MOST_REMEMBERED - 3)))
def test_credit_is_what_a_list_of_all_that_was_sent_says(
    window: int, steps: list[tuple[str, int]], before: int
) -> None:
    # given a screen that comes after some values, and a plain list of what was sent to it and not seen
    group, line, sent = InStep(), Line(), deque[int]()
    revision = 0
    for revision in range(1, before + 1):
        group.tell(b"", [revision])
    seat = line.seat(window)
    group.take(seat)
    is_in = True

    # when values are told, seen, and it leaves and comes, in any order
    for what, number in steps:
        if what == "tell":
            revisions = list(range(revision + 1, revision + number + 1))
            revision += number
            late = group.tell(b"", revisions)
            is_expected = is_in and len(sent) + number <= window
            assert (late == []) is (is_expected or not is_in)
            is_in = is_expected
            sent.extend(revisions if is_expected else ())
        elif what == "seen":
            seen = revision - number
            group.seen(seat, seen) if is_in else seat.seen(seen)
            while sent and sent[0] <= seen:
                sent.popleft()
        elif is_in:
            group.give(seat)
            is_in = False
        else:
            group.take(seat)
            is_in = True

    # then both agree on what is on its way
    group.give(seat)
    assert list(seat.on_way) == list(sent)
