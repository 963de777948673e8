"""A further hub of a site, without books: what its screens see comes from the owner, what they wish goes there.

It has the owner's log by the same numbers, so a screen goes on where it was at whichever hub of the site it is. When
the owner is not heard for two seconds all its screens are sent away: what they show is then marked as of before, and
what they wish waits with them and is done once.
"""

import asyncio
import contextlib
import dataclasses
import itertools
import logging
from collections.abc import Callable
from typing import cast

import msgspec
from msgspec.structs import replace

from sanping.domain.device import OWNER, Device, Identity
from sanping.domain.errors import FrameBroken, SanpingError
from sanping.domain.label import HIGHEST, LOWEST, NO_LEVELS, LiveLevels
from sanping.domain.observation import Observation
from sanping.domain.site import HubLine
from sanping.domain.text import Text
from sanping.hub.core import Hub
from sanping.hub.endpoint import Asked, Endpoint
from sanping.hub.fanout import Fanout
from sanping.hub.fleet_table import FleetTable
from sanping.hub.given_up import given_up
from sanping.hub.latest import LatestTable
from sanping.hub.live_sight import LiveSight
from sanping.hub.log_plane import ChangeLog
from sanping.hub.plan import HubPlan
from sanping.hub.relay_answers import found_of
from sanping.hub.relay_gate import RelayGate
from sanping.hub.relay_held import HELD, twin_mark
from sanping.hub.relay_link import RelayLink
from sanping.hub.relay_room import RelayRooms
from sanping.hub.room import Room
from sanping.hub.room_seat import Seat, text_frame
from sanping.hub.site_host import now_ms
from sanping.ports.bus import Bus
from sanping.wire.codec import body_of, from_hub
from sanping.wire.messages import Ack, Change, Command, Readings, Series, SeriesRow, Snapshot
from sanping.wire.movers import MoverNames, Positions
from sanping.wire.same_site import (
    Do,
    Enter,
    Entered,
    Joined,
    Knowns,
    Left,
    Rest,
    Rested,
    Saying,
    Snap,
    Still,
    Told,
    Who,
    Whole,
)
from sanping.wire.show import FloorState, Presence, Refused, Shown
from sanping.wire.sight import WITHHELD, about_of, label_of, without

REST_WITHIN_S = 15.0
LOOK_EVERY_S = 2.0
FRESH_SNAPSHOT_AFTER = 1_000
CODES, HUBS = "/codes", "/hubs"
_OTHER_TWIN = Text(
    "本机的孪生与主中枢的不同，查询都交主中枢回答；请让各中枢用同一份孪生",
    "The twin here is not that of the owner, which answers all questions; give all hubs the same twin",
)
_log = logging.getLogger(__name__)


class RelayHub:
    """One relay of the site `site`; lives in one event loop. `name` is what it is called, `plan` its twin."""

    def __init__(self, plan: HubPlan, site: str, bus: Bus, name: str) -> None:
        self.plan = plan
        self.link = RelayLink(site, bus, name, self)
        self.gate = RelayGate(self._who)
        self.owner = ""
        self.is_ready = True
        self.addresses: tuple[str, ...] = ()
        self.on_device: list[Callable[[Device], None]] = []
        self.on_lost: list[Callable[[str], None]] = []
        self._twin, self._has_same_twin = twin_mark(plan), True
        self._numbers = itertools.count(1)
        self._seats: dict[Seat, int] = {}
        self._began_anew("", 0)
        self._snapshot = Snapshot(seq=0, alarms=(), sources=())
        self._looking: asyncio.Task[None] | None = None

    @property
    def epoch(self) -> str:
        """The life of the owner."""
        return self.log.epoch

    @property
    def sight(self) -> LiveSight:
        """Which stations somebody may see."""
        return LiveSight(self.plan.live.stations, self.fanout.levels)

    async def start(self) -> None:
        """Begin to look for the owner."""
        self.link.addresses = self.addresses
        self._looking = asyncio.create_task(self._look_again())
        await self.link.start()

    async def stop(self) -> None:
        """Let go of the owner."""
        await given_up(self._looking)
        await self.rooms.stop()
        await self.link.stop()

    # What screens wish.

    async def entered(self, name: str, seat: Seat) -> tuple[Room | Refused, int]:
        """Take a screen into a room; return it, and the highest number of a command of the screen.

        Raises `SiteUnreachable`.
        """
        number = next(self._numbers)
        question = Enter(
            session=self.link.session, seat=number, room=name, screen=seat.screen, kind=seat.kind, name=seat.name,
            role=seat.role, tile=seat.tile, peer=seat.peer, clearance=seat.clearance,
        )  # fmt: skip
        found = await self.link.ask(question, Entered)
        if found.refused is not None:
            return found.refused, 0
        self._seats[seat] = number
        room = self.rooms.enter(name, seat)
        if isinstance(room, Room):
            for frame in found.frames:
                self._take(frame, room.name)
        return room, found.n

    async def done(self, command: Command, by: str, who: Identity = OWNER) -> Ack:
        """Have the owner do what a screen wishes; asked until there is an answer, done once. Raises `SiteUnreachable`.

        Whoever is sent away without an answer asks again with the same `op`.
        """
        return await self.link.ask_surely(Do(command=command, by=by, who=who), Ack)

    async def answered(self, endpoint: Endpoint, asked: Asked) -> object:
        """Answer what is held here, have the owner answer the rest. Raises what it raises, and `SiteUnreachable`."""
        is_held = endpoint.path in HELD and not self.fanout.levels.is_declared  # what is labelled, the owner answers
        if is_held and self.link.is_linked and self._has_same_twin:
            return await endpoint.run(cast("Hub", self), asked)  # it asks for the plan and the latest values alone
        rested = await self.link.ask(
            Rest(
                method=endpoint.method, path=endpoint.path, parameters=dict(asked.parameters), body=asked.body,
                by=asked.by, peer=asked.peer, base=asked.base, is_packed=asked.is_packed,
            ),
            Rested,
            REST_WITHIN_S,
        )  # fmt: skip
        found = found_of(rested)
        if endpoint.path not in (CODES, HUBS) or not isinstance(found, bytes):
            return found
        decode = msgspec.msgpack.decode if asked.is_packed else msgspec.json.decode
        if endpoint.path == CODES:
            return {**decode(found), "addresses": list(self.addresses)}
        lines = decode(found, type=list[HubLine])
        return [replace(one, is_here=one.part == "relay" and one.name == self.link.name) for one in lines]

    # What the owner says (`hub.relay_link.Hears`).

    def joined(self, joined: Joined, *, is_new: bool) -> None:
        """Begin from here."""
        self.owner = joined.owner
        was_same, self._has_same_twin = self._has_same_twin, joined.twin == self._twin
        if was_same and not self._has_same_twin:
            _log.warning("%s", _OTHER_TWIN.en)
        self.plan = dataclasses.replace(self.plan, is_simulated=joined.is_simulated)
        if is_new or joined.levels != self.fanout.levels:
            self._send_away()
            self._began_anew(joined.epoch, joined.seq, joined.levels)
        for frame in joined.frames:
            self._take(frame, "")
        for room, frames in joined.rooms.items():
            for frame in frames:
                self._take(frame, room)
        if self.log.seq < self._snapshot.seq:
            self.log.begin(joined.epoch, self._snapshot.seq)
        self.fanout.changed()

    def told(self, told: Told) -> bool:
        """Take one frame; False when one before it is missing."""
        frame = bytes(told.frame)
        if told.to:
            session, _, number = told.to.partition("/")
            if session == self.link.session:
                for seat, known in self._seats.items():
                    if str(known) == number:
                        seat.write(text_frame(frame))
            return True
        is_whole = self._take(frame, told.room)
        self.fanout.changed()
        return is_whole

    def lost(self) -> None:
        """Send all screens away: nothing new comes, and nothing they wish is done."""
        _log.warning("the owner of the books is not heard")
        self._send_away()

    def _take(self, frame: bytes, room: str) -> bool:
        match message := from_hub(frame):
            case Change():
                return self._take_change(message, frame)
            case Snapshot():
                self._snapshot = message
            case Series(rows=rows):
                self._series.update((row.index, row) for row in rows)
            case Readings(rows=rows):
                self.latest.take([_observation(self._series[row.index], row) for row in rows])
            case MoverNames(rows=rows):
                self.fleet.mirror(rows, (), now_ms())
            case Positions(rows=rows):
                self.fleet.mirror((), rows, now_ms())
            case Shown() | FloorState() | Presence():
                self.rooms.take(room, message)
        return True

    def _take_change(self, change: Change, frame: bytes) -> bool:
        """Take the next change of the log with its label; what cannot be read is for those who may see everything."""
        body = None
        with contextlib.suppress(FrameBroken):
            body = body_of(change)
        label = HIGHEST if body is None and change.kind != WITHHELD else LOWEST if body is None else label_of(body)
        if not self.log.take(change, frame, "" if body is None else about_of(body), label):
            return False
        if body is not None and change.is_raised:
            self._snapshot = without(self._snapshot, body)
        if isinstance(body, Device):
            self.gate.heard(body)
            for look in self.on_device:
                look(body)
        return True

    def _began_anew(self, epoch: str, seq: int, levels: LiveLevels = NO_LEVELS) -> None:
        """Forget what was heard of an earlier life of the owner."""
        self.latest, self.log, self.fleet = LatestTable(), ChangeLog(epoch), FleetTable(None)
        self.log.begin(epoch, seq)
        self.fanout = Fanout(self.latest, self.log, lambda: self._snapshot, self.fleet, levels)
        self.rooms = RelayRooms(self._say)
        self.rooms.labels.layers = levels.layers
        self._series: dict[int, SeriesRow] = {}

    def _send_away(self) -> None:
        for leave in self.on_lost:
            leave("stopping")
        self._seats.clear()

    def _say(self, seat: Seat, what: Saying) -> None:
        number = self._seats.pop(seat, None) if isinstance(what, Left) else self._seats.get(seat)
        if number is not None:
            self.link.say(number, what)

    async def _who(self, question: Who | Still) -> Knowns:
        return await self.link.ask(question, Knowns)

    async def _look_again(self) -> None:
        """See now and then who is still let in, and keep the snapshot from getting old."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.gate.look_again()
                if self.log.seq - self._snapshot.seq > FRESH_SNAPSHOT_AFTER:
                    found = from_hub((await self.link.ask(Snap(), Whole)).frame)
                    if isinstance(found, Snapshot) and found.seq <= self.log.seq:
                        self._snapshot = found
            except SanpingError as error:
                _log.debug("%s", error)


async def entered(hub: Hub | RelayHub, room: str, seat: Seat) -> tuple[Room | Refused, int]:
    """Take a screen into a room of any hub; return it, and the highest number of a command of the screen.

    Raises `SiteUnreachable`.
    """
    if isinstance(hub, RelayHub):
        return await hub.entered(room, seat)
    return hub.rooms.enter(room, seat), hub.wishes.book.highest(seat.screen)


def _observation(series: SeriesRow, row: msgspec.Struct) -> Observation:
    """Return a reading as the table takes it."""
    _, value, event_ms, received_ms, quality, origin, is_simulated, mark = msgspec.structs.astuple(row)
    return Observation(
        station=series.station, quantity=series.quantity, value=float("nan") if value is None else value,
        unit=series.unit, event_ms=event_ms, received_ms=received_ms, statistic=series.statistic,
        period_s=series.period_s, quality=quality, mark=mark, origin=origin, is_simulated=is_simulated,
        source=series.source,
    )  # fmt: skip
