"""What a hub acknowledged as owner and could not commit any more, handed to who owns the books now.

It lies in the spool of the hub's data folder. Handed over twice it changes nothing, so the spool is emptied once all of
it is committed.
"""

import asyncio
import logging
from pathlib import Path

from msgspec.structs import replace

from sanping.domain.errors import FrameBroken, SiteUnreachable, StoreFailed
from sanping.domain.text import Text
from sanping.hub.relay_link import RelayLink
from sanping.storage.spool import FILE_NAME, Spool
from sanping.wire.same_site import Kept, Taken

WITHIN_S = 15.0
AGAIN_S = 1.0
_HANDED = Text(
    "本机暂存的 {rows} 行已交主中枢入库",
    "{rows} rows that were spooled on this machine are in the books of the owner now",
)
_log = logging.getLogger(__name__)


async def handed_over(folder: Path, link: RelayLink) -> int:
    """Hand over what waits in a data folder, trying until it is committed; return the rows, 0 where nothing waits."""
    if not (folder / FILE_NAME).is_file():
        return 0
    try:
        spool = Spool(folder, 1)
    except StoreFailed as error:
        _log.error("%s", error.in_language("en"))
        return 0
    try:
        rows = len(spool)
        for batch in spool.batches():
            late = tuple(replace(row, origin="late") for row in batch)
            await _taken(link, Kept(observations=late))
        if rows:
            spool.clear()
            _log.warning("%s", _HANDED.with_values(rows=rows).en)
        return rows
    finally:
        spool.close()


async def _taken(link: RelayLink, kept: Kept) -> None:
    """Ask the owner to commit some rows, again and again until it has."""
    while True:
        try:
            await link.ask(kept, Taken, WITHIN_S)
        except (SiteUnreachable, FrameBroken) as error:
            _log.debug("handing over: %s", error)
            await asyncio.sleep(AGAIN_S)
        else:
            return
