"""Passwords of sources: kept apart when a person types them, fetched when the source starts."""

import asyncio
import threading
from pathlib import Path

import msgspec
import pytest

from sanping.domain.errors import SecretMissing, SourceFailed
from sanping.domain.text import Text
from sanping.hub import secret_settings
from sanping.hub.child_messages import Begin
from sanping.hub.secret_settings import kept_apart, with_secrets
from sanping.hub.source_book import SECRETS_FILE, SourceBook
from sanping.ports.secrets import SecretReference
from sanping.twin.live_part import SourceEntry

CANARY = "canary-51aa"


class MemoryKeeper:
    """Keeps secrets in memory."""

    def __init__(self, **known: str) -> None:
        self.known = {f"sanping/{name}": secret for name, secret in known.items()}

    def read(self, reference: SecretReference) -> str:
        """Return a secret."""
        if reference.name not in self.known:
            raise SecretMissing(Text("没有", "not there"), place=str(reference))
        return self.known[reference.name]

    def keep(self, name: str, secret: str) -> None:
        """Keep one."""
        self.known[f"sanping/{name}"] = secret


def begin(**settings: object) -> Begin:
    return Begin(role="source", source="gauges", target="x:Y", settings=settings, secrets={"token": "keyring:token"})


def test_references_become_secrets_only_in_what_the_child_is_told() -> None:
    # given a source whose settings and stored secrets point at a keyring
    told = begin(password="keyring:sanping/broker", port=1883, host="keyring")
    keeper = MemoryKeeper(broker=CANARY, token="t-1")

    # when its process is to start
    found = asyncio.run(with_secrets(told, keeper))

    # then the child gets the secrets, and the plan of the source still holds references
    assert found.settings == {"password": CANARY, "port": 1883, "host": "keyring"}
    assert found.secrets == {"token": "t-1"}
    assert told.settings["password"] == "keyring:sanping/broker"


def test_a_secret_that_is_not_kept_or_not_meant_for_sources_stops_the_source() -> None:
    # given references to nothing, and to a password of the hub itself
    keeper = MemoryKeeper(token="t-1", **{"hub-pg": CANARY})

    # when sources with them are to start
    for value in ("keyring:sanping/broker", "keyring:sanping/hub-pg", "env:PG_PASSWORD"):
        with pytest.raises(SecretMissing) as caught:
            asyncio.run(with_secrets(begin(password=value), keeper))

        # then they are told, without the secret
        assert CANARY not in caught.value.in_language("en")


def test_a_locked_keyring_does_not_hold_up_the_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    # given a keyring that waits for a person to unlock it
    unlocked = threading.Event()

    class Locked(MemoryKeeper):
        def read(self, reference: SecretReference) -> str:
            unlocked.wait(20)
            return super().read(reference)

    monkeypatch.setattr(secret_settings, "PATIENCE_S", 0.05)

    async def started() -> None:
        try:
            with pytest.raises(SourceFailed, match="钥匙串"):
                await with_secrets(begin(), Locked(token="t-1"))
        finally:
            unlocked.set()

    # when a source is to start

    # then it fails in time, to be tried again
    asyncio.run(started())


def test_what_a_person_types_goes_to_the_keeper_and_the_hub_keeps_a_reference(tmp_path: Path) -> None:
    # given a hub with a keeper of secrets
    keeper = MemoryKeeper()
    book = SourceBook([], {}, tmp_path, keeper)
    entry = SourceEntry(name="水位-1", adapter="trial", title=Text("水位", "Gauges"))

    # when a source is kept with a password, and again with a reference that a person wrote
    book.keep(entry, {"password": CANARY, "token": "keyring:sanping/broker"})
    stored = msgspec.json.decode((tmp_path / SECRETS_FILE).read_bytes())

    # then no file of the hub holds the password, and the reference leads to it
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert CANARY.encode() not in files
    assert stored["水位-1"]["token"] == "keyring:sanping/broker"
    assert keeper.known[stored["水位-1"]["password"].removeprefix("keyring:")] == CANARY


def test_two_hubs_with_a_source_of_one_name_keep_two_secrets() -> None:
    # given two hubs on one machine
    keeper = MemoryKeeper()

    # when each keeps the password of its source
    first, second = (kept_apart(place, "gauges", {"password": place}, keeper) for place in ("suhe", "nantong"))

    # then neither covers the other's; without a keeper a value stays what it is
    assert first != second
    assert sorted(keeper.known.values()) == ["nantong", "suhe"]
    assert kept_apart("suhe", "gauges", {"password": "x"}, None) == {"password": "x"}
