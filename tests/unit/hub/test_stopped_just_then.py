"""What a hub has running in the background ends when told to, also when what it waits for comes just then."""

import asyncio

import pytest

from fakes.looped import looped
from fakes.plain_history import PlainHistory
from fakes.small_river import NOON_MS, reading
from sanping.hub import site_host
from sanping.hub.given_up import given_up
from sanping.hub.ledger import ROWS_PER_COMMIT, Ledger

TURNS = range(5)
SOON_S = 20.0


@looped
@pytest.mark.parametrize("turns", TURNS)
async def test_what_waits_for_a_bell_that_rings_just_then_is_given_up(turns: int) -> None:
    # given something that is done for ever, whenever a bell rings
    bell = site_host.Bell()

    async def step() -> bool:
        return True

    going = asyncio.create_task(site_host.kept_going(step, bell))
    await asyncio.sleep(0.01)

    # when it rings, and is to end a few turns of the loop later
    bell.ring()
    for _ in range(turns):
        await asyncio.sleep(0)

    # then it ends
    async with asyncio.timeout(SOON_S):
        await given_up(going)
    assert going.cancelled()


@looped
@pytest.mark.parametrize("turns", TURNS)
async def test_a_ledger_that_is_full_just_then_ends_with_its_loop(turns: int) -> None:
    # given a ledger that gathers
    ledger = Ledger(PlainHistory(), lambda rows: None)
    ledger.start()
    ledger.submit([reading("up", "water_level", 1.0, NOON_MS)], lambda: None)
    await asyncio.sleep(0.01)

    # when it is full, and the loop ends a few turns later
    ledger.submit([reading("up", "water_level", 1.0, NOON_MS + n) for n in range(ROWS_PER_COMMIT)], lambda: None)
    for _ in range(turns):
        await asyncio.sleep(0)
    assert ledger._writing is not None
    ledger._writing.cancel()

    # then so does it
    async with asyncio.timeout(SOON_S):
        await asyncio.wait([ledger._writing])
    assert ledger._writing.cancelled()
    await ledger.close()
