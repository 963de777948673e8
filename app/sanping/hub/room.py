"""A room of linked screens: what it shows, who leads it, who is there. No screen can make another wait.

What is written within one turn of the event loop goes out together at its end, one shared frame for everybody; nothing
here ever waits for a screen, and nothing for a timer but on a machine that is too busy: where telling everybody takes
longer than the next value needs to come, the hub reads on for a while and then tells the newest.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import Literal

from msgspec.structs import replace

from sanping.domain.label import HIGHEST, LABELS, Label, higher
from sanping.hub.in_step import InStep
from sanping.hub.line import NO_SOCKET
from sanping.hub.room_presence import PresenceBook
from sanping.hub.room_rules import after_wish, refused_label, refused_write, told
from sanping.hub.room_seat import OUT_OF_STEP, Seat, text_frame
from sanping.hub.shown_label import ShownLabels
from sanping.stage import floor as floors
from sanping.stage.floor import FREE, Floor
from sanping.wire.codec import encoded
from sanping.wire.show import PRESENCE, VIEW, FloorState, Here, Refused, Seen, Show, Shown, ViewKey
from sanping.wire.show import Floor as Wish
from sanping.wire.shown_sight import shown_to

MOST_ROOMS = 64
TICK_S = 0.25
RETRY_S = 0.02
PRESENCE_S = 0.1
STUCK_MS = 5_000
REST_SHARE = 0.1
SHORTEST_REST_S = 0.001
TILES_LEAD_MS = 40
"""How far ahead the camera is told where tiles hang on several machines: two frames and a half of a busy network."""

Written = Callable[[Shown], None]
Echo = Callable[[str, bytes], None]
Clock = Callable[[], int]


def monotonic_ms() -> int:
    """Return the hub's monotonic clock."""
    return time.monotonic_ns() // 1_000_000


def wall_ms() -> int:
    """Return the hub's time since 1970 UTC."""
    return time.time_ns() // 1_000_000


class Room:
    """One group of linked screens; lives in the hub's event loop. `written` hears of every value.

    `labels` say which label a value has. `echo` hears, with the name of the room, each message that its screens are
    told, as who may see everything hears it.
    """

    def __init__(
        self,
        name: str,
        written: Written = lambda _: None,
        clock: Clock = monotonic_ms,
        echo: Echo = lambda *_: None,
        labels: ShownLabels | None = None,
    ) -> None:
        self._labels = labels or ShownLabels()
        self.name = name
        self.floor: Floor = FREE
        self.revision = 0
        self.seats: set[Seat] = set()
        self.values: dict[ViewKey, Shown] = {}
        self._frames: dict[ViewKey, tuple[int, bytes]] = {}
        self._below: dict[Label, dict[ViewKey, tuple[int, bytes]]] = {label: {} for label in LABELS}
        self._presence = PresenceBook()
        self._written, self._echo = written, echo
        self._clock = clock
        self._lines: Counter[str] = Counter()
        self._viewers: set[Seat] = set()
        self._in_step = {label: InStep() for label in LABELS}
        self._late: set[Seat] = set()
        self._stuck: set[Seat] = set()
        self._fresh: set[ViewKey] = set()
        self._told = FloorState()
        self._lead_ms = 0
        self._rests_until_s = 0.0
        self._timers: dict[str, asyncio.Handle] = {}

    # Coming and going.

    def enter(self, seat: Seat) -> None:
        """Take in a connection; it hears nothing before it subscribes."""
        self.seats.add(seat)
        self._lines[seat.screen] += 1
        self._look_for_tiles(seat)
        self._presence.came(seat.member(wall_ms()), self._clock())
        self._soon("presence", PRESENCE_S, self._tell_presence)

    def leave(self, seat: Seat) -> None:
        """Forget a connection. A lease stands until it ends: who leads may come back within it."""
        if seat in self.seats and self._forget(seat):
            self.floor = floors.denied(self.floor, seat.screen)
            self._presence.went(seat.screen)
            self._soon("presence", PRESENCE_S, self._tell_presence)
            self._tell_floor()

    def _forget(self, seat: Seat) -> bool:
        """Forget a connection; True when it was the last of its screen."""
        self.seats.discard(seat)
        self._lines[seat.screen] -= 1
        self._look_for_tiles(seat)
        self._viewers.discard(seat)
        self._place(seat)
        self._stuck.discard(seat)
        if self._lines[seat.screen]:
            return False
        del self._lines[seat.screen]
        return True

    def take_leave(self, seat: Seat) -> None:
        """Give up the floor of a screen that is closed, or its place in the queue, unless it is there twice."""
        if self._lines[seat.screen] <= (seat in self.seats):
            self.give_up(seat)

    def give_up(self, seat: Seat) -> None:
        """Take the floor from a screen at once, or its place in the queue."""
        self.floor = floors.left(self.floor, seat.screen, self._clock())
        self._tell_floor()

    def subscribe(self, seat: Seat, topics: Sequence[str]) -> None:
        """Give a screen at once all values, who leads and who is there, as far as it wants to hear of them."""
        hears_view, hears_presence = VIEW in topics, PRESENCE in topics
        seat.owes_presence = hears_presence and not seat.hears_presence
        if hears_view and not seat.hears_view:
            seat.owes_floor = True
            seat.behind = set(self._frames)
            self._viewers.add(seat)
            self._late.add(seat)
        elif not hears_view:
            seat.behind, seat.owes_floor = set(), False
            self._viewers.discard(seat)
        seat.hears_view, seat.hears_presence = hears_view, hears_presence
        self._catch_up(seat, is_first=True)

    def line_full(self, seat: Seat) -> None:
        """Notice that the transport of a screen holds bytes: nothing may be written past them."""
        self._place(seat)
        if seat in self.seats:
            self._wait_for(seat)

    def line_lost(self, seat: Seat) -> None:
        """Notice that the socket of a screen is about to be closed."""
        self._viewers.discard(seat)
        self._place(seat)
        seat.socket = NO_SOCKET

    def role_changed(self, seat: Seat) -> None:
        """Tell the others that the role of a seat is another now."""
        self._presence.role_changed(seat.screen, seat.role)
        self._soon("presence", PRESENCE_S, self._tell_presence)

    # What screens say.

    def write(self, seat: Seat, show: Show) -> Refused | None:
        """Show a value to all, or return why not. Writing renews the lease."""
        now_ms = self._clock()
        self._pass(now_ms)
        refused = refused_write(self.floor, seat.screen, show, now_ms) or refused_label(show, seat.clearance)
        if refused is not None:
            return refused
        self.floor = floors.renewed(self.floor, seat.screen, now_ms)
        known, label = self.values.get(show.key), self._labels.label_of(show.key, bytes(show.value), show.label)
        if known is not None and bytes(known.value) == bytes(show.value) and known.label == label:
            return None
        self.revision += 1
        at_ms = wall_ms() + (self._lead_ms if show.key == "camera" else 0)
        shown = Shown(revision=self.revision, key=show.key, value=show.value, by=seat.screen, at_ms=at_ms, label=label)
        self.values[show.key] = shown
        self._fresh.add(show.key)
        rest_s = self._rests_until_s - perf_counter()
        self._soon("values", rest_s if rest_s >= SHORTEST_REST_S else 0.0, self._fan_out)
        self._written(shown)
        return None

    def wish(self, seat: Seat, wish: Wish) -> Refused | None:
        """Do what a screen wishes about who leads, or return why not."""
        found = after_wish(self.floor, wish, seat.person, self._clock())
        if isinstance(found, Refused):
            return found
        self.floor = found
        self._tell_floor()
        return None

    def here(self, seat: Seat, here: Here) -> bool:
        """Take a sign of life; False for one that comes too soon."""
        is_taken = self._presence.here(seat.screen, here, self._clock())
        if self._presence.is_changed:
            self._soon("presence", PRESENCE_S, self._tell_presence)
        return is_taken

    def seen(self, seat: Seat, seen: Seen) -> bool:
        """Take credit, and send what waited for it; False when it gives none."""
        is_in_step = seat.told != OUT_OF_STEP
        is_credit = self._in_step[seat.clearance].seen(seat, seen.revision) if is_in_step else seat.seen(seen.revision)
        if seat.owes:
            self._catch_up(seat)
        return is_credit

    def ready(self, seat: Seat) -> None:
        """Send what waits for this screen before anything else takes its line."""
        if seat.owes:
            self._catch_up(seat)

    def labelled_again(self) -> None:
        """Raise the label of what is shown where it names something that was raised; those below are told so."""
        for key, known in self.values.items():
            label = higher((known.label, self._labels.label_of(key, bytes(known.value), known.label)))
            if label != known.label:
                self.revision += 1
                self.values[key] = replace(known, revision=self.revision, label=label)
                self._fresh.add(key)
        if self._fresh:
            self._soon("values", 0.0, self._fan_out)

    def everything(self, clearance: Label = HIGHEST) -> tuple[bytes, ...]:
        """Return what a screen that comes now is told: all values, who leads, who is there."""
        ordered = sorted(self.values.values(), key=lambda one: one.revision)
        values = (shown_to(one, clearance, self._labels.layers) for one in ordered)
        state = told(self.floor, self._clock())
        return (*map(encoded, values), encoded(state), encoded(self._presence.everybody()))

    def time_passed(self) -> None:
        """Notice a lease that ran out and who gave no sign of life."""
        now_ms = self._clock()
        self._pass(now_ms)
        self._presence.time_passed(now_ms)
        if self._presence.is_changed:
            self._tell_presence()

    def close(self) -> None:
        """Stop all timers."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    # What screens are told.

    def _fan_out(self) -> None:
        """Give the new values to everybody who can take them now; nobody is waited for."""
        if not self._fresh:
            return
        began_s = perf_counter()
        shown = sorted((self.values[key] for key in self._fresh), key=lambda one: one.revision)
        self._fresh.clear()
        for one in shown:
            payload = encoded(one)
            self._frames[one.key] = (one.revision, text_frame(payload))
            self._frame_below(one)
            self._echo(self.name, payload)
        keys, revisions = [one.key for one in shown], [one.revision for one in shown]
        late = list(self._late)
        for clearance, in_step in self._in_step.items():
            frames = self._frames_of(clearance)
            late += in_step.tell(b"".join(frames[key][1] for key in keys), revisions)
        for seat in late:
            self._late.add(seat)
            seat.behind.update(keys)
            if seat.waiting():
                self._wait_for(seat)
            elif len(seat.on_way) < seat.window:
                self._catch_up(seat)
        ended_s = perf_counter()
        self._rests_until_s = ended_s + REST_SHARE * (ended_s - began_s)

    def _frame_below(self, shown: Shown) -> None:
        """Make the frames of a value for those who are told something else."""
        for clearance, frames in self._below.items():
            told = shown_to(shown, clearance, self._labels.layers)
            if told is shown:
                frames.pop(shown.key, None)
            else:
                frames[shown.key] = (shown.revision, text_frame(encoded(told)))

    def _frames_of(self, clearance: Label) -> Mapping[ViewKey, tuple[int, bytes]]:
        """Return the newest frames as somebody may see them."""
        below = self._below[clearance]
        return {**self._frames, **below} if below else self._frames

    def _place(self, seat: Seat) -> None:
        """Put a screen where new values find it: in step with all others, or late."""
        if seat in self._viewers and not seat.behind and not seat.waiting():
            self._late.discard(seat)
            self._in_step[seat.clearance].take(seat)
            return
        self._in_step[seat.clearance].give(seat)
        if seat in self._viewers:
            self._late.add(seat)
        else:
            self._late.discard(seat)

    def _tell_floor(self) -> None:
        state = told(self.floor, self._clock())
        before = self._told
        if (state.holder, state.fence, state.queue, state.is_locked) == (
            before.holder, before.fence, before.queue, before.is_locked,
        ):  # fmt: skip
            return
        self._told = state
        payload = encoded(state)
        self._echo(self.name, payload)
        frame = text_frame(payload)
        for seat in self._viewers:
            if seat.waiting():
                seat.owes_floor = True
                self._wait_for(seat)
            else:
                seat.write(frame)

    def _tell_presence(self) -> None:
        if not self._presence.is_changed:
            return
        payload = encoded(self._presence.differences())
        self._echo(self.name, payload)
        frame = text_frame(payload)
        for seat in self.seats:
            if not seat.hears_presence:
                continue
            if seat.owes_presence or seat.waiting():
                seat.owes_presence = True
                self._wait_for(seat)
            else:
                seat.write(frame)

    def _catch_up(self, seat: Seat, *, is_first: bool = False) -> None:
        floor = text_frame(encoded(told(self.floor, self._clock()))) if seat.owes_floor else b""
        if self._fresh:
            self._fan_out()
        if not seat.catch_up(self._frames_of(seat.clearance), floor, self._everybody, is_first=is_first):
            self._wait_for(seat)
        self._place(seat)

    def _everybody(self) -> bytes:
        return text_frame(encoded(self._presence.everybody()))

    def _wait_for(self, seat: Seat) -> None:
        """Look again soon at a screen whose transport still holds bytes."""
        self._stuck.add(seat)
        self._soon("stuck", RETRY_S, self._retry)

    def _retry(self) -> None:
        now_ms = self._clock()
        for seat in tuple(self._stuck):
            if not seat.waiting():
                self._stuck.discard(seat)
                seat.stuck_ms = seat.stuck_bytes = 0
                self._catch_up(seat)
            elif seat.is_stuck(now_ms, STUCK_MS):
                self._stuck.discard(seat)
                seat.drop()
        if self._stuck:
            self._soon("stuck", RETRY_S, self._retry)

    def _look_for_tiles(self, changed: Seat) -> None:
        """Let the camera be told ahead while tiles of a picture hang on several machines."""
        if not changed.tile:
            return
        machines = {seat.peer for seat in self.seats if seat.tile}
        self._lead_ms = TILES_LEAD_MS if len(machines) > 1 else 0

    def _pass(self, now_ms: int) -> None:
        passed = floors.passed(self.floor, now_ms)
        if passed is not self.floor:
            self.floor = passed
            self._tell_floor()

    def _soon(self, name: Literal["values", "presence", "stuck"], after_s: float, do: Callable[[], None]) -> None:
        """Do something once, at the end of this turn of the loop or after a moment."""
        if name in self._timers:
            return

        def run() -> None:
            del self._timers[name]
            do()

        loop = asyncio.get_running_loop()
        self._timers[name] = loop.call_later(after_s, run) if after_s else loop.call_soon(run)
