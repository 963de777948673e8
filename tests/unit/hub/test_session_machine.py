"""Whatever screens of one room do, in any order: one leads, all end with the same picture, each device has one vote."""

from collections.abc import Iterable
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fakes.machine_profile import profile
from fakes.quick_loop import QuickLoop
from sanping.domain.ballot import Ballot
from sanping.domain.errors import InputError, StepRefused
from sanping.domain.label import Label
from sanping.domain.role import Role
from sanping.hub.ballot_desk import BALLOT, BallotDesk, Vote
from sanping.hub.event_keeper import EventRow
from sanping.hub.room_seat import Seat
from sanping.hub.rooms import Rooms
from sanping.stage.floor import LEASE_MS, LONGEST_QUEUE
from sanping.wire.codec import from_hub
from sanping.wire.messages import Command
from sanping.wire.show import Floor, FloorState, FloorWish, Here, Member, Presence, Refused, Seen, Show, Shown

NAMES = ("desk", "wall", "phone", "kiosk")
KEYS, VALUES = ("style", "scene"), ("day", "night", "river")
ROLES: tuple[Role, ...] = ("viewer", "operator", "duty_officer")
WISHES: tuple[FloorWish, ...] = (
    "request", "release", "renew", "grant", "deny", "revoke", "seize", "lock", "unlock",
)  # fmt: skip
CHOICES = ("a", "b", "c")
names, wishes = st.sampled_from(NAMES), st.sampled_from(WISHES)


class Screen:
    """One connection, and what a screen makes of all that came over it."""

    def __init__(self, name: str, role: Role, window: int) -> None:
        self.held, self.is_dropped, self.data = 0, False, b""
        self.values: dict[str, Shown] = {}
        self.floor = FloorState()
        self.members: dict[str, Member] = {}
        self.unseen, self.newest, self.first = 0, 0, 0
        self.seat = Seat(
            screen=name, kind="desk", name=name, role=role, window=window, write=self.write,
            waiting=lambda: self.held, drop=self.drop,
        )  # fmt: skip

    def write(self, data: bytes) -> None:
        self.data += data

    def drop(self) -> None:
        self.is_dropped = True

    def read(self) -> list[Shown]:
        """Take in what came and return the values."""
        shown: list[Shown] = []
        for message in _messages(self.data):
            if isinstance(message, Shown):
                known = self.values.get(message.key)
                assert known is None or message.revision > known.revision, "an older value after a newer one"
                self.values[message.key] = message
                self.unseen, self.newest = self.unseen + 1, max(self.newest, message.revision)
                shown.append(message)
            elif isinstance(message, FloorState):
                self.floor = message
            elif isinstance(message, Presence):
                self.members = {} if message.is_all else self.members
                self.members.update({member.screen: member for member in message.members})
                for screen in message.left:
                    self.members.pop(screen, None)
        self.data = b""
        return shown


class Sessions(RuleBasedStateMachine):
    """Four screens, each with one connection or none, in the main room of a hub; time is turned on by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = QuickLoop()
        self.rooms = Rooms(clock=self.now_ms)
        self.loop.done(self.started())
        self.room = self.rooms.main
        self.screens: dict[str, Screen] = {}
        self.written: dict[tuple[str, int], bytes] = {}
        self.follows: dict[str, bool] = {}
        self.log, self.fanout, self.sight = self, self, self  # the desk of votes tells its hub through these
        self.ballots = BallotDesk(self)  # type: ignore[arg-type]
        self.rows: list[EventRow] = []
        self.votes: dict[str, dict[str, str]] = {}
        self.closed: set[str] = set()
        self.seq = 0

    def of_vote(self, _: str, chosen: Label | None) -> Label:
        """Give a vote its label."""
        return chosen or "public"

    def now_ms(self) -> int:
        return int(self.loop.now_s * 1000)

    async def started(self) -> None:
        self.rooms.start()

    def append(self, kind: str, body: Any, about: str = "") -> int:
        self.seq += 1
        return self.seq

    def changed(self) -> None:
        return

    def after(self) -> None:
        """Let the turn end, and let every screen read; one whose line was dropped is gone."""
        self.loop.settle()
        for name, screen in list(self.screens.items()):
            for shown in screen.read():
                assert self.written[shown.key, shown.revision] == bytes(shown.value)
            assert screen.unseen <= max(screen.seat.window, screen.first), "more than there is credit for"
            if screen.is_dropped:
                self.loop.done(self.gone(self.screens.pop(name)))

    async def gone(self, screen: Screen) -> None:
        self.rooms.leave(self.room, screen.seat)

    # Coming and going.

    @initialize(roles=st.tuples(*(st.sampled_from(ROLES) for _ in NAMES)))
    def begin(self, roles: tuple[Role, ...]) -> None:
        for name, role in zip(NAMES, roles, strict=True):
            self.join(name, role, 2)

    @rule(name=names, role=st.sampled_from(ROLES), window=st.sampled_from((1, 2, 8)))
    def join(self, name: str, role: Role, window: int) -> None:
        """Come, or come back on a new line while the old one is not known to be dead yet."""
        old = self.screens.pop(name, None)
        screen = self.screens[name] = Screen(name, role, window)
        entered = self.loop.done(self.entered(screen))
        assert entered is self.room
        if old is not None:
            self.loop.done(self.gone(old))
        else:
            self.follows.pop(name, None)
        self.loop.settle()
        screen.read()
        screen.first = screen.unseen
        self.after()

    async def entered(self, screen: Screen) -> object:
        found = self.rooms.enter("", screen.seat)
        self.room.subscribe(screen.seat, ["view", "presence"])
        return found

    @rule(name=names, is_closed=st.booleans())
    def leave(self, name: str, is_closed: bool) -> None:
        """Go: the window was closed, which gives up the floor, or the line was cut, which does not."""
        screen = self.screens.get(name)
        if screen is None:
            return
        before = self.room.floor

        async def left() -> None:
            if is_closed:
                self.room.take_leave(screen.seat)
            await self.gone(self.screens.pop(name))

        self.loop.done(left())
        assert not is_closed or self.room.floor.holder != name
        assert is_closed or before.holder != name or self.room.floor.fence == before.fence
        assert name not in self.room.floor.queue
        self.after()

    # Leading and following.

    @rule(several=st.lists(st.tuples(names, wishes, names), min_size=1, max_size=4))
    def wish_for_the_floor(self, several: list[tuple[str, FloorWish, str]]) -> None:
        for name, wish, to in several:
            self.wish(name, wish, to)

    def wish(self, name: str, wish: FloorWish, to: str) -> None:
        screen = self.screens.get(name)
        if screen is None:
            return
        before = self.room.floor
        answer = self.loop.done(self.wished(screen, Floor(wish=wish, to=to)))
        floor, role = self.room.floor, screen.seat.role
        if role == "viewer" and before.holder != name and wish in ("seize", "grant", "deny", "revoke"):
            assert isinstance(answer, Refused)
        if wish == "seize" and role == "duty_officer":
            assert floor.holder == name
        if isinstance(answer, Refused) and before.holder and self.now_ms() < before.until_ms:
            assert floor == before, "what was refused changed something"
        self.after()

    async def wished(self, screen: Screen, wish: Floor) -> Refused | None:
        return self.room.wish(screen.seat, wish)

    @rule(
        name=names, key=st.sampled_from(KEYS), value=st.sampled_from(("day", "night", "river")), is_late=st.booleans()
    )
    def show(self, name: str, key: Any, value: str, is_late: bool) -> None:
        screen = self.screens.get(name)
        if screen is None or (key == "style" and value == "river"):
            return
        fence = screen.floor.fence - is_late
        said = msgspec.json.encode(value)
        floor, now_ms = self.room.floor, self.now_ms()
        may = floor.holder == name and floor.fence == fence and now_ms < floor.until_ms

        async def write() -> Refused | None:
            return self.room.write(screen.seat, Show(key=key, value=msgspec.Raw(said), fence=fence, n=0))

        refused = self.loop.done(write())
        assert (refused is None) == may
        if refused is None:
            self.written[key, self.room.values[key].revision] = said
            assert self.room.floor.until_ms == now_ms + LEASE_MS
        self.after()

    @rule(name=names, follows=st.booleans())
    def follow(self, name: str, follows: bool) -> None:
        screen = self.screens.get(name)
        if screen is not None:

            async def here() -> bool:
                return self.room.here(screen.seat, Here(follows=follows))

            if self.loop.done(here()):
                self.follows[name] = follows
            self.after()

    # Slow lines, and time.

    @rule(name=names)
    def stop_reading(self, name: str) -> None:
        screen = self.screens.get(name)
        if screen is not None and not screen.held:

            async def full() -> None:
                screen.held = 1000
                self.room.line_full(screen.seat)

            self.loop.done(full())

    @rule(name=names, is_seen=st.booleans())
    def go_on_reading(self, name: str, is_seen: bool) -> None:
        screen = self.screens.get(name)
        if screen is not None:
            screen.held = 0
            self.loop.let_pass(0.05)
            self.after()
            if is_seen and name in self.screens:
                self.see(screen)

    def see(self, screen: Screen) -> None:
        async def seen() -> None:
            self.room.seen(screen.seat, Seen(revision=screen.newest))

        screen.unseen = 0
        self.loop.done(seen())
        self.after()

    @rule(seconds=st.sampled_from((0.1, 1.0, 6.0, 11.0, 26.0)))
    def let_pass(self, seconds: float) -> None:
        self.loop.let_pass(seconds)
        self.after()

    # Votes.

    def command(self, action: str, **arguments: object) -> Command:
        self.seq += 1
        return Command(op=f"op-{self.seq}", action=action, arguments=arguments)

    def asked(self, command: Command, by: str) -> Ballot | None:
        """Do what a screen wishes of the votes; None when it was refused."""
        try:
            change = self.ballots.wished(command, by, self.now_ms())
        except (InputError, StepRefused):
            return None
        self.rows.append(change.row)
        self.ballots.keep(change)
        return change.ballot

    @rule()
    def open_a_vote(self) -> None:
        had_one = any(id not in self.closed for id in self.votes)
        choices = [{"id": id, "name": f"方案 {id}"} for id in CHOICES]
        ballot = self.asked(self.command("vote.open", plan="p", title="滨河", choices=choices), "desk")
        assert (ballot is None) == had_one
        if ballot is not None:
            self.votes[ballot.id] = {}

    @precondition(lambda self: self.votes)
    @rule(name=names, choice=st.sampled_from((*CHOICES, "moon")), data=st.data())
    def vote(self, name: str, choice: str, data: st.DataObject) -> None:
        id = data.draw(st.sampled_from(sorted(self.votes)))
        ballot = self.asked(self.command("vote.cast", ballot=id, choice=choice), name)
        assert (ballot is None) == (id in self.closed or choice == "moon")
        if ballot is not None:
            self.votes[id][name] = choice

    @precondition(lambda self: self.votes)
    @rule()
    def close_a_vote(self) -> None:
        for id in set(self.votes) - self.closed:
            assert self.asked(self.command("vote.close", ballot=id), "desk") is not None
            self.closed.add(id)

    @rule()
    def kill_the_hub(self) -> None:
        """Of the votes only what was kept is left; of the room nothing would be, so that it goes on."""
        before = self.ballots.book
        self.ballots = BallotDesk(self)  # type: ignore[arg-type]
        kept = [(kind, body) for _, kind, body in self.rows]
        ballots = [msgspec.json.decode(body, type=Ballot) for kind, body in kept if kind == BALLOT]
        self.ballots.recall(ballots, (msgspec.json.decode(body, type=Vote) for kind, body in kept if kind != BALLOT))
        assert {id: (one.counts, one.is_open) for id, one in self.ballots.book.items()} == {
            id: (one.counts, one.is_open) for id, one in before.items()
        }
        assert all(one.rev >= before[id].rev for id, one in self.ballots.book.items())

    # What always holds.

    @invariant()
    def one_leads_and_the_others_wait(self) -> None:
        floor = self.room.floor
        assert floor.holder in ("", *NAMES)
        assert floor.holder not in floor.queue
        assert len(set(floor.queue)) == len(floor.queue) <= LONGEST_QUEUE
        assert floor.guests <= set(floor.queue)
        assert floor.holder or not floor.is_locked
        last, self.last = getattr(self, "last", floor), floor
        assert floor.fence > last.fence or (floor.fence == last.fence and floor.holder in ("", last.holder))

    @invariant()
    def each_device_has_one_vote(self) -> None:
        for id, votes in self.votes.items():
            chosen = list(votes.values())
            assert self.ballots.book[id].counts == tuple(chosen.count(choice) for choice in CHOICES)
        assert sum(ballot.is_open for ballot in self.ballots.book.values()) <= 1

    def teardown(self) -> None:
        """Let everybody read and see everything: then all show the same."""
        try:
            for _ in range(4):
                for name, screen in list(self.screens.items()):
                    screen.held = 0
                    self.see(screen)
                    if name in self.screens:
                        self.follow(name, self.follows.get(name, True))
                self.loop.let_pass(0.6)
                self.after()
            floor = self.room.floor
            values = {key: bytes(one.value) for key, one in self.room.values.items()}
            for screen in self.screens.values():
                assert {key: bytes(one.value) for key, one in screen.values.items()} == values
                assert (screen.floor.holder, screen.floor.fence, screen.floor.queue, screen.floor.is_locked) == (
                    floor.holder, floor.fence, floor.queue, floor.is_locked,
                )  # fmt: skip
                assert set(screen.members) == set(self.screens)
                assert all(screen.members[name].follows == self.follows.get(name, True) for name in self.screens)
        finally:
            self.loop.done(self.rooms.stop())
            self.loop.close()


def _messages(data: bytes) -> Iterable[Any]:
    while data:
        head, size = 2, data[1]
        if size == 126:
            head, size = 4, int.from_bytes(data[2:4], "big")
        yield from_hub(data[head : head + size])
        data = data[head + size :]


def test_whatever_screens_do_one_leads_all_end_alike_and_each_device_has_one_vote() -> None:
    # given four screens that join, leave, lead, follow, vote and stop reading, and time that passes, in any order
    # when it is over and everybody reads again
    # then all show the same, and every invariant above held after every step
    run_state_machine_as_test(Sessions, settings=profile(100, 30))
