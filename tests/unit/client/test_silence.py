"""A hub that says nothing: asked after a second, called silent after two and a half, given up when its line is cut."""

import asyncio
import socket

from fakes.looped import looped
from sanping.client.silence import Silence, is_reachable


class Told:
    """What was asked and told, in order."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def watching(self) -> Silence:
        return Silence(
            lambda: 0.0, lambda: self.words.append("ask"), lambda is_silent: self.words.append(f"silent {is_silent}"),
            self.cut,
        )  # fmt: skip

    async def cut(self) -> bool:
        self.words.append("tried")
        return False


def test_a_hub_that_speaks_is_never_asked() -> None:
    # given a hub that was heard a moment ago
    told = Told()
    silence = told.watching()

    # when one looks again and again
    for silent_s in (0.0, 0.3, 0.9, 0.1):
        silence.look(silent_s)

    # then it is left alone
    assert told.words == []


def test_a_silent_hub_is_asked_once_then_called_silent_until_it_speaks() -> None:
    # given a hub that was heard a moment ago
    told = Told()
    silence = told.watching()

    # when it says nothing for three seconds, and speaks again
    for silent_s in (0.9, 1.1, 1.9, 2.6, 3.1, 0.2, 1.2):
        silence.look(silent_s)

    # then it was asked at the first second of each silence, and both turns were told
    assert told.words == ["ask", "silent True", "silent False", "ask"]


@looped
async def test_a_hub_that_cannot_be_reached_is_given_up() -> None:
    # given a hub that was not heard for long, on a machine that is gone
    told = Told()

    # when it is watched; then its address is tried once, and that is the end
    await asyncio.wait_for(told.watching().until_cut(), 20)
    assert told.words == ["ask", "silent True", "tried"]


@looped
async def test_a_machine_is_reachable_while_something_listens_there() -> None:
    # given a program that listens and never answers, as a busy hub does
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

        # when its address is tried; then it is reachable, and not once it is gone
        assert await is_reachable(f"http://127.0.0.1:{port}")
    assert not await is_reachable(f"http://127.0.0.1:{port}")
