"""What the desk knows as director of the linked screens: whether it leads, follows or previews; scenes; views taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sanping.domain.text import Text
from sanping.stage.sharing import FIRST_BOARD, BoardName, Focus
from sanping.wire.show import ViewKey

SCENES = 9
MOST_TAKEN = 10

DirectorWish = Literal[
    "lead", "seize", "take", "cut", "match", "lock", "grant", "deny", "revoke",
    "keep_scene", "name_scene", "forget_scene", "code", "device.approve", "device.place", "device.decline",
    "device.revoke",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """Something the director asks of the room, the hub or the person; `to` names a screen, a device or a scene."""

    wish: DirectorWish
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A preset on a number key: shared values as JSON (`stage.sharing`), by their keys."""

    number: int
    name: str
    values: Mapping[ViewKey, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenView:
    """A view that was on the wall; `at_ms` is when it was taken, in milliseconds since 1970 UTC."""

    name: Text
    values: Mapping[ViewKey, bytes]
    at_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Director:
    """While it `is_linked` the desk takes part in its room and leads when nobody else does.

    While it `follows` it shows what others lead.
    While it `is_previewing` it moves freely and the wall stays until a take, which `is_smooth` or a cut. `focus` is
    what the wall is to show large, `board` what its panels are to tell of. `scenes` are in the order of their numbers,
    the newest of `taken` comes first.
    """

    is_linked: bool = False
    follows: bool = True
    is_previewing: bool = False
    is_smooth: bool = True
    focus: Focus | None = None
    board: BoardName = FIRST_BOARD
    scenes: tuple[Scene, ...] = ()
    taken: tuple[TakenView, ...] = ()

    def scene(self, number: int) -> Scene | None:
        """Return the preset of a number, None for an empty key."""
        return next((scene for scene in self.scenes if scene.number == number), None)
