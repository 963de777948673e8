"""A phone's address is printed once the hub is up, with a QR picture where a phone can use it."""

import time
from pathlib import Path
from queue import SimpleQueue

import pytest

from fakes.small_hub import running_hub, write_twin
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.invitation import Invitation, invitation, invitation_of, say_when_up, words_of
from sanping.cli.site import PHONE
from sanping.domain.errors import HubUnreachable
from sanping.formats.project import load_project


def test_an_invitation_comes_once_the_hub_answers_and_each_has_a_code_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given a hub that is not up yet
    twin = write_twin(tmp_path / "twin", {})
    said: SimpleQueue[Invitation] = SimpleQueue()
    known: list[tuple[str, str]] = []

    def where() -> tuple[str, str]:
        if not known:
            raise HubUnreachable("starting")  # type: ignore[arg-type]
        return known[0]

    say_when_up(where, said.put, 60.0)
    time.sleep(0.7)
    assert said.empty()

    # when it answers
    with running_hub(twin, tmp_path / "data") as hub:
        known.append(hub.where())
        found = said.get(timeout=30)
        other = invitation(hub.where)
        PHONE.run(twin, hub=hub.address, token=hub.token)
        choice = HubChoice(address=hub.address, token=hub.token, room="一号厅")
        named = invitation_of(load_project(twin), choice)
        PHONE.run(twin, hub=hub.address, token=hub.token, room="hall")

    # then the link leads to it, with a code in the fragment, and no two are the same
    assert found.link.startswith(f"{hub.address}/#pair=")
    assert len({found.link, other.link, named.link}) == 3
    assert found.is_local
    assert "--lan" in words_of(found, "en")
    printed = capsys.readouterr().out
    assert "#pair=" in printed
    assert printed.strip().endswith("&room=hall")
    assert named.link.endswith("&room=%E4%B8%80%E5%8F%B7%E5%8E%85")
    assert "room" not in found.link


def test_a_picture_is_drawn_for_phones_of_the_network() -> None:
    # given an address that phones reach
    found = Invitation(link="https://192.168.1.20:8765/#pair=abc", is_local=False)

    # when the words are made
    words = words_of(found, "zh")

    # then there is a picture of half blocks, and the link below it
    assert words.count("█") > 100
    assert words.endswith(found.link)
