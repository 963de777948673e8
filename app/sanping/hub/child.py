"""The process of one source or simulator: `python -m sanping.hub.child <file descriptor>`.

It believes the hub, limits its own memory, runs foreign code, and ends when that ends or the hub is gone.
"""

import asyncio
import contextlib
import importlib
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sanping.domain.errors import SanpingError, SourceFailed, SourceRefused
from sanping.domain.quantity import declare
from sanping.domain.text import Text
from sanping.hub.child_messages import (
    Alive,
    Begin,
    Committed,
    Ended,
    Filed,
    FromChild,
    Kept,
    Taken,
    framed,
    next_from_hub,
)
from sanping.hub.child_world import ChildWorld
from sanping.hub.freed_memory import GivingBack
from sanping.twin.simulated_curves import simulated_curves
from sanping.twin.simulated_river import simulated_river
from sanping.twin.simulated_traffic import SimulatedTraffic

BEAT_S = 1.0
TEST_S = 10.0
NICENESS = 5
MOST_FILES = 32_768
LONGEST_TRACE = 4000
_ORPHANED = 3

_ENDED = Text("数据源程序自行结束了，将重新启动", "The source's program ended by itself; it is started again")
_BROKE = Text("数据源程序出错：{reason}；将重新启动", "The source's program failed: {reason}; it is started again")
_NO_PROGRAM = Text("找不到数据源程序 {target}：{reason}", "The source's program {target} is not there: {reason}")
_TOO_SLOW = Text("测试在 {limit} 秒内没有结果", "The test found nothing within {limit} s")


def main(arguments: list[str]) -> None:
    """Serve the hub at the other end of the inherited socket."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    GivingBack()
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICENESS)
    code = asyncio.run(_serve(socket.socket(fileno=int(arguments[0]))))
    sys.stderr.flush()
    os._exit(code)  # everything is said: no finalisers of foreign libraries


def _end_with_parent(parent: int) -> None:
    """End when the hub is gone, even while foreign code keeps the event loop busy."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(_ORPHANED)


async def _serve(channel: socket.socket) -> int:
    reader, writer = await asyncio.open_connection(sock=channel, limit=1 << 20)
    begin = await next_from_hub(reader)
    if not isinstance(begin, Begin):
        return _ORPHANED

    def send(message: FromChild) -> None:
        writer.write(framed(message))

    world = ChildWorld(send, begin.secrets, begin.allowed_networks)
    listening = asyncio.create_task(_listen(reader, world))
    beating = asyncio.create_task(_beat(send, world))
    ended = await _ended(begin, world)
    beating.cancel()
    send(Alive(counts=dict(world.counts)))
    send(ended)
    with contextlib.suppress(OSError, TimeoutError):
        await asyncio.wait_for(writer.drain(), 1.0)
        writer.close()
        await asyncio.wait_for(writer.wait_closed(), 1.0)
    listening.cancel()
    return 0


async def _listen(reader: asyncio.StreamReader, world: ChildWorld) -> None:
    while (message := await next_from_hub(reader)) is not None:
        if isinstance(message, Committed):
            world.deliveries.committed(message.number)
        elif isinstance(message, Kept):
            world.publications.kept(message.number)
        elif isinstance(message, Filed):
            world.filings.filed(message)
        elif isinstance(message, Taken):
            world.trackings.committed(message.number)
    os._exit(_ORPHANED)


async def _beat(send: Any, world: ChildWorld) -> None:
    while True:
        send(Alive(counts=dict(world.counts), memory_bytes=_resident_bytes()))
        await asyncio.sleep(BEAT_S)


def _resident_bytes() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


async def _ended(begin: Begin, world: ChildWorld) -> Ended:
    """Run what the hub asks for and return how it ended."""
    try:
        _limit_memory(begin.memory_bytes)
        _allow_connections()
        found = await _run(begin, world)
    except SourceRefused as error:
        return _words("refused", error)
    except SanpingError as error:
        return _words("failed", error)
    except BaseException as error:
        if isinstance(error, asyncio.CancelledError | KeyboardInterrupt):
            raise
        why = _BROKE.with_values(reason=(f"{type(error).__name__}: {error}")[:200])
        trace = "".join(traceback.format_exception(error))[-LONGEST_TRACE:]
        return Ended(how="broke", zh=why.zh, en=why.en, trace=trace)
    if found is not None:
        return Ended(how="tested", zh=found.zh, en=found.en)
    return Ended(how="finished", zh=_ENDED.zh, en=_ENDED.en)


async def _run(begin: Begin, world: ChildWorld) -> Text | None:
    declare(begin.quantities)
    program: Any = _loaded(begin.target)(begin.settings)
    if begin.role == "test":
        return await _within(program.test(world), TEST_S)
    if begin.role == "simulator":
        river = simulated_river(begin.stations, begin.adapter, begin.scenario)
        curves = simulated_curves(begin.stations, begin.adapter, begin.curves, river)
        traffic = SimulatedTraffic(routes=begin.routes, fleets=begin.fleets)
        await program.play(replace(curves, traffic=traffic), asyncio.sleep)
    else:
        await program.run(world)
    return None


async def _within(work: Awaitable[Text], seconds: float) -> Text:
    try:
        return await asyncio.wait_for(work, seconds)
    except TimeoutError as error:
        raise SourceFailed(_TOO_SLOW.with_values(limit=f"{seconds:g}")) from error


def _loaded(target: str) -> Any:
    module, _, name = target.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise SourceRefused(_NO_PROGRAM.with_values(target=target, reason=str(error))) from error


def _limit_memory(most_bytes: int) -> None:
    """Let the system refuse more memory; where it has no such limit, the hub watches the resident size."""
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_connections() -> None:
    """Let as many sockets be open as the system lets us have: a fleet has a connection for every vehicle."""
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _words(how: Any, error: SanpingError) -> Ended:
    return Ended(how=how, zh=error.in_language("zh"), en=error.in_language("en"))


if __name__ == "__main__":
    main(sys.argv[1:])
