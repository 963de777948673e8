"""The hub that owns the books of a site, towards the other hubs of the site: it tells them all, and does what they ask.

Everything goes once to the bus, whatever the number of relays; a screen of a relay has a seat in its room here, so that
one room decides who leads. Who heard nothing of a relay for three seconds takes its screens for gone.
"""

import asyncio
import contextlib
import logging
import uuid
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec
from msgspec.structs import replace

from sanping.domain.errors import FrameBroken, InputError, SiteUnreachable
from sanping.domain.label import HIGHEST, Label, lower
from sanping.domain.site import NEVER, HubLine
from sanping.domain.text import Text
from sanping.hub.contest import Contest
from sanping.hub.core import Hub
from sanping.hub.fanout import Outbox
from sanping.hub.given_up import given_up
from sanping.hub.intake_owner import IntakeOwner
from sanping.hub.long_questions import LongAnswers, asked
from sanping.hub.pieces import joined, tell
from sanping.hub.relay_answers import known, rested, through_relay
from sanping.hub.relay_held import twin_mark
from sanping.hub.room import Room
from sanping.hub.room_seat import Seat
from sanping.hub.site_host import now_ms, steady_ms
from sanping.ports.bus import Bus
from sanping.wire.codec import encoded, from_hub
from sanping.wire.messages import ALL, LOG
from sanping.wire.movers import MOVERS
from sanping.wire.same_site import (
    ASK,
    LARGEST,
    LIVE,
    SAY,
    Answer,
    Do,
    Enter,
    Entered,
    GivenUp,
    Join,
    Joined,
    Kept,
    Knowns,
    Left,
    Live,
    NowIs,
    Owner,
    Question,
    Rest,
    Said,
    SaysBye,
    Still,
    Taken,
    Told,
    Who,
    Whole,
    answer_of,
    heard,
    packed,
    question_of,
    said,
    subject,
)
from sanping.wire.show import Floor, Here, Refused, Show, Shown
from sanping.wire.shown_sight import shown_to
from sanping.wire.sight import seen_in

TOPICS = (ALL, LOG, MOVERS)
BEAT_S, BEATS_KNOWN = 0.5, 8
SILENT_MS = 3_000
READINGS_PAUSE_S = 0.05
UP_WITHIN_S, ANSWER_WITHIN_S, LOOK_S = 1.5, 1.0, 0.02
_OWNED = Text(
    "站点“{site}”已由另一个中枢主管：{other}；本机请加 --relay 作为分中枢启动，或先停止它",
    "Another hub owns the books of the site {site}: {other}; start this one with --relay, or stop that one first",
)
_GONE = Text("这个分中枢已不在册，将重新接入", "This relay is not known any more, it joins again")
_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True, eq=False)
class _Relay:
    """One relay: its screens by its own numbers for them, and how far it was heard; `line` is how people see it."""

    session: str
    line: HubLine
    heard_ms: int
    lag_ms: int | None = None
    n: int = 0
    seats: dict[int, tuple[Room, Seat]] = field(default_factory=dict)


class RelayOwner:
    """Serves the relays of a site over its bus. `name` is what the hub is called."""

    def __init__(self, hub: Hub, site: str, bus: Bus, name: str) -> None:
        self._hub, self._site, self._bus, self._name = hub, site, bus, name
        self._intakes = IntakeOwner(hub, site, bus)
        self.contest = Contest(hub, site)
        self._twin = twin_mark(hub.plan)
        self._relays: dict[str, _Relay] = {}
        self._n = 0
        self._since_ms = now_ms()
        self._beats: deque[tuple[int, int]] = deque(maxlen=BEATS_KNOWN)
        self._waiting: list[Told] = []
        self._going: asyncio.Queue[bytes] = asyncio.Queue()
        self._flushing: asyncio.Handle | None = None
        self._box: Outbox | None = None
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._carrying: asyncio.Task[None] | None = None

    async def check_alone(self) -> None:
        """Make sure that no other hub owns the books of this site. Raises `InputError`."""
        await self._bus.start()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(UP_WITHIN_S):
                while not self._bus.is_up:
                    await asyncio.sleep(LOOK_S)
        with contextlib.suppress(SiteUnreachable, FrameBroken):
            body = await asked(self._bus, subject(ASK, self._site), packed(Owner()), ANSWER_WITHIN_S)
            other = answer_of(body, HubLine)
            where = ", ".join((other.name, *other.addresses))
            raise InputError(_OWNED.with_values(site=self._site, other=where))

    async def start(self) -> None:
        """Begin to answer and to tell."""
        self._hub.rooms.echo = self._echoed
        self._hub.others = self._lines
        await self._bus.answer(subject(ASK, self._site), LongAnswers(self._bus, self._answer).answer)
        await self._bus.subscribe(subject(SAY, self._site), joined(self._heard))
        await self._bus.subscribe(subject(LIVE, self._site), joined(self.contest.heard))
        await self._intakes.start()
        await self._bus.start()
        self._tasks = (asyncio.create_task(self._send()), asyncio.create_task(self._beat()))

    async def stop(self) -> None:
        """Let go of all relays; they notice."""
        await self._intakes.stop()
        await self.contest.stop()
        await given_up(*self._tasks, self._carrying)
        if self._flushing is not None:
            self._flushing.cancel()
        for relay in tuple(self._relays.values()):
            self._drop(relay)

    @property
    def _clearance(self) -> Label:
        """Up to which label relays are told anything: all hear the same."""
        return self._hub.plan.clearances.of_relay()

    def _own_line(self) -> HubLine:
        return HubLine(
            name=self._name, part="owner", addresses=self._hub.addresses, screens=len(self._hub.fanout),
            since_ms=self._since_ms, is_here=True,
        )  # fmt: skip

    def _lines(self) -> tuple[HubLine, ...]:
        """Return the hubs of the site that are there."""
        relays = (replace(one.line, screens=len(one.seats), lag_ms=one.lag_ms) for one in self._relays.values())
        return (self._own_line(), *relays, *self._intakes.lines())

    # What is told.

    def _echoed(self, room: str, payload: bytes) -> None:
        if self._relays:
            self._tell([Told(frame=_raw(self._seen(payload)), room=room)])

    def _seen(self, payload: bytes) -> bytes:
        """Return what relays may know of what a room is told."""
        if self._clearance == HIGHEST or not isinstance(shown := from_hub(payload), Shown):
            return payload
        return encoded(shown_to(shown, self._clearance, self._hub.rooms.labels.layers))

    def _tell(self, told: Iterable[Told]) -> None:
        """Tell all relays at the end of this turn of the loop."""
        self._waiting.extend(told)
        if self._flushing is None:
            self._flushing = asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self, sessions: tuple[str, ...] | None = None) -> None:
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
        waiting, self._waiting = self._waiting, []
        part: list[Told] = []
        size = 0
        for told in waiting:
            if part and size + len(bytes(told.frame)) > LARGEST:
                self._put(tuple(part))
                part, size = [], 0
            part.append(told)
            size += len(bytes(told.frame))
        if part or sessions is not None:
            self._put(tuple(part), sessions)

    def _put(self, told: tuple[Told, ...], sessions: tuple[str, ...] | None = None) -> None:
        self._n += 1
        if sessions is not None:
            self._beats.append((self._n, steady_ms()))
        self._going.put_nowait(said(Live(epoch=self._hub.epoch, n=self._n, told=told, sessions=sessions)))

    async def _send(self) -> None:
        to = subject(LIVE, self._site)
        while True:
            body = await self._going.get()
            try:
                await tell(self._bus, to, body)
            except Exception:
                _log.exception("telling the relays")

    async def _beat(self) -> None:
        """Say who is known, and take those for gone that say nothing or were told by another clearance."""
        while True:
            is_other = self._box is not None and self._box.clearance != self._clearance
            for relay in tuple(self._relays.values()):
                if is_other or steady_ms() - relay.heard_ms > SILENT_MS:
                    self._drop(relay)
            self._flush(tuple(self._relays))
            await asyncio.sleep(BEAT_S)

    async def _carry(self, box: Outbox) -> None:
        """Carry the log, readings and positions to the bus, as to one more screen."""
        while True:
            await box.woken.wait()
            box.woken.clear()
            while frames := box.next_frames():
                self._tell(Told(frame=_raw(frame)) for frame in frames)
                box.ready()
                await asyncio.sleep(READINGS_PAUSE_S)

    # What relays ask.

    async def _answer(self, body: bytes) -> bytes:
        await self.contest.decided()
        return packed(await self._answered(body))

    async def _answered(self, body: bytes) -> Answer:
        hub, question = self._hub, question_of(body)
        if isinstance(question, Join):
            return self._joined(question)
        if isinstance(question, Enter):
            return self._entered(question)
        return await self._found(hub, question)

    async def _found(self, hub: Hub, question: Question) -> Answer:
        """Answer what the hub answers whoever asks."""
        match question:
            case Do(command=command, by=by, who=who):
                return await hub.done(command, by, through_relay(hub, who))
            case Who() | Still():
                return Knowns(known=known(hub, question))
            case Rest():
                return await rested(hub, question)
            case Owner():
                return self._own_line()
            case Kept(observations=rows):
                committed = asyncio.Event()
                await hub.ledger.room()
                hub.ledger.submit(rows, committed.set)
                await committed.wait()
                return Taken()
            case _:
                return Whole(frame=encoded(seen_in(hub.fanout.snapshot(), self._clearance)))

    def _joined(self, asked: Join) -> Joined:
        """Take a relay in, or again, and return all that a screen hears first."""
        relay = self._relays.get(asked.session)
        if relay is None:
            line = HubLine(
                name=asked.name, part="relay", addresses=asked.addresses, is_standby=asked.is_standby,
                since_ms=now_ms(),
            )  # fmt: skip
            relay = _Relay(session=uuid.uuid4().hex, line=line, heard_ms=NEVER)
            self._relays[relay.session] = relay
        relay.heard_ms = steady_ms()
        if self._box is None:
            self._box = self._hub.fanout.joined(None, self._clearance)
            self._box.subscribe(TOPICS)
            _all_of(self._box)  # what was before is in the answer
            self._carrying = asyncio.create_task(self._carry(self._box))
        self._flush()
        return Joined(
            session=relay.session, epoch=self._hub.epoch, n=self._n, seq=self._hub.log.seq, owner=self._name,
            is_simulated=self._hub.plan.is_simulated, frames=self._everything(),
            rooms={room.name: room.everything(self._clearance) for room, _ in relay.seats.values()}, twin=self._twin,
            levels=self._hub.fanout.levels.up_to(self._clearance),
        )  # fmt: skip

    def _everything(self) -> tuple[bytes, ...]:
        box = self._hub.fanout.joined(None, self._clearance)
        try:
            box.subscribe(TOPICS)
            return tuple(_all_of(box))
        finally:
            self._hub.fanout.left(box)

    def _entered(self, asked: Enter) -> Entered:
        """Give a screen of a relay a seat. Raises `SiteUnreachable` for a relay that is not known any more."""
        relay = self._relays.get(asked.session)
        if relay is None:
            raise SiteUnreachable(_GONE)
        seat = Seat(
            screen=asked.screen, kind=asked.kind, name=asked.name, role=asked.role, window=1, write=_nothing,
            waiting=int, drop=_gone, tile=asked.tile, peer=asked.peer,
            clearance=lower((asked.clearance, self._clearance)),
        )  # fmt: skip
        room = self._hub.rooms.enter(asked.room, seat)
        if isinstance(room, Refused):
            return Entered(refused=room)
        relay.seats[asked.seat] = room, seat
        return Entered(frames=room.everything(self._clearance), n=self._hub.wishes.book.highest(asked.screen))

    # What their screens say.

    def _heard(self, _: str, body: bytes) -> None:
        try:
            message = heard(body, Said)
        except FrameBroken as error:
            _log.warning("%s", error.in_language("en"))
            return
        relay = self._relays.get(message.session)
        if relay is None:
            return
        if message.n != relay.n + 1:  # something was lost on its way: it begins anew
            self._drop(relay)
            return
        relay.n, relay.heard_ms = message.n, steady_ms()
        told_ms = next((at_ms for n, at_ms in self._beats if n == message.heard), None)
        relay.lag_ms = relay.lag_ms if told_ms is None else relay.heard_ms - told_ms
        if message.seat in relay.seats:
            self._take(relay, message)

    def _take(self, relay: _Relay, message: Said) -> None:
        room, seat = relay.seats[message.seat]
        refused: Refused | None = None
        match message.what:
            case Show() as show:
                refused = room.write(seat, show)
            case Floor() as wish:
                refused = room.wish(seat, wish)
            case Here() as here:
                room.here(seat, here)
            case NowIs(role=role):
                seat.role = role
                room.role_changed(seat)
            case SaysBye():
                room.take_leave(seat)
            case GivenUp():
                room.give_up(seat)
            case Left():
                del relay.seats[message.seat]
                self._hub.rooms.leave(room, seat)
        if refused is not None:
            refused = self._hub.rooms.counted(refused)
            self._tell([Told(frame=_raw(encoded(refused)), to=f"{relay.session}/{message.seat}")])

    def _drop(self, relay: _Relay) -> None:
        """Forget a relay and its screens; their leases stand until they end."""
        self._relays.pop(relay.session, None)
        for room, seat in relay.seats.values():
            self._hub.rooms.leave(room, seat)
        relay.seats.clear()
        if not self._relays and self._box is not None:
            if self._carrying is not None:
                self._carrying.cancel()
            self._hub.fanout.left(self._box)
            self._box = self._carrying = None


def _all_of(box: Outbox) -> list[bytes]:
    """Return all frames that a screen is told as of now."""
    found: list[bytes] = []
    while frames := box.next_frames():
        found.extend(frames)
        box.ready()
    return found


def _raw(frame: bytes) -> msgspec.Raw:
    return msgspec.Raw(frame)


def _nothing(_: bytes) -> None:
    """Let a seat without a socket hear."""


def _gone() -> None:
    """Let a seat without a socket be dropped."""
