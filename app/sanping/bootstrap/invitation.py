"""How a phone gets to the hub: an address with a one-time code, and the QR picture of it for a terminal."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from urllib.parse import urlsplit

from sanping.bootstrap.desk_hub import HubChoice, hubs
from sanping.client.questions import Questions
from sanping.domain.errors import HubUnreachable, SanpingError
from sanping.domain.text import Language, Text
from sanping.twin.project import TwinProject
from sanping.ui.qr_modules import half_blocks_of
from sanping.wire.show import MAIN_ROOM

ASK_EVERY_S = 0.5
_NO_HUB = Text("该孪生没有数据源，也就没有中枢", "The twin has no sources, so it has no hub")
_ELSEWHERE = Text(
    "手机扫码打开（一次有效，60 秒内；之后用 sanping phone 再生成）：\n{qr}{link}",
    "Scan with a phone (once, within 60 seconds; sanping phone makes another):\n{qr}{link}",
)
_HERE = Text(
    "手机页面（仅本机可开；要让手机连接请加 --lan）：{link}",
    "The phone's page (on this machine only; add --lan to let phones in): {link}",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """`link` opens the phone's page and pairs; `is_local` when only this machine can open it."""

    link: str
    is_local: bool


def invitation(where: Callable[[], tuple[str, str]], room: str = MAIN_ROOM) -> Invitation:
    """Ask a hub for a code that leads into a room. Raises `HubUnreachable`, or what else the hub says."""
    code = Questions(where).code()
    address = code.addresses[0] if code.addresses else where()[0]
    host = urlsplit(address).hostname or ""
    return Invitation(link=code.link(address, room), is_local=host in ("127.0.0.1", "localhost", "::1"))


def invitation_of(project: TwinProject, choice: HubChoice) -> Invitation:
    """Ask the hub of a twin that runs on this machine, or the one that is named. Raises `HubUnreachable`."""
    holder = hubs(choice, project)(project)
    if holder is None:
        raise HubUnreachable(_NO_HUB)
    return invitation(holder.where, choice.room or MAIN_ROOM)


def words_of(found: Invitation, language: Language) -> str:
    """Return what to print: a QR picture of half blocks where a phone can use it."""
    if found.is_local:
        return _HERE.with_values(link=found.link).in_language(language)
    return _ELSEWHERE.with_values(link=found.link, qr=half_blocks_of(found.link)).in_language(language)


def say_when_up(
    where: Callable[[], tuple[str, str]], say: Callable[[Invitation], None], within_s: float, room: str = MAIN_ROOM
) -> Event:
    """Call `say` from a thread of its own once the hub answers; set the event that is returned to give up."""
    given_up = Event()
    Thread(target=_asking, args=(where, say, given_up, within_s, room), name="invitation", daemon=True).start()
    return given_up


def _asking(
    where: Callable[[], tuple[str, str]],
    say: Callable[[Invitation], None],
    given_up: Event,
    within_s: float,
    room: str,
) -> None:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline and not given_up.wait(ASK_EVERY_S):
        try:
            say(invitation(where, room))
        except HubUnreachable:
            continue
        except SanpingError:
            return
        return
