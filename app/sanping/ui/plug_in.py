"""A plug-in as the desk knows it before it is loaded: whose it is, and how to load it."""

from collections.abc import Callable
from dataclasses import dataclass

from sanping.domain.text import Text

_LINE = Text("{name}（{distribution} {version}）", "{name} ({distribution} {version})")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlugIn:
    """One entry point of an installed distribution; `load` imports foreign code and may raise anything."""

    name: str
    distribution: str
    version: str
    load: Callable[[], object]

    @property
    def id(self) -> str:
        """Name that no built-in tool and no other distribution has."""
        return f"{self.distribution}.{self.name}"

    @property
    def line(self) -> Text:
        """Name, distribution and version in one line."""
        return _LINE.with_values(name=self.name, distribution=self.distribution, version=self.version)
