"""Somebody who presses cancel while a long job goes on."""

from sanping.domain.errors import Cancelled
from sanping.domain.text import Text
from sanping.ports.progress import SilentProgress


class Stopping(SilentProgress):
    """A person who stops after so many reports."""

    def __init__(self, after: int) -> None:
        self._left = after

    def report(self, fraction: float, doing: Text) -> None:
        self._left -= 1
        if self._left < 0:
            raise Cancelled(Text("已取消", "Cancelled"))
