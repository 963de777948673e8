"""sanping.hub.owner: the hub of a desk that is gone."""

import asyncio
import os

from sanping.hub.owner import left_alone


def test_it_is_left_alone_only_after_the_desk_is_gone_and_the_last_screen_too() -> None:
    async def told() -> list[bool]:
        # given a hub whose desk holds the other end of its standard input, and that a screen follows
        ours, theirs = os.pipe()
        screens = 1
        alone = asyncio.create_task(left_alone(lambda: screens, 0.1, ours))

        # when time passes, the desk goes, time passes, and the screen goes
        over = []
        await asyncio.sleep(0.4)
        over.append(alone.done())
        os.close(theirs)
        await asyncio.sleep(0.4)
        over.append(alone.done())
        screens = 0
        async with asyncio.timeout(30):
            await alone
        os.close(ours)
        return [*over, alone.done()]

    # then it is only alone after all of that
    assert asyncio.run(told()) == [False, False, True]
