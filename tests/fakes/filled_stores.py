"""Stores with something of everything in them, and all that can be asked of them."""

from contextlib import closing
from dataclasses import replace

from fakes.case_stories import TO_CLOSED, wish
from fakes.small_responses import BEGUN_MS, begun
from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.domain.case import Reporter
from sanping.domain.device import Device
from sanping.ports.case_book import ResponseWish
from sanping.ports.device_book import User
from sanping.ports.history import SeriesKey
from sanping.storage.opening import Stores

KEY = b"key of the site"
LEVEL = SeriesKey(station="up", quantity="water_level")


def filled(stores: Stores) -> None:
    """Put three days of levels with corrections, events, a closed case, a response and two devices into stores."""
    with closing(stores.bare_history()) as history:
        history.append(
            [reading("up", "water_level", n / 8, NOON_MS + n * 10 * MINUTE_MS, source="g") for n in range(400)]
        )
        history.append([reading("up", "water_level", float("nan"), NOON_MS + MINUTE_MS, quality="missing", mark="D")])
        for value, source in ((7.0, "g"), (8.0, "person"), (9.0, "g")):
            history.append([reading("up", "water_level", value, NOON_MS + 10 * MINUTE_MS, source=source)])
        history.append([reading("up", "water_level", 812.0, NOON_MS + 20 * MINUTE_MS, source="g", unit="cm")])
    with closing(stores.events()) as events:
        events.append([(NOON_MS + n, "alarm", bytes([n % 256])) for n in range(2100)])
    with closing(stores.cases(KEY)) as book:
        caller = Reporter(name="王小明", phone="13812345678")
        book.take([replace(wish(TO_CLOSED[0], "op-0"), reporter=caller)])
        book.take([wish(step, f"op-{n}") for n, step in enumerate(TO_CLOSED[1:], 1)])
        book.respond(ResponseWish(op="r", response="R-1", at_ms=BEGUN_MS, said=b"x", decide=lambda _: begun()))
        book.sent(3)
    with closing(stores.devices()) as devices:
        devices.keep(Device(id="phone-1", name="甲"), b"one")
        devices.keep(Device(id="phone-2", name="乙"), b"two")
        devices.keep_user(User(name="li", role="operator", password="$argon2id$1"))


def told(stores: Stores) -> str:
    """Return all that can be asked of stores; as words, in which a missing value equals itself."""
    with (
        closing(stores.bare_history()) as history,
        closing(stores.events()) as events,
        closing(stores.cases(KEY)) as book,
        closing(stores.devices()) as devices,
    ):
        answers = [
            [sorted(map(repr, batch)) for batch in history.said_between(0, 2 * NOON_MS)],
            history.series(LEVEL, 0, 2 * NOON_MS).value.tolist(),
            [repr(row) for row in history.as_of(NOON_MS + 15 * MINUTE_MS)],
            (history.span(), events.epoch, list(events.between(0, 2 * NOON_MS))),
            (book.cases(), book.responses(), book.rows(), book.head(), book.waiting(), book.reporter("C1")),
            (devices.devices(), devices.users()),
        ]
    return "\n".join(map(repr, answers))
