"""Ends what a part of a hub has running in the background, before the part itself is over."""

import asyncio


async def given_up(*tasks: asyncio.Task[object] | None) -> None:
    """Cancel tasks, where there are any, and wait until all are over. Raises what one of them had failed with."""
    running = [task for task in tasks if task is not None]
    for task in running:
        task.cancel()
    if running:
        await asyncio.wait(running)
    for task in running:
        if not task.cancelled():
            task.result()
