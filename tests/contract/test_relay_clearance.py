"""A relay whose clearance changes while it runs: its screens lose what it may no longer be told, and gain it again."""

import asyncio
from pathlib import Path

from contract.test_labels_between_hubs import OwnerHub
from fakes.labelled_hub import TOPICS, WORDS, Listener, heard_before, leaks
from fakes.linked_hub import Screen, asked, eventually
from fakes.relayed_hub import Relay
from sanping.bus.in_process import Exchange, InProcessBus
from sanping.domain.label import Clearances, Label
from sanping.hub.clearance_book import ClearanceBook


class BookedOwner(OwnerHub):
    """The owner of a site with clearances that may change."""

    def __init__(self, folder: Path, exchange: Exchange) -> None:
        super().__init__(folder, exchange)
        self.known = ClearanceBook()
        self.clearances = self.known

    def clear(self, label: Label) -> None:
        """Clear the relays of the site for a label, as another setting does."""
        self.known.now = Clearances(given={"relay": label})


async def rejoined(hub: OwnerHub, relay: Relay, screen: Listener, token: str) -> None:
    """Let a screen that its relay sent away come back, and wait until it has heard what the owner knows."""
    await eventually(lambda: screen.is_lost)
    await screen.drop()
    await eventually(lambda: relay.hub.link.is_linked)
    screen.told = b""
    await screen.join(relay.address, TOPICS, token)
    await eventually(lambda: b'"type":"snapshot"' in screen.told and screen.mirror.seq == hub.hub.log.seq)


def test_screens_of_a_relay_lose_and_gain_with_its_clearance_while_it_runs(tmp_path: Path) -> None:
    exchange = Exchange()

    async def play(hub: BookedOwner, screens: list[Screen]) -> None:
        # given a duty officer at a relay that is cleared for everything
        relay = Relay(InProcessBus(exchange))
        await relay.start()
        await eventually(lambda: relay.hub.link.is_linked)
        owner = await Listener("owner").listen(hub.address)
        token = hub.let_in("duty", "phone", "duty_officer")
        duty = await Listener("duty", "phone").listen(relay.address, token)
        screens.extend((owner, duty))
        things = await hub.fill(owner)
        await duty.has(readings=3)
        case = things.cases["sensitive"]
        await eventually(lambda: case in duty.mirror.state.cases)
        await heard_before(duty)
        await eventually(lambda: duty.mirror.seq == hub.hub.log.seq)
        try:
            # when relays are cleared for less; then nothing of it is told any more, and the rest is there
            hub.clear("internal")
            hub.bus.said = b""
            await rejoined(hub, relay, duty, token)
            assert duty.mirror.state.clearance == "internal"
            assert leaks("internal", duty.told) == []
            _, sent_away, since = hub.bus.said.partition(b'"sessions":[]')  # the beat that names no relay any more
            assert sent_away
            assert WORDS["internal"].encode() in since
            assert leaks("internal", since) == []
            assert case not in duty.mirror.state.cases
            assert things.cases["internal"] in duty.mirror.state.cases

            # and when they are cleared for everything again, it is back
            hub.clear("sensitive")
            await rejoined(hub, relay, duty, token)
            await duty.has(readings=3)
            assert case in duty.mirror.state.cases
            assert WORDS["sensitive"].encode() in duty.told
        finally:
            await duty.drop()
            screens.remove(duty)
            await relay.stop()

    asyncio.run(asked(BookedOwner(tmp_path, exchange), play))
