"""What the console of a desk can use: the names for scripts, bound to the twin and the hub of that desk."""

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sanping
from sanping.bootstrap.desk_hub import DeskHubs
from sanping.domain.view import CameraPose
from sanping.stage.state import Colouring, FeatureRef

if TYPE_CHECKING:
    from sanping.ui.workbench.tool import ToolDesk


class TwinNow:
    """The twin of the desk as scripts see it; opened when it is first used."""

    def __init__(self, folder: object) -> None:
        self._folder = folder
        self._opened: Any = None

    def __getattr__(self, name: str) -> Any:
        """Ask the twin, opened if it is not yet."""
        if self._opened is None:
            self._opened = _scripts().open_twin(self._folder)
        return getattr(self._opened, name)

    def __dir__(self) -> list[str]:
        """Return the names of a twin, for completion."""
        return [name for name in dir(_scripts().Twin) if not name.startswith("_")]

    def close(self) -> None:
        """End it if it was opened."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None


def _scripts() -> Any:
    """Return the package with the names for scripts, which it loads when they are used."""
    return sanping


def names_at(hubs: DeskHubs) -> "Callable[[ToolDesk], dict[str, Any]]":
    """Return what gives the names of a desk with such hubs."""

    def names(desk: "ToolDesk") -> dict[str, Any]:
        def state() -> object:
            return desk.state

        def connect(address: str = "", token: str = "") -> Any:
            if address:
                return _scripts().connect(address, token)
            return _scripts().connect(*hubs.where())

        twin = TwinNow(desk.content.project.folder)
        return {
            "__name__": "__console__", "__doc__": None, "sanping": sanping, "twin": twin, "desk": desk,
            "perform": desk.perform, "state": state, "connect": connect, "CameraPose": CameraPose,
            "FeatureRef": FeatureRef, "Colouring": Colouring, "datetime": datetime,
        }  # fmt: skip

    return names
