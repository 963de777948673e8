"""What a hub acknowledged as owner, and could not commit before another took over, gets into the books all the same."""

import asyncio
from pathlib import Path

from fakes.linked_hub import eventually
from fakes.relayed_hub import TwoHubs, with_two
from fakes.small_river import reading
from sanping.bootstrap.left_over import handed_over
from sanping.storage.spool import Spool


def spooled(folder: Path) -> int:
    """Return how many rows wait in a folder."""
    spool = Spool(folder, 1)
    rows = len(spool)
    spool.close()
    return rows


def test_rows_that_a_former_owner_spooled_are_in_the_books_of_its_successor_once(tmp_path: Path) -> None:
    folder = tmp_path / "former"
    rows = [reading("up", "water_level", n / 8, event_ms=1_790_000_000_000 + n) for n in range(200)]

    async def play(two: TwoHubs) -> None:
        # given rows in two batches in the spool of a hub that relays by now, and a line that is cut
        spool = Spool(folder, 1)
        spool.append(rows[:120])
        spool.append(rows[120:])
        spool.close()
        assert two.exchange is not None
        two.exchange.is_cut = True
        await eventually(lambda: not two.relay.hub.link.is_linked)
        handing = asyncio.create_task(handed_over(folder, two.relay.hub.link))
        await asyncio.sleep(0.1)
        assert not handing.done()

        # when the line is healed
        two.exchange.is_cut = False

        # then all of them are in the books once, and the spool is empty; again nothing is handed over
        assert await handing == 200
        kept = await two.owner.hub.ledger.ask(lambda history: [row for part in history.rows_between(0, 1 << 60)
                                                               for row in part])  # fmt: skip
        assert sorted(row.value for row in kept) == [n / 8 for n in range(200)]
        assert {row.origin for row in kept} == {"late"}
        assert spooled(folder) == 0
        assert await handed_over(folder, two.relay.hub.link) == 0
        assert await handed_over(tmp_path / "none", two.relay.hub.link) == 0

    with_two(tmp_path, play)
