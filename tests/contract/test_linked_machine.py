"""Whatever screens do, and however often the hub dies: all end with the same, and every command is done once."""

import asyncio
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from fakes.linked_hub import LinkedHub, Screen, eventually
from fakes.machine_profile import profile
from sanping.storage.event_log import SqliteEventLog
from sanping.wire.show import Floor, Show

NAMES = ("desk", "wall", "phone", "kiosk")
ALARMS = 6
FOR_EVER_MS = 1 << 53


class LinkedScreens(RuleBasedStateMachine):
    """Four screens and a hub in this process, over real sockets."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp(prefix="sanping-linked-"))
        self.hub = LinkedHub(self.folder, ALARMS)
        self.screens: dict[str, Screen] = {}
        self.reports: dict[str, Screen] = {}
        self.acknowledged: dict[str, tuple[Screen, str]] = {}
        self.writes = 0

    def do(self, what: Any) -> Any:
        return self.loop.run_until_complete(asyncio.wait_for(what, 30))

    @initialize(windows=st.tuples(*(st.sampled_from((1, 2, 8)) for _ in NAMES)))
    def begin(self, windows: tuple[int, ...]) -> None:
        self.do(self.hub.start())
        for name, window in zip(NAMES, windows, strict=True):
            self.screens[name] = Screen(name, kind=name, window=window)
            self.do(self.screens[name].join(self.hub.address))

    @rule(name=st.sampled_from(NAMES))
    def join(self, name: str) -> None:
        self.do(self._back(self.screens[name]))

    @rule(name=st.sampled_from(NAMES))
    def drop(self, name: str) -> None:
        self.do(self.screens[name].drop())

    @rule(name=st.sampled_from(NAMES))
    def stop_reading(self, name: str) -> None:
        self.screens[name].is_reading.clear()

    @rule(name=st.sampled_from(NAMES))
    def go_on_reading(self, name: str) -> None:
        self.screens[name].is_reading.set()
        self.do(asyncio.sleep(0.005))

    @rule(name=st.sampled_from(NAMES), count=st.integers(1, 5))
    def report(self, name: str, count: int) -> None:
        screen = self.screens[name]
        for _ in range(count):
            about = {"category": "other", "words": name, "time_ms": time.time_ns() // 1_000_000}
            self.reports[self.do(screen.wish("report.file", about))] = screen

    @rule(name=st.sampled_from(NAMES), alarm=st.integers(0, ALARMS - 1), is_careful=st.booleans())
    def acknowledge(self, name: str, alarm: int, is_careful: bool) -> None:
        screen = self.screens[name]
        seen = screen.mirror.seq if is_careful else None
        op = self.do(screen.wish("alarm.acknowledge", {"alarm": f"alarm-{alarm}"}, seen))
        self.acknowledged[op] = (screen, f"alarm-{alarm}")

    @precondition(lambda self: self.screens)
    @rule(name=st.sampled_from(NAMES), scene=st.integers(0, 99), count=st.integers(1, 30))
    def lead(self, name: str, scene: int, count: int) -> None:
        """Ask for the floor, and write as if it had been given: the hub decides."""
        self.do(self._lead(self.screens[name], scene, count))

    async def _lead(self, screen: Screen, scene: int, count: int) -> None:
        await self._back(screen)
        try:
            await screen.say(Floor(wish="seize"))
            for _ in range(40):  # a screen that does not read never hears of it, and writes in vain
                await asyncio.sleep(0.005)
                if screen.mirror.show.is_leading:
                    break
            fence = screen.mirror.show.floor.fence
            for number in range(count):
                self.writes += 1
                value = msgspec.Raw(msgspec.json.encode(f"{scene}.{number}"))
                await screen.say(Show(key="scene", value=value, fence=fence, n=self.writes))
            style = msgspec.Raw(b'"day"' if scene % 2 else b'"night"')
            await screen.say(Show(key="style", value=style, fence=fence, n=0))
        except ConnectionError:
            return  # the hub was killed, or the line is gone

    @rule(waits=st.booleans())
    def kill_the_hub(self, waits: bool) -> None:
        if waits:
            self.do(asyncio.sleep(0.02))
        linked = [screen for screen in self.screens.values() if not screen.is_lost]
        self.do(self.hub.killed())
        self.do(self.hub.start())
        for screen in linked:
            self.do(self._back(screen))

    async def _back(self, screen: Screen) -> None:
        """Link a screen again as its link would."""
        if screen.is_lost or not screen.mirror.show.is_linked:
            await screen.drop()
            await screen.join(self.hub.address)

    def teardown(self) -> None:
        try:
            if self.screens:
                self.do(self._judge())
        finally:
            for screen in self.screens.values():
                self.do(screen.drop())
            self.do(self.hub.stop())
            self.loop.close()
        log = SqliteEventLog(self.folder)
        done = Counter(
            (event.kind, msgspec.json.decode(event.body).get("op") or msgspec.json.decode(event.body).get("id"))
            for event in log.between(0, FOR_EVER_MS, ("command", "report"))
        )
        log.close()
        shutil.rmtree(self.folder)
        assert all(count == 1 for count in done.values()), "a command was done twice"
        assert {op for kind, op in done if kind == "report"} == set(self.reports), "a command was lost"

    async def _judge(self) -> None:
        """Let every screen read and come back; then all show the same, and everything is answered."""
        screens = tuple(self.screens.values())
        for screen in screens:
            screen.is_reading.set()
            await self._back(screen)
        wanted = {**self.reports, **{op: screen for op, (screen, _) in self.acknowledged.items()}}
        await eventually(lambda: all(op in screen.acks for op, screen in wanted.items()))
        assert all(screen.acks[op].ok for op, screen in self.reports.items())
        by_alarm = Counter(alarm for op, (screen, alarm) in self.acknowledged.items() if screen.acks[op].ok)
        assert all(count == 1 for count in by_alarm.values())
        await eventually(self._is_equal)
        values = self.hub.hub.rooms.main.values
        assert {key: one.value for key, one in screens[0].mirror.show.values.items()} == {
            key: bytes(one.value) for key, one in values.items()
        }
        assert {name for name, alarm in screens[0].mirror.state.alarms.items() if alarm.state == "acknowledged"} == set(
            by_alarm
        )
        assert set(screens[0].mirror.state.reports) == set(self.reports)

    def _is_equal(self) -> bool:
        def known(screen: Screen) -> tuple[object, ...]:
            show, state = screen.mirror.show, screen.mirror.state
            floor = (show.floor.holder, show.floor.fence, show.floor.queue)
            return show.values, floor, set(show.members), state.alarms, state.reports, state.sources

        first, *others = map(known, self.screens.values())
        return len(first[2]) == len(NAMES) and all(other == first for other in others)  # type: ignore[arg-type]


def test_whatever_happens_all_screens_end_alike_and_every_command_is_done_once() -> None:
    # given screens that join, drop, stop reading, wish and lead, and a hub that is killed, in any order
    # when it is over and every screen reads again
    # then all show the same, and every command was done exactly once
    run_state_machine_as_test(LinkedScreens, settings=profile(10, 25))
