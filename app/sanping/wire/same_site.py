"""What hubs of one site say to one another over the bus: the one that owns the books, and those that relay or take in.

What the owner tells all of them is JSON, frames of `sanping.v1` as they are; questions are MessagePack. Values only.
"""

from typing import Final, Literal, TypeVar

import msgspec

from sanping.domain.device import Identity
from sanping.domain.errors import FrameBroken
from sanping.domain.label import LOWEST, NO_LEVELS, Label, LiveLevels
from sanping.domain.observation import Observation
from sanping.domain.role import Role
from sanping.domain.site import HubLine
from sanping.domain.text import Text
from sanping.wire.message import Message
from sanping.wire.messages import Ack, Command
from sanping.wire.show import Floor, Here, Refused, Show

LIVE: Final = "live"
ASK: Final = "ask"
SAY: Final = "say"
LARGEST = 512 * 1024
_BROKEN = Text(
    "同站中枢的消息无法解析：{reason}；请让各中枢版本一致",
    "A message of a hub of this site cannot be read: {reason}; run the same version at all of them",
)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One frame for screens: of a `room` if it has one, `to` one screen ("session/seat") if it is for it alone."""

    frame: msgspec.Raw
    room: str = ""
    to: str = ""


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """What the owner tells all its relays; `n` counts without gaps in its life `epoch`.

    Twice a second it says which `sessions` of relays it knows, None in between.
    """

    epoch: str
    n: int
    told: tuple[Told, ...] = ()
    sessions: tuple[str, ...] | None = None


class Left(Message, frozen=True, kw_only=True, tag="left"):
    """The line of a screen ended."""


class GivenUp(Message, frozen=True, kw_only=True, tag="given_up"):
    """The floor is taken from a screen."""


class NowIs(Message, frozen=True, kw_only=True, tag="now_is"):
    """The role of a screen is another now."""

    role: Role


class SaysBye(Message, frozen=True, kw_only=True, tag="says_bye"):
    """A screen is closed."""


Saying = Show | Floor | Here | Left | GivenUp | NowIs | SaysBye


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a screen (`seat`) of a relay said, `what` None for a sign of life of the relay; `n` has no gaps.

    A sign of life says which message of the owner, `heard`, it answers.
    """

    session: str
    n: int
    seat: int = 0
    what: Saying | None = None
    heard: int = 0


class _Question(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What every question has: its name."""


class Join(_Question, frozen=True):
    """A relay comes, or lost a message; `session` is the one it had. `addresses` are those of its screens.

    One that `is_standby` becomes the owner when there is none.
    """

    name: str
    session: str = ""
    addresses: tuple[str, ...] = ()
    is_standby: bool = False


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """All that screens are told when they come, also in the `rooms` of the relay; it holds after message `n`.

    `twin` is a mark of the owner's copy of the twin. `levels` are the labels of stations and movers: those of the owner
    count.
    """

    session: str
    epoch: str
    n: int
    seq: int
    owner: str
    is_simulated: bool
    frames: tuple[bytes, ...]
    rooms: dict[str, tuple[bytes, ...]] = {}
    twin: str = ""
    levels: LiveLevels = NO_LEVELS


class Enter(_Question, frozen=True):
    """A screen of a relay comes into a room; it chooses no label above `clearance` for what it shows."""

    session: str
    seat: int
    room: str
    screen: str
    kind: str
    name: str
    role: Role
    tile: str = ""
    peer: str = ""
    clearance: Label = LOWEST


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    """What the room shows, and the highest number of a command of the screen; or why it does not come in."""

    frames: tuple[bytes, ...] = ()
    n: int = 0
    refused: Refused | None = None


class Do(_Question, frozen=True):
    """A command of a screen; answered by its `Ack` once it is committed."""

    command: Command
    by: str
    who: Identity


class Who(_Question, frozen=True):
    """Asks whose token it is."""

    token: str


class Still(_Question, frozen=True):
    """Asks what devices may do now."""

    devices: tuple[str, ...]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Who is let in, and as what kind of screen."""

    who: Identity
    kind: str


class Knowns(msgspec.Struct, frozen=True, kw_only=True):
    """Those of the devices that are let in."""

    known: tuple[Known, ...] = ()


class Rest(_Question, frozen=True):
    """A request for an address of the API."""

    method: Literal["GET", "POST"]
    path: str
    parameters: dict[str, str]
    body: bytes
    by: Identity
    peer: str
    base: str
    is_packed: bool = False


class Rested(msgspec.Struct, frozen=True, kw_only=True):
    """Its answer, ready to be sent; `kind` says of which sort, or names an error."""

    kind: str
    body: bytes = b""
    media_type: str = ""
    name: str = ""
    status: int = 200
    headers: dict[str, str] = {}
    mark: bytes = b""
    zh: str = ""
    en: str = ""


class Snap(_Question, frozen=True):
    """Asks for a fresh snapshot of the log plane."""


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """A frame of `sanping.v1`."""

    frame: bytes


class Owner(_Question, frozen=True):
    """Asks who owns the books of the site."""


class Kept(_Question, frozen=True):
    """Asks the owner to commit what a hub acknowledged while it was the owner itself."""

    observations: tuple[Observation, ...]


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """All of it is committed."""


Question = Join | Enter | Do | Who | Still | Rest | Snap | Owner | Kept
Answer = Joined | Entered | Ack | Knowns | Rested | Whole | HubLine | Taken
T = TypeVar("T", bound=Answer)
S = TypeVar("S", bound=Live | Said)
_BAD = (msgspec.MsgspecError, UnicodeError, RecursionError)
_QUESTIONS: msgspec.msgpack.Decoder[Question] = msgspec.msgpack.Decoder(Question)
_JSON, _PACKED = msgspec.json.Encoder(), msgspec.msgpack.Encoder()


def subject(about: str, site: str) -> str:
    """Return the subject under which the hubs of a site speak."""
    return f"sanping.hubs.{site}.{about}"


def said(message: Live | Said) -> bytes:
    """Return a message as JSON."""
    return _JSON.encode(message)


def heard(body: bytes, kind: type[S]) -> S:
    """Return a message. Raises `FrameBroken`."""
    try:
        return msgspec.json.decode(body, type=kind)
    except _BAD as error:
        raise _broken(error) from error


def packed(message: Question | Answer) -> bytes:
    """Return a question or its answer as MessagePack."""
    return _PACKED.encode(message)


def question_of(body: bytes) -> Question:
    """Return a question. Raises `FrameBroken`."""
    try:
        return _QUESTIONS.decode(body)
    except _BAD as error:
        raise _broken(error) from error


def answer_of(body: bytes, kind: type[T]) -> T:
    """Return an answer. Raises `FrameBroken`."""
    try:
        return msgspec.msgpack.decode(body, type=kind)
    except _BAD as error:
        raise _broken(error) from error


def _broken(error: Exception) -> FrameBroken:
    return FrameBroken(_BROKEN.with_values(reason=str(error)[:200]))
