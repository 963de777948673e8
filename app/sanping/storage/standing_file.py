"""Whether a file that is open still stands under its name: what is written into a deleted one is lost at the end.

The system goes on taking what is written into a file that somebody has deleted, or moved away with its folder, so that
no write fails; only its name tells.
"""

from pathlib import Path

from sanping.domain.text import Text

GONE = Text(
    "{name} 已被删除或移走，写入的内容不会留下；请恢复数据目录后重新启动中枢",
    "{name} was deleted or moved away, and what is written to it does not last; bring the data folder back and start "
    "the hub again",
)


class StandingFile:
    """The file that is at `path` now."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known = _identity(path)

    def is_there(self) -> bool:
        """Say whether the same file is still at its path."""
        return self._known is not None and _identity(self.path) == self._known

    @property
    def gone(self) -> Text:
        """What to say when it is not."""
        return GONE.with_values(name=self.path.name)


def _identity(path: Path) -> tuple[int, int] | None:
    """Return the device and the number of a file, None where there is none or it cannot be asked."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
