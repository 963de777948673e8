"""What an address of the API is: declared once, with its parameters."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import msgspec

from sanping.domain.device import OWNER, Identity
from sanping.domain.errors import InputError
from sanping.domain.role import Role
from sanping.domain.text import Text
from sanping.hub.core import Hub
from sanping.wire.messages import MAX_BYTES_IN

Parameters = Mapping[str, str]
T = TypeVar("T")

_NO_BODY = Text("请求内容须为 JSON：{reason}", "The request's body must be JSON: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: its parameters, those of its path among them, its body, who asks, and from which address.

    `base` is under which name the hub was called, with its scheme, as links in answers need it. `is_packed` says that
    the answer is wanted as MessagePack.
    """

    parameters: Parameters
    body: bytes = b""
    by: Identity = OWNER
    peer: str = ""
    base: str = ""
    is_packed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An answer that is no JSON."""

    body: bytes
    media_type: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An answer of a standard: sent as it is, packed where the client takes that, and only when it has changed.

    `mark` is what tells it from another when not all of `body` does.
    """

    body: bytes
    media_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    mark: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One address of the API.

    `parameters` maps names to what they mean; those in `required` must be given. A body has at most `most_bytes`.
    Who asks needs the role `least`; where it `is_open`, nobody needs to be known.
    """

    method: Literal["GET", "POST"]
    path: str
    title: Text
    run: Callable[[Hub, Asked], Awaitable[object]]
    parameters: Mapping[str, Text] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    least: Role = "viewer"
    is_open: bool = False
    most_bytes: int = MAX_BYTES_IN


def body_of(asked: Asked, kind: type[T]) -> T:
    """Return the JSON body of a request as a value of this kind. Raises `InputError`."""
    try:
        return msgspec.json.decode(asked.body, type=kind)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise InputError(_NO_BODY.with_values(reason=str(error)[:120])) from error
