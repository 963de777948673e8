"""A source that misbehaves hurts nobody: the other one is acknowledged and shown as before, and it is started again."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from fakes.small_hub import Device, now_ms, running_hub, until, write_twin
from sanping.client.link import HubLink
from sanping.hub.spare_port import free_port

GOOD, EVIL = free_port(), free_port()
MOST_LAG_MS = 1000  # what is promised; the machine may be busy, so that only much more decides the test
DECIDING_LAG_MS = 8 * MOST_LAG_MS


@pytest.fixture
def link(tmp_path: Path) -> Iterator[HubLink]:
    twin = write_twin(tmp_path / "town", {"good": GOOD, "evil": EVIL})
    with running_hub(twin, tmp_path / "data") as hub:
        link = HubLink(hub.where, screen="desk", kind="desk")
        link.start()
        until(lambda: link.state.is_linked)
        yield link
        link.close()


@pytest.fixture
def connected() -> Iterator[Callable[[int], Device]]:
    """Return what connects a device to a port; it hangs up after the test."""
    with ExitStack() as stack:
        yield lambda port: stack.enter_context(closing(Device(port)))


def shown_after_ms(link: HubLink, device: Device, number: int) -> int:
    """Report a value and return how long it takes to be acknowledged and shown."""
    sent_ms = now_ms()
    device.report(number, "A1", sent_ms, water_level=float(number))
    device.acknowledged([number])
    until(lambda: (shown := link.state.reading("S1", "water_level")) is not None and shown.value == number)
    return now_ms() - sent_ms


@pytest.mark.parametrize(
    ("how", "count"),
    [("spin", "hung"), ("block", "hung"), ("leak", "starts"), ("crash", "starts"), ("quit", "starts")],
)
def test_others_go_on_while_one_source(how: str, count: str, link: HubLink, connected: Callable[[int], Device]) -> None:
    # given two sources that are live
    good, evil = connected(GOOD), connected(EVIL)
    evil.report(1, "A2", now_ms(), water_level=1.0)
    evil.acknowledged([1])
    shown_after_ms(link, good, 1)
    until(lambda: {source.state for source in link.state.sources.values()} == {"live"})

    # when one of them misbehaves
    evil.say(f"!{how}")
    lags = [shown_after_ms(link, good, number) for number in range(2, 12)]

    # then the other is as quick as before, and the first is ended, waits, and comes back
    assert max(lags) < DECIDING_LAG_MS, lags
    assert link.state.sources["good"].state == "live"
    until(lambda: link.state.sources["evil"].counts.get("starts", 0) >= 2, 60)
    assert link.state.sources["evil"].counts.get(count, 0) >= 1
    again = connected(EVIL)
    again.report(2, "A2", now_ms(), water_level=2.0)
    again.acknowledged([2])
    until(lambda: link.state.sources["evil"].state == "live")


def test_a_fault_in_a_session_costs_its_connection_only(link: HubLink, connected: Callable[[int], Device]) -> None:
    # given two connections to one source
    one, other = connected(EVIL), connected(EVIL)
    one.report(1, "A2", now_ms(), water_level=1.0)
    one.acknowledged([1])

    # when the protocol's code fails on one of them
    other.say("!raise")

    # then the other connection goes on, and the fault is counted
    shown_after_ms(link, one, 2)
    until(lambda: link.state.sources["evil"].counts.get("session_errors") == 1)
    assert link.state.sources["evil"].counts["starts"] == 1
