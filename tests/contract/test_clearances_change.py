"""Whoever is cleared for more or less hears so at once, without a restart: screens, requests, and the audit."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from fakes.labelled_hub import WORDS, LabelledHub, Listener, Things, answers, leaks
from fakes.linked_hub import TOKEN, Screen, asked, eventually
from sanping.bootstrap.clearances import clearance_book
from sanping.domain.errors import InputError
from sanping.domain.label import NO_CLEARANCES, clearance_changes, clearances_of
from sanping.hub.clearance_book import CHANGED, ClearanceBook

TOPICS = ("all", "log", "movers", "view", "presence")
Play = Callable[["ChangingHub", Things], Awaitable[None]]


class ChangingHub(LabelledHub):
    """The labelled hub with a settings file."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("SANPING_CLEARANCES", raising=False)
        super().__init__(folder)
        self.settings = folder / "settings.json"
        self.clearances = clearance_book(self.settings)

    def set(self, words: str) -> None:
        """Write the setting as the settings dialog does: another file in place of it."""
        draft = self.settings.with_suffix(".draft")
        draft.write_text(json.dumps({"clearances": words}), encoding="utf-8")
        draft.replace(self.settings)

    async def audited(self) -> list[bytes]:
        """Return what the audit says of clearances."""
        rows = await self.hub.events.between(0, 1 << 53, ("access",))
        return [row.body for row in rows if CHANGED.encode() in row.body]


async def rejoined(hub: LabelledHub, screen: Listener, token: str) -> None:
    """Let a screen that was sent away come back with where it stopped, and wait for all that it is told."""
    await eventually(lambda: screen.is_lost)
    await screen.drop()
    screen.told = b""
    await screen.join(hub.address, TOPICS, token)
    await eventually(lambda: b'"type":"snapshot"' in screen.told and screen.mirror.seq == hub.hub.log.seq)


def played(folder: Path, monkeypatch: pytest.MonkeyPatch, play: Play) -> None:
    """Play with a filled hub whose settings change."""

    async def all_of_it(hub: ChangingHub, screens: list[Screen]) -> None:
        owner = await Listener("owner").listen(hub.address)
        screens.append(owner)
        await play(hub, await hub.fill(owner))

    asyncio.run(asked(ChangingHub(folder, monkeypatch), all_of_it))


@pytest.mark.parametrize(("name", "kind", "role"), [("operator", "phone", "operator"), ("wall", "wall", "")])
def test_a_screen_loses_at_once_what_it_may_no_longer_see_and_gains_what_it_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: str, role: str
) -> None:
    async def play(hub: ChangingHub, things: Things) -> None:
        token = hub.let_in("li", "phone", "operator") if role else TOKEN  # a local wall holds the hub's own token
        screen = await Listener("li", kind).listen(hub.address, token)
        await screen.has(readings=2)
        assert things.cases["internal"] in screen.mirror.state.cases

        hub.set(f"{name}=public")
        await rejoined(hub, screen, token)
        assert leaks("public", screen.told) == []
        await screen.has(readings=1)
        state = screen.mirror.state
        assert list(state.readings) == [f"g-{WORDS['public']}"]
        assert things.cases["internal"] not in state.cases
        assert not state.responses.keys() - {things.responses["public"]}
        [(status, _)] = (await answers(hub.address, token, [(f"/cases/{things.cases['internal']}", {})], kind)).values()
        assert status == 403

        hub.set(f"{name}=sensitive")
        await rejoined(hub, screen, token)
        await screen.has(readings=3)
        assert things.cases["sensitive"] in screen.mirror.state.cases
        told = await hub.audited()
        assert len(told) == 2
        assert f"{name}=internal>public".encode() in told[0].replace(b"\\u003e", b">")
        await screen.drop()

    played(tmp_path, monkeypatch, play)


def test_a_setting_that_cannot_be_read_changes_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(hub: ChangingHub, _: Things) -> None:
        token = hub.let_in("li", "phone", "operator")
        screen = await Listener("li", "phone").listen(hub.address, token)
        book = hub.clearances
        assert isinstance(book, ClearanceBook)

        hub.set("operator=secret")
        await eventually(lambda: book.trouble)

        assert book.trouble is not None
        assert "operator=secret" in book.trouble.en
        assert not screen.is_lost
        assert await hub.audited() == []
        hub.set("operator=internal")  # what is usual: nothing changes, and it is read again
        await eventually(lambda: book.trouble is None)
        assert not screen.is_lost
        await screen.drop()

    played(tmp_path, monkeypatch, play)


def test_changes_are_told_by_name_and_the_first_setting_must_be_right(tmp_path: Path) -> None:
    old, new = clearances_of("viewer=internal, user:li=public"), clearances_of("viewer=sensitive")

    assert clearance_changes(NO_CLEARANCES, NO_CLEARANCES) == ""
    assert clearance_changes(old, new) == "user:li=public>usual, viewer=internal>sensitive"
    (tmp_path / "settings.json").write_text('{"clearances": "viewer"}', encoding="utf-8")
    with pytest.raises(InputError, match="viewer"):
        clearance_book(tmp_path / "settings.json")


def test_a_settings_file_that_is_away_for_a_moment_clears_nobody_for_more(tmp_path: Path) -> None:
    # given clearances below the usual ones
    file = tmp_path / "settings.json"
    file.write_text('{"clearances": "operator=public"}', encoding="utf-8")
    book = clearance_book(file)

    # when whoever writes the file anew has taken the old one away
    file.rename(tmp_path / "settings.json~")

    # then they stay as they are, until the new one is there
    assert book.look() == ""
    assert book.of("desk", "operator") == "public"
    file.write_text('{"clearances": "operator=sensitive"}', encoding="utf-8")
    assert book.look() == "operator=public>sensitive"

    # nor when something that is no file stands in its place
    file.unlink()
    file.mkdir()
    assert book.look() == ""
    assert book.trouble is not None
    assert book.of("desk", "operator") == "sensitive"
