"""One source under watch: its child process, its states, its counts, and the back-off after it fails."""

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import msgspec

from sanping.domain.call import Call
from sanping.domain.errors import FrameBroken, SanpingError, SecretMissing
from sanping.domain.notice import Notice
from sanping.domain.observation import Observation
from sanping.domain.position import Position
from sanping.domain.source_status import SourceState, SourceStatus
from sanping.domain.text import Text
from sanping.hub.back_off import failures_after, wait_s
from sanping.hub.child_messages import (
    LISTENING,
    Alive,
    Begin,
    Committed,
    Delivery,
    Ended,
    Filed,
    Filing,
    Kept,
    Noted,
    Publication,
    Said,
    Taken,
    Tracking,
)
from sanping.hub.child_process import ChildProcess, started, words_of_death
from sanping.hub.child_silence import next_word
from sanping.hub.secret_settings import with_secrets
from sanping.hub.spare_port import MOVED, Place, free_port, is_taken, moved_to, place_of
from sanping.ports.secrets import Secrets

HEARTBEAT_PATIENCE_S = 5.0
START_PATIENCE_S = 30.0
COUNTS_EVERY_S = 2.0
SIMULATOR_FIRST_S = 1.0
SIMULATOR_PATIENCE_S = 20.0
SIMULATOR_LOOK_S = 0.05
LAST_WORDS_S = 1.0

_STARTING = Text("正在启动", "Starting")
_LIVE = Text("数据正常到达", "Data arrive")
_LIVE_MOVED = Text("数据正常到达。{moved}", "Data arrive. {moved}")
_SILENT = Text(
    "超过 {limit} 秒没有新数据；请检查现场设备与网络", "Nothing came for {limit} s; check devices and network"
)
_HUNG = Text(
    "数据源进程没有响应，已结束，将重新启动", "The source's process did not answer; it was ended and is restarted"
)
_TOO_BIG = Text(
    "数据源进程内存超过 {limit} MiB，已结束，将重新启动",
    "The source's process took more than {limit} MiB; it was ended and is restarted",
)
_DISABLED = Text("已停用", "Disabled")
_CONFIGURED = Text("已配置，尚未启动", "Configured, not started")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePlan:
    """What it takes to run one source; `silence_s` is how long it may say nothing, None for ever.

    A source that `listens` has its simulator only while it has its port: otherwise another hub would be told.
    `kept` is where the secrets are that its settings point at.
    """

    name: str
    adapter: str
    begin: Begin
    is_simulated: bool
    simulator: Begin | None = None
    silence_s: float | None = None
    listens: bool = False
    kept: Secrets | None = None


class SourceHost(Protocol):
    """What a runner needs of its hub."""

    async def room(self) -> None:
        """Wait while the store has too much to do."""

    def delivered(
        self, plan: SourcePlan, counts: Counter[str], observations: Sequence[Observation], done: Callable[[], None]
    ) -> None:
        """Take observations; `done` is called once they are committed."""

    async def published(self, plan: SourcePlan, counts: Counter[str], notices: Sequence[Notice]) -> None:
        """Take public warnings; they are safe on return."""

    async def filed(self, plan: SourcePlan, counts: Counter[str], calls: Sequence[Call]) -> Text | None:
        """Take calls as cases; they are safe on return. Says why when some became none."""

    def tracked(self, plan: SourcePlan, counts: Counter[str], positions: Sequence[Position]) -> None:
        """Take where movers are; it is known to the screens soon, and kept nowhere."""

    def status_changed(self, status: SourceStatus) -> None:
        """Tell the screens."""

    def noted(self, kind: str, words: Text) -> None:
        """Write a line to the log, at most once a minute per kind."""


class SourceRunner:
    """Runs one source for ever, from outside: what happens in its process hurts nobody else."""

    def __init__(self, plan: SourcePlan, host: SourceHost, first_wait_s: float = 5.0) -> None:
        self.plan = plan
        self.counts: Counter[str] = Counter()
        self._host = host
        self._first_wait_s = first_wait_s
        self._child_counts: Counter[str] = Counter()
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._state: SourceState = "configured"
        self._why = _CONFIGURED
        self._since_ms = _now_ms()
        self._last_ms = 0
        self._retry_ms = 0
        self._heard_s = time.monotonic()
        self._is_silent = False
        self._shown_counts: dict[str, int] = {}
        self._has_port = asyncio.Event()
        self._begin, self._simulator, self._moved = plan.begin, plan.simulator, Text("", "")
        self._shown_s = 0.0

    def status(self) -> SourceStatus:
        """Return how the source is now."""
        return SourceStatus(
            name=self.plan.name,
            adapter=self.plan.adapter,
            state=self._state,
            why_zh=self._why.zh,
            why_en=self._why.en,
            since_ms=self._since_ms,
            last_ms=self._last_ms,
            retry_ms=self._retry_ms,
            counts=dict(self.counts + self._child_counts),
            is_simulated=self.plan.is_simulated,
        )

    @property
    def is_running(self) -> bool:
        """Whether it is meant to run."""
        return bool(self._tasks)

    def start(self) -> None:
        """Begin, or begin anew at once."""
        if self._tasks:
            return
        self._choose_port()
        work: list[Awaitable[None]] = [self._run()]
        if self.plan.simulator is not None:
            work.append(self._simulate())
        self._tasks = tuple(asyncio.ensure_future(each) for each in work)

    async def stop(self, why: Text = _DISABLED) -> None:
        """End its processes."""
        tasks, self._tasks = self._tasks, ()
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._show("disabled", why)

    async def _run(self) -> None:
        failures = 0
        while True:
            began_s = time.monotonic()
            self._show("connecting", _STARTING)
            ended = await self._once()
            self.counts.update(self._child_counts)
            self._child_counts.clear()
            why = Text(ended.zh, ended.en)
            self._host.noted(f"{self.plan.name}/{ended.how}", why)
            if ended.how == "refused":
                self._show("auth_failed", why)
                return
            failures = failures_after(failures, time.monotonic() - began_s)
            pause_s = wait_s(failures, random.random(), self._first_wait_s)
            self._show("retrying", why, retry_ms=_now_ms() + int(pause_s * 1000))
            await asyncio.sleep(pause_s)

    async def _once(self) -> Ended:
        """Run one child to its end and return why it ended."""
        try:
            if self.plan.listens:
                self._choose_port()
            elif self._simulator is not None:
                await _heard(place_of(self._begin.settings, listens=False))
            child = await started(await with_secrets(self._begin, self.plan.kept))
        except SecretMissing as error:
            return Ended(how="refused", zh=error.in_language("zh"), en=error.in_language("en"))
        except SanpingError as error:
            return _ended(error.message)
        self.counts["starts"] += 1
        self._heard_s, self._is_silent = time.monotonic(), False
        patience_s = 0.0
        try:
            ended = await self._listened(child)
            patience_s = LAST_WORDS_S if ended is None else 0.0
        except FrameBroken as error:
            ended = _ended(error.message)
        finally:
            self._has_port.clear()
            code = await asyncio.shield(child.end(patience_s))
        return ended or _ended(words_of_death(code))

    async def _listened(self, child: ChildProcess) -> Ended | None:  # noqa: PLR0912  one branch a message
        patience_s = START_PATIENCE_S
        while True:
            try:
                message = await next_word(child, patience_s)
            except TimeoutError:
                self.counts["hung"] += 1
                return _ended(_HUNG)
            patience_s = HEARTBEAT_PATIENCE_S
            match message:
                case None:
                    return None
                case Ended():
                    return message
                case Delivery(number=number, observations=observations):
                    await self._host.room()
                    self._arrived(len(observations))
                    done = partial(child.tell, Committed(number=number))
                    self._host.delivered(self.plan, self.counts, observations, done)
                case Publication(number=number, notices=notices):
                    await self._host.published(self.plan, self.counts, notices)
                    self._arrived(len(notices))
                    child.tell(Kept(number=number))
                case Filing(number=number, calls=calls):
                    why = await self._host.filed(self.plan, self.counts, calls)
                    self._arrived(len(calls))
                    child.tell(Filed(number=number, why_zh=why.zh if why else "", why_en=why.en if why else ""))
                case Tracking(number=number, positions=positions):
                    self._arrived(len(positions))
                    self._host.tracked(self.plan, self.counts, positions)
                    child.tell(Taken(number=number))
                case Alive(counts=counts, memory_bytes=memory_bytes):
                    self._child_counts = Counter(counts)
                    if self._child_counts[LISTENING]:
                        self._has_port.set()
                    if memory_bytes > self.plan.begin.memory_bytes:
                        return _ended(_TOO_BIG.with_values(limit=self.plan.begin.memory_bytes >> 20))
                    self._look_around()
                case Said(state=state, zh=zh, en=en):
                    self._show(state, Text(zh, en))
                case Noted(what=what, zh=zh, en=en):
                    self._host.noted(f"{self.plan.name}/{what}", Text(zh, en))

    def _choose_port(self) -> None:
        """Let a source and its simulator meet at its own port, or at a free one where that is taken."""
        plan = self.plan
        self._begin, self._simulator, self._moved = plan.begin, plan.simulator, Text("", "")
        place = None if plan.simulator is None else place_of(plan.begin.settings, listens=plan.listens)
        if plan.simulator is None or place is None or not is_taken(place):
            return
        port = free_port(place[0])
        settings = moved_to(plan.begin.settings, port, listens=plan.listens)
        self._begin = msgspec.structs.replace(plan.begin, settings=settings)
        self._simulator = msgspec.structs.replace(plan.simulator, settings=settings)
        self._moved = MOVED.with_values(own=place[1], port=port)
        self._host.noted(f"{plan.name}/port", self._moved)

    async def _simulate(self) -> None:
        """Keep the simulator of a simulated source running, at the port that its source has."""
        failures = 0
        while True:
            if self.plan.listens:
                await self._has_port.wait()
            began_s, begin = time.monotonic(), self._simulator
            assert begin is not None
            with contextlib.suppress(SanpingError):
                child = await started(await with_secrets(begin, self.plan.kept))
                try:
                    ended = await self._played(child, begin)
                finally:
                    await asyncio.shield(child.end())
                if ended is not None:
                    self._host.noted(f"{self.plan.name}/simulator", Text(ended.zh, ended.en))
            failures = failures_after(failures, time.monotonic() - began_s)
            await asyncio.sleep(wait_s(failures, random.random(), SIMULATOR_FIRST_S))

    async def _played(self, child: ChildProcess, begin: Begin) -> Ended | None:
        patience_s = START_PATIENCE_S
        with contextlib.suppress(TimeoutError):
            while (message := await next_word(child, patience_s)) is not None:
                patience_s = HEARTBEAT_PATIENCE_S
                if isinstance(message, Ended):
                    return message
                if self.plan.listens and (begin is not self._simulator or not self._has_port.is_set()):
                    return None
        return None

    def _arrived(self, rows: int) -> None:
        if not rows:
            return
        self._last_ms = _now_ms()
        self._heard_s = time.monotonic()
        if self._state in ("connecting", "retrying", "configured") or self._is_silent:
            self._is_silent = False
            self._show("live", _LIVE_MOVED.with_values(moved=self._moved) if self._moved.zh else _LIVE)

    def _look_around(self) -> None:
        """Once a second: notice silence, and tell new counts now and then."""
        now_s = time.monotonic()
        limit_s = self.plan.silence_s
        if limit_s is not None and not self._is_silent and now_s - self._heard_s > limit_s:
            self._is_silent = True
            self._show("degraded", _SILENT.with_values(limit=f"{limit_s:g}"))
        elif now_s - self._shown_s > COUNTS_EVERY_S and self.status().counts != self._shown_counts:
            self._tell()

    def _show(self, state: SourceState, why: Text, *, retry_ms: int = 0) -> None:
        if (state, why, retry_ms) == (self._state, self._why, self._retry_ms):
            return
        if state != self._state:
            self._since_ms = _now_ms()
        self._state, self._why, self._retry_ms = state, why, retry_ms
        self._tell()

    def _tell(self) -> None:
        status = self.status()
        self._shown_counts, self._shown_s = status.counts, time.monotonic()
        self._host.status_changed(status)


async def _heard(place: Place | None) -> None:
    """Wait until a simulator answers: a source that asked before would fail, and rest for seconds."""
    ends_s = time.monotonic() + SIMULATOR_PATIENCE_S
    while place is not None and time.monotonic() < ends_s:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(*place)
            writer.close()
            return
        await asyncio.sleep(SIMULATOR_LOOK_S)


def _ended(why: Text) -> Ended:
    return Ended(how="broke", zh=why.zh, en=why.en)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
