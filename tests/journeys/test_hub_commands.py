"""Commands of screens whose lines break, to a hub that is killed again and again: each is done exactly once."""

import asyncio
import contextlib
import random
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import msgspec

from fakes.linked_hub import Screen
from fakes.small_hub import RunningHub, running_hub, write_twin
from sanping.storage.event_log import SqliteEventLog

PATIENCE_S = 180.0
FOR_EVER_MS = 1 << 53


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """How many screens wish how much, how often their lines break, and how often the hub is killed."""

    screens: int
    commands: int
    breaks: int
    kills: int


async def troubled(hub: RunningHub, trouble: Trouble, chance: random.Random) -> tuple[list[Screen], int]:
    """Let it happen; return the screens, which know all their answers and are linked, and how often they linked."""
    screens = [Screen(f"s{number}") for number in range(trouble.screens)]
    sent, links = 0, 0
    deadline = time.monotonic() + PATIENCE_S

    async def linked(screen: Screen) -> None:
        nonlocal links
        while not screen.mirror.show.is_linked or screen.is_lost:
            assert time.monotonic() < deadline, "it did not happen in time"
            await screen.drop()
            with contextlib.suppress(aiohttp.ClientError, OSError, ConnectionError):
                await screen.join(hub.address, ("log", "view"), hub.token)
                links += 1
                for _ in range(100):
                    await asyncio.sleep(0.005)
                    if screen.mirror.show.is_linked or screen.is_lost:
                        break

    async def lived(screen: Screen) -> None:
        nonlocal sent
        mine = trouble.commands // trouble.screens
        breaks = sorted(chance.sample(range(mine), min(mine, trouble.breaks // trouble.screens)))
        for number in range(mine):
            about = {"category": "other", "words": screen.name, "time_ms": time.time_ns() // 1_000_000}
            await screen.wish("report.file", about)
            sent += 1
            if breaks and breaks[0] == number:
                breaks.pop(0)
                await screen.drop()
            await linked(screen)
            await asyncio.sleep(0.002)
        while len(screen.acks) < mine:
            await linked(screen)
            await asyncio.sleep(0.01)

    async def killing() -> None:
        for number in range(trouble.kills):
            while sent < trouble.commands * (number + 1) // (trouble.kills + 1):
                await asyncio.sleep(0.005)
            hub.killed()
            await asyncio.to_thread(hub.started_again)

    await asyncio.gather(killing(), *map(lived, screens))
    for screen in screens:
        await linked(screen)
    await asyncio.sleep(0.5)
    return screens, links


def judged(hub: RunningHub, screens: list[Screen]) -> tuple[int, int]:
    """Return how many commands that were answered are lost, and how many were done more than once."""
    hub.stopped()
    log = SqliteEventLog(hub.data)
    done = Counter(msgspec.json.decode(event.body)["op"] for event in log.between(0, FOR_EVER_MS, ("command",)))
    log.close()
    wished = {op for screen in screens for op, ack in screen.acks.items() if ack.ok}
    return len(wished - set(done)), sum(count > 1 for count in done.values())


async def lived_through(hub: RunningHub, trouble: Trouble, chance: random.Random) -> tuple[list[Screen], int, int]:
    """Return the screens, how often they linked, and how many different pictures of the reports they end with."""
    screens, links = await troubled(hub, trouble, chance)
    pictures = {frozenset(screen.mirror.state.reports) for screen in screens}
    for screen in screens:
        await screen.drop()
    return screens, links, len(pictures)


def test_commands_through_broken_lines_and_a_killed_hub_are_done_once(tmp_path: Path) -> None:
    # given a hub as a process of its own, and screens whose lines break
    trouble = Trouble(screens=4, commands=200, breaks=60, kills=2)
    with running_hub(write_twin(tmp_path / "town", {}), tmp_path / "data") as hub:
        # when they wish two hundred things while it is killed twice
        screens, links, pictures = asyncio.run(lived_through(hub, trouble, random.Random(4)))
        lost, doubled = judged(hub, screens)

    # then each was answered and done once, and all screens know the same
    assert sum(ack.ok for screen in screens for ack in screen.acks.values()) == trouble.commands
    assert (lost, doubled, pictures) == (0, 0, 1)
    assert links > trouble.breaks
