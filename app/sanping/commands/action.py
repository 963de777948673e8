"""An action is data: menu, key, palette entry, phone button, permission and reference page all come from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sanping.domain.text import Text

S = TypeVar("S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Generic[S]):
    """One thing a person can do.

    `id` is dotted ("view.north"). `decide` is pure: state and arguments in, state out.
    `keys` are Qt-style key names ("Ctrl+K"), the first is shown; where `where` names a workspace they count there
    alone, and before what they mean elsewhere. `group` sorts menus and the palette.
    """

    id: str
    title: Text
    group: Text
    decide: Callable[..., S]
    keys: tuple[str, ...] = ()
    icon: str = ""
    where: str = ""
