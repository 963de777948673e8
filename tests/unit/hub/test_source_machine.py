"""Whatever a source and its process do: one process at most, back-off kept, nothing acknowledged before its time."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Sequence
from typing import Any
from unittest.mock import patch

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
from fakes.small_river import NOON_MS, reading
from sanping.domain.errors import FrameBroken, WorkerFailed
from sanping.domain.observation import Observation
from sanping.domain.source_status import SourceStatus
from sanping.domain.text import Text
from sanping.hub import source_runner
from sanping.hub.child_messages import Alive, Begin, Committed, Delivery, Ended, Said
from sanping.hub.source_runner import SourcePlan
from sanping.hub.supervisor import Supervisor

FIRST_S, LONGEST_S, STEADY_S, JITTER = 5.0, 300.0, 60.0, 0.2
SILENCE_S, LONGEST_HANG_S = 20.0, 31.0
NAMES = ("north", "south")
WORDS = Text("不好", "bad")


class Child:
    """A process as its runner sees it; `says` is what it has said and nobody has read yet."""

    number = 0  # no process: the system does not tell whether it gets a processor

    def __init__(self, begin: Begin, began_s: float) -> None:
        self.begin, self.began_s = begin, began_s
        self.is_alive = True
        self.heard: list[int] = []
        self.says: asyncio.Queue[Any] = asyncio.Queue()

    async def next(self) -> Any:
        said = await self.says.get()
        if isinstance(said, Exception):
            raise said
        return said

    def tell(self, message: Any) -> None:
        assert isinstance(message, Committed)
        self.heard.append(message.number)

    async def end(self, patience_s: float = 0.0) -> int:
        self.is_alive = False
        return -9


class Known:
    """What the model knows of one source."""

    def __init__(self) -> None:
        self.is_meant = False
        self.is_refused = False
        self.settings = 0
        self.children: list[Child] = []
        self.failures = 0
        self.due_s: tuple[float, float] | None = None
        self.heard_s = 0.0
        self.is_state_told = False

    @property
    def child(self) -> Child | None:
        return next((child for child in self.children if child.is_alive), None)


class Sources(RuleBasedStateMachine):
    """Two sources under one supervisor; their processes and the store are this machine."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = QuickLoop()
        self.known = {name: Known() for name in NAMES}
        self.told: dict[str, SourceStatus] = {}
        self.uncommitted: deque[tuple[Child, int, Callable[[], None]]] = deque()
        self.committed: Counter[tuple[int, int]] = Counter()
        self.numbers = 0
        self.can_start = True
        self.wrong: list[str] = []
        self.patches = [patch.object(source_runner, "started", self.started), patch.object(source_runner, "time", self)]
        for one in self.patches:
            one.start()

    # The clock and the machine that the runners see.

    def monotonic(self) -> float:
        return self.loop.now_s

    def time_ns(self) -> int:
        return int(self.loop.now_s * 1e9)

    async def started(self, begin: Begin) -> Child:
        known = self.known[begin.source]
        first_s, last_s = known.due_s or (self.loop.now_s, self.loop.now_s)
        self.wrong += ["two processes of one source"] if known.child is not None else []
        self.wrong += [] if known.is_meant else ["a process that nobody wants"]
        self.wrong += [] if first_s - 0.01 <= self.loop.now_s <= last_s + 0.01 else ["the back-off was not kept"]
        known.due_s = None
        if not self.can_start:
            self.failed(known, self.loop.now_s)
            raise WorkerFailed(WORDS)
        child = Child(begin, self.loop.now_s)
        known.children.append(child)
        known.heard_s, known.is_state_told = self.loop.now_s, False
        return child

    def failed(self, known: Known, began_s: float) -> None:
        """Note when a source that failed now may come back."""
        known.failures = 1 if self.loop.now_s - began_s >= STEADY_S else known.failures + 1
        wait_s = min(LONGEST_S, FIRST_S * 2 ** (known.failures - 1))
        known.due_s = (self.loop.now_s + wait_s * (1 - JITTER), self.loop.now_s + wait_s * (1 + JITTER))

    # The hub that the runners see.

    async def room(self) -> None:
        return

    def delivered(
        self, plan: SourcePlan, counts: Counter[str], observations: Sequence[Observation], done: Callable[[], None]
    ) -> None:
        child = self.known[plan.name].child
        assert child is not None
        self.uncommitted.append((child, int(observations[0].value), done))

    def status_changed(self, status: SourceStatus) -> None:
        self.told[status.name] = status

    def noted(self, kind: str, words: Text) -> None:
        return

    def plan(self, name: str) -> SourcePlan:
        begin = Begin(role="source", source=name, target="none:None", settings={"rev": self.known[name].settings})
        return SourcePlan(name=name, adapter="fake", begin=begin, is_simulated=False, silence_s=SILENCE_S)

    @initialize()
    def begin(self) -> None:
        self.supervisor = Supervisor([self.plan(name) for name in NAMES], (), self, FIRST_S)  # type: ignore[arg-type]

    # What people wish.

    @rule(name=st.sampled_from(NAMES))
    def enable(self, name: str) -> None:
        known = self.known[name]
        if not known.is_meant:
            known.is_meant, known.is_refused, known.failures, known.due_s = True, False, 0, None
        self.loop.done(self.supervisor.enable(name))
        self.loop.settle()

    @rule(name=st.sampled_from(NAMES))
    def disable(self, name: str) -> None:
        self.known[name].is_meant = False
        self.loop.done(self.supervisor.disable(name))
        assert self.told[name].state == "disabled"

    @rule(name=st.sampled_from(NAMES))
    def restart(self, name: str) -> None:
        known = self.known[name]
        known.is_meant, known.is_refused, known.failures, known.due_s = True, False, 0, None
        self.loop.done(self.supervisor.restart(name))
        self.loop.settle()
        assert (known.child is not None) == self.can_start

    @rule(name=st.sampled_from(NAMES), is_started=st.booleans())
    def configure(self, name: str, is_started: bool) -> None:
        known = self.known[name]
        known.settings += 1
        known.is_meant, known.is_refused, known.failures, known.due_s = is_started, False, 0, None
        known.children = [child for child in known.children if child.is_alive]
        self.loop.done(self.supervisor.put(self.plan(name), is_started=is_started))
        known.children = [child for child in known.children if child.is_alive]
        self.loop.settle()

    @rule(name=st.sampled_from(NAMES))
    def test_its_port(self, name: str) -> None:
        """Its settings are tried: it rests meanwhile, and goes on at once afterwards."""
        known = self.known[name]

        async def tried() -> None:
            async with self.supervisor.resting(name):
                assert known.child is None
                known.failures, known.due_s, known.is_refused = 0, None, False

        self.loop.done(tried())
        self.loop.settle()

    # What its process does.

    def living(self, name: str) -> Child | None:
        return self.known[name].child

    def say(self, name: str, *messages: Any) -> bool:
        child = self.living(name)
        if child is None:
            return False
        for message in messages:
            child.says.put_nowait(message)
        self.loop.settle()
        return True

    @rule(name=st.sampled_from(NAMES), count=st.integers(1, 3))
    def deliver(self, name: str, count: int) -> None:
        for _ in range(count):
            self.numbers += 1
            row = reading("up", "water_level", float(self.numbers), NOON_MS + self.numbers)
            if self.say(name, Delivery(number=self.numbers, observations=(row,))):
                self.known[name].heard_s, self.known[name].is_state_told = self.loop.now_s, False
                assert self.told[name].state in ("live", "degraded", "auth_failed", "disabled")

    @rule(name=st.sampled_from(NAMES))
    def beat(self, name: str) -> None:
        if self.say(name, Alive(counts={"frames": self.numbers})):
            assert self.told[name].state != "retrying" or self.known[name].is_state_told

    @rule(name=st.sampled_from(NAMES), state=st.sampled_from(("live", "degraded", "retrying")))
    def tell_its_state(self, name: str, state: Any) -> None:
        if self.say(name, Said(state=state, zh=WORDS.zh, en=WORDS.en)):
            self.known[name].is_state_told = True
            assert self.told[name].state == state

    @rule(
        name=st.sampled_from(NAMES),
        last=st.sampled_from(
            (
                None,
                FrameBroken(WORDS),
                Ended(how="failed", zh=WORDS.zh, en=WORDS.en),
                Ended(how="finished", zh=WORDS.zh, en=WORDS.en),
                Alive(counts={}, memory_bytes=1 << 40),
            )
        ),
    )
    def break_down(self, name: str, last: Any) -> None:
        known, child = self.known[name], self.living(name)
        if child is None:
            return
        self.failed(known, child.began_s)
        self.say(name, last)
        assert self.told[name].state == "retrying"
        assert not child.is_alive

    @rule(name=st.sampled_from(NAMES))
    def be_refused(self, name: str) -> None:
        if self.say(name, Ended(how="refused", zh=WORDS.zh, en=WORDS.en)):
            self.known[name].is_refused = True
            assert self.told[name].state == "auth_failed"

    @rule(can_start=st.booleans())
    def take_away_memory(self, can_start: bool) -> None:
        self.can_start = can_start

    # The store and the clock.

    @precondition(lambda self: self.uncommitted)
    @rule()
    def commit(self) -> None:
        child, number, done = self.uncommitted.popleft()
        assert number not in child.heard
        done()
        self.committed[id(child), number] += 1
        assert child.heard.count(number) == 1

    @rule(seconds=st.sampled_from((3.0, 10.0, 61.0, 400.0)), beats=st.booleans())
    def let_pass(self, seconds: float, beats: bool) -> None:
        """Time passes; a process that does not beat is ended after five seconds, and after thirty at its start."""
        before = [child for known in self.known.values() if (child := known.child)]
        left_s = seconds
        while left_s > 0:
            step_s = min(2.0, left_s)
            for known in self.known.values():
                if beats and known.child is not None:
                    known.child.says.put_nowait(Alive(counts={}))
            hung = {id(child): child for known in self.known.values() if (child := known.child)}
            self.loop.let_pass(step_s)
            left_s -= step_s
            self._note_hung(hung)
        assert beats or seconds <= LONGEST_HANG_S or not any(child.is_alive for child in before)
        for name, known in self.known.items():
            is_silent = beats and known.child in before and self.loop.now_s - known.heard_s > SILENCE_S + 2
            assert not is_silent or known.is_state_told or self.told[name].state != "live"

    def _note_hung(self, before: dict[int, Child]) -> None:
        for known in self.known.values():
            for child in known.children:
                if id(child) in before and not child.is_alive and known.due_s is None and known.child is None:
                    known.failures = 1 if self.loop.now_s - child.began_s >= STEADY_S else known.failures + 1
                    wait_s = min(LONGEST_S, FIRST_S * 2 ** (known.failures - 1))
                    known.due_s = (self.loop.now_s - 2 + wait_s * 0.8, self.loop.now_s + wait_s * 1.2)

    @invariant()
    def processes_begin_when_they_should(self) -> None:
        assert not self.wrong

    @invariant()
    def each_is_what_it_is_said_to_be(self) -> None:
        for name, known in self.known.items():
            if name not in self.told:
                continue
            child, status = known.child, self.told[name]
            assert sum(one.is_alive for one in known.children) <= 1
            if not known.is_meant:
                assert child is None
                assert status.state == "disabled"
                continue
            if known.is_refused:
                assert child is None
                assert status.state == "auth_failed"
                continue
            if child is not None:
                assert child.begin.settings == {"rev": known.settings}
                continue
            assert status.state == "retrying"
            now_ms = self.loop.now_s * 1000
            assert now_ms - 1 <= status.retry_ms <= now_ms + LONGEST_S * (1 + JITTER) * 1000
            assert known.due_s is not None
            assert self.loop.now_s <= known.due_s[1] + 0.01, "it was not started again in time"

    @invariant()
    def nothing_is_acknowledged_before_it_is_safe(self) -> None:
        waiting = {(id(child), number) for child, number, _ in self.uncommitted}
        for known in self.known.values():
            for child in known.children:
                assert not {(id(child), number) for number in child.heard} & waiting

    def teardown(self) -> None:
        try:
            if hasattr(self, "supervisor"):
                self.loop.done(self.supervisor.stop())
                assert not any(known.child for known in self.known.values())
        finally:
            for one in self.patches:
                one.stop()
            self.loop.close()


def test_whatever_a_source_does_it_has_one_process_keeps_its_back_off_and_comes_back() -> None:
    # given two sources, whose processes deliver, fall silent, crash, talk nonsense, are refused or cannot start
    # when people start, stop, restart and configure them meanwhile, in any order
    # then every invariant above holds after every step
    run_state_machine_as_test(Sources, settings=profile(80, 30))
