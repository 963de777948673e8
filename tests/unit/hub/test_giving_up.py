"""What a part of a hub has running ends with it (`sanping.hub.given_up`)."""

import asyncio

import pytest

from fakes.looped import looped
from sanping.hub.given_up import given_up

SOON_S = 5.0


@looped
async def test_all_are_cancelled_and_each_has_ended_on_return() -> None:
    # given two tasks that have something to put away, one that is over, and a place without any
    put_away: list[str] = []

    async def works(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            put_away.append(name)

    async def is_over() -> None:
        return None

    tasks = [asyncio.create_task(works(name)) for name in ("one", "two")]
    over = asyncio.create_task(is_over())
    await over

    # when they are given up; then both have put away what they had
    await given_up(*tasks, over, None)
    assert sorted(put_away) == ["one", "two"]
    assert all(task.cancelled() for task in tasks)


@looped
async def test_what_a_task_had_failed_with_is_not_swallowed() -> None:
    # given a task that fails
    async def fails() -> None:
        raise OSError("disk")

    task = asyncio.create_task(fails())
    await asyncio.sleep(0)

    # when it is given up; then who ends it hears why
    with pytest.raises(OSError, match="disk"):
        await given_up(task)


@looped
async def test_each_has_ended_though_another_had_failed() -> None:
    # given a task that failed, and one that takes its time to put something away
    put_away: list[str] = []

    async def fails() -> None:
        raise OSError("disk")

    async def works() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            put_away.append("done")

    tasks = [asyncio.create_task(fails()), asyncio.create_task(works())]
    await asyncio.sleep(0)

    # when they are given up; then the failure is heard once the other is over too
    with pytest.raises(OSError, match="disk"):
        await given_up(*tasks)
    assert put_away == ["done"]


@looped
async def test_who_gives_up_may_be_given_up_himself() -> None:
    # given a task that does not end when it is told to
    is_over = asyncio.Event()

    async def holds() -> None:
        while not is_over.is_set():
            try:
                await is_over.wait()
            except asyncio.CancelledError:
                continue

    held = asyncio.create_task(holds())
    await asyncio.sleep(0)

    # when the time to give it up is over; then nobody waits for it longer
    asyncio.get_running_loop().call_later(SOON_S, is_over.set)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await given_up(held)
    assert not held.done()
    is_over.set()
    await held
