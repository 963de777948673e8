"""Which hub the desk follows: one of its own for a twin with sources, one that is named, or none."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from sanping.client.hub_process import (
    ADDRESS_FILE,
    ENDED_WITHIN_S,
    TOKEN_FILE,
    HubProcess,
    KnownHub,
    hub_command,
)
from sanping.client.hub_trust import trust
from sanping.domain.errors import HubUnreachable, InputError
from sanping.domain.text import Text
from sanping.hub.site_certificates import CA_FILE
from sanping.settings import paths
from sanping.twin.project import TwinProject
from sanping.twin.simulated_river import Scenario

_NO_ADDRESS = Text(
    "看不懂中枢地址。请写成 http://主机:端口",
    "The address of the hub is not understood. Write it like http://host:port",
)
_NO_HUB = Text("还没有中枢", "There is no hub yet")
_NO_TOKEN = Text(
    "连接中枢需要令牌。请用 --token 给出，或设环境变量 SANPING_HUB_TOKEN；令牌在中枢数据目录的 token 文件里",
    "The hub needs a token. Give it with --token or in SANPING_HUB_TOKEN; it is the file “token” in its data folder",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HubChoice:
    """What was asked for on the command line.

    `room` is the group of linked screens that the desk joins, "" for that of its settings, `name` what people call it.
    `address` names a hub that runs already; `scenario` is what the simulators of a hub of our own tell, which `is_lan`
    lets other machines reach. `area` is the code of the area whose command centre the desk stands in, "" for the city.
    """

    address: str = ""
    token: str = ""
    is_wanted: bool = True
    scenario: Scenario = "daily"
    is_lan: bool = False
    room: str = ""
    name: str = ""
    area: str = ""


class Holder(Protocol):
    """A hub that is held up, or known to run elsewhere."""

    def start(self) -> None:
        """Begin."""

    def where(self) -> tuple[str, str]:
        """Return address and token. Raises `HubUnreachable`."""

    def close(self) -> None:
        """Have what was begun end, and return at once."""


class DeskHubs:
    """Gives the hub of a twin; a named hub belongs to the twin that is opened first.

    Of the desk's own hubs each begins when the one before has ended, and none is left behind by `finish`.
    """

    def __init__(self, choice: HubChoice, first: TwinProject, known: KnownHub | None) -> None:
        self._choice, self._first, self._known = choice, first.folder, known
        self._last: HubProcess | None = None

    def __call__(self, project: TwinProject) -> Holder | None:
        """Return the hub of a twin, not started yet; None for a twin in which nothing lives."""
        if self._known is not None and project.folder == self._first:
            return self._known
        if not self._choice.is_wanted or not (project.live.sources or project.live.stations):
            return None
        data = paths.hub_folder(project.folder)
        words = ("--lan",) if self._choice.is_lan else ()
        command = hub_command(project.folder, data, "--scenario", self._choice.scenario, *words)
        self._last = HubProcess(command, data, before=self._last)
        return self._last

    def where(self) -> tuple[str, str]:
        """Return address and token of the hub that was given last. Raises `HubUnreachable`."""
        holder = self._last or self._known
        if holder is None:
            raise HubUnreachable(_NO_HUB)
        return holder.where()

    @property
    def elsewhere(self) -> Callable[[], tuple[str, str]] | None:
        """Address and token of a hub that was named: it may have what this machine lacks; None for one of our own."""
        return None if self._known is None else self._known.where

    def finish(self) -> bool:
        """Wait, after the last window has closed, until the hub has written all; return whether it has ended."""
        if self._last is None:
            return True
        self._last.close()
        return self._last.has_ended(ENDED_WITHIN_S)


def hubs(choice: HubChoice, first: TwinProject) -> DeskHubs:
    """Return what gives the hub of each twin that is opened.

    Raises `InputError` when the named hub cannot be asked.
    """
    known = _known(choice, paths.hub_folder(first.folder)) if choice.address and choice.is_wanted else None
    return DeskHubs(choice, first, known)


def _known(choice: HubChoice, data: Path) -> KnownHub:
    parts = urlsplit(choice.address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(_NO_ADDRESS, place=choice.address)
    address = choice.address.rstrip("/")
    token = choice.token or _own_token(address, data)
    if not token:
        raise InputError(_NO_TOKEN, place=address)
    authority = paths.certificates_folder() / CA_FILE
    if parts.scheme == "https" and authority.is_file():
        trust(authority)
    return KnownHub(address, token)


def _own_token(address: str, data: Path) -> str:
    """Return the token of a hub that this person started on this machine, "" for another one."""
    try:
        note = msgspec.json.decode((data / ADDRESS_FILE).read_bytes())
        if note["address"].rstrip("/") != address:
            return ""
        return (data / TOKEN_FILE).read_text(encoding="ascii").strip()
    except (OSError, msgspec.MsgspecError, KeyError, TypeError, AttributeError, ValueError):
        return ""
