"""What a part of a hub has running ends with it (`sanping.hub.given_up`)."""

import asyncio

import pytest

from fakes.looped import looped
from sanping.hub.given_up import given_up


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
