"""The way to lower sites, for all that is kept until the next of them has it: orders and notices."""

from collections.abc import Awaitable, Callable, Iterable

from msgspec.structs import replace

from sanping.domain.errors import MessageTooLarge, SiteUnreachable
from sanping.hub.federation import Federation
from sanping.hub.site_host import AGAIN_S, ASK_WITHIN_S, steady_ms
from sanping.hub.site_parked import Parking
from sanping.ports.site_book import Parked
from sanping.wire.federation import ORDER, OrderAnswer, Refusal, answered, subject

Going = Callable[[], Awaitable[bool]]


class SiteWay:
    """Sends to next sites. `next_hop(site)` says through which direct lower site one is reached, "" where none is."""

    def __init__(self, plan: Federation, next_hop: Callable[[str], str], parking: Parking) -> None:
        self.next_hop, self.parking = next_hop, parking
        self._plan = plan
        self._silent: dict[str, int] = {}

    async def gone(self, steps: Iterable[tuple[str, Going]]) -> bool:
        """Take steps, each towards a next site, until one to that site is not taken; False when one is left."""
        stuck: set[str] = set()
        for hop, step in steps:
            if hop in stuck:
                continue
            is_taken = False
            if self._silent.get(hop, 0) <= steady_ms():
                try:
                    is_taken = await step()
                except SiteUnreachable:
                    self._silent[hop] = steady_ms() + round(AGAIN_S * 1000)
            if not is_taken:
                stuck.add(hop)
        return not stuck

    async def told(self, one: Parked, body: bytes) -> OrderAnswer | Parked | None:
        """Tell the site `one.to` something, and return its answer; or it as it is put aside, None to say it again.

        Put aside is what no message carries, and what was refused often enough. Raises `SiteUnreachable`.
        """
        to = subject(ORDER, one.to, self._plan.site)
        try:
            found = answered(await self._plan.bus.ask(to, body, ASK_WITHIN_S), OrderAnswer, one.to)
        except MessageTooLarge as error:
            return replace(one, why_zh=error.message.zh, why_en=error.message.en, size=len(body))
        if not isinstance(found, Refusal):
            return found
        refused = replace(one, why_zh=found.why_zh, why_en=found.why_en)
        return refused if self.parking.is_enough(refused) else None
