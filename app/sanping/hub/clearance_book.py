"""Who is cleared for what while a hub runs: the setting is read again when it changes, and counts from then on."""

from collections.abc import Callable

from sanping.domain.errors import SanpingError
from sanping.domain.label import NO_CLEARANCES, Clearances, Label, clearance_changes
from sanping.domain.text import Text

CHANGED = "clearance.changed"
Read = Callable[[], Clearances | None]


class ClearanceBook:
    """The clearances as they are now. `read` returns them when they may have changed, None when they have not.

    What cannot be read changes nothing: whoever was let see less goes on seeing less. `trouble` says why, "" for none.
    """

    def __init__(self, first: Clearances = NO_CLEARANCES, read: Read = lambda: None) -> None:
        self.now = first
        self.trouble: Text | None = None
        self._read = read

    def look(self) -> str:
        """Take in what has changed; return it in words for the audit, "" for nothing."""
        try:
            found = self._read()
        except SanpingError as error:
            self.trouble = Text(error.in_language("zh"), error.in_language("en"))
            return ""
        if found is None:
            return ""
        self.trouble = None
        changes, self.now = clearance_changes(self.now, found), found
        return changes

    def of(self, kind: str, role: str, user: str = "", device: str = "") -> Label:
        """Return as `Clearances.of` does, by those of now."""
        return self.now.of(kind, role, user, device)

    def of_screen(self, kind: str) -> Label:
        """Return as `Clearances.of_screen` does, by those of now."""
        return self.now.of_screen(kind)

    def of_relay(self) -> Label:
        """Return as `Clearances.of_relay` does, by those of now."""
        return self.now.of_relay()

    def of_site(self, site: str) -> Label:
        """Return as `Clearances.of_site` does, by those of now."""
        return self.now.of_site(site)
