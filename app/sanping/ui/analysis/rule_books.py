"""The rules that analyses go by: those of sunlight by city, and those of runways; read when they are first wanted."""

from collections.abc import Callable, Mapping
from pathlib import Path

from sanping.analysis.aerodrome import RunwayRule
from sanping.analysis.sunlight_rules import SunlightRule
from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.formats.aerodromes import load_runway_rules
from sanping.formats.sunlight_rules import all_sunlight_rules

SUNLIGHT, AERODROMES = "sunlight", "aerodromes"


class RuleBooks:
    """Rules under `assets`; `tell` hears what is wrong with a file."""

    def __init__(self, assets: Path, tell: Callable[[Text], None]) -> None:
        self._assets, self._tell = assets, tell
        self._sunlight: Mapping[str, SunlightRule] | None = None
        self._runways: Mapping[str, RunwayRule] | None = None

    def sunlight(self) -> Mapping[str, SunlightRule]:
        """Return the rules of sunlight by file and id, the national standard first."""
        if self._sunlight is None:
            self._sunlight = {}
            try:
                books = all_sunlight_rules(self._assets / SUNLIGHT)
                self._sunlight = {f"{book.id}/{rule.id}": rule for book in books for rule in book.rules}
            except SanpingError as error:
                self._say(error)
        return self._sunlight

    def runways(self) -> Mapping[str, RunwayRule]:
        """Return the kinds of runways by file and id."""
        if self._runways is None:
            self._runways = {}
            try:
                for path in sorted((self._assets / AERODROMES).glob("*.toml")):
                    self._runways |= {f"{path.stem}/{rule.id}": rule for rule in load_runway_rules(path)}
            except SanpingError as error:
                self._say(error)
        return self._runways

    def _say(self, error: SanpingError) -> None:
        self._tell(Text(error.in_language("zh"), error.in_language("en")))
