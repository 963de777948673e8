"""Which commands were done: each once, however often it comes, and never one of long ago again. No I/O.

An operation is known by its `op`. Of those that are forgotten, the highest number of each screen is kept: what comes
with a number up to it and is not known was done long ago.
"""

from collections.abc import Iterable, Mapping

from sanping.domain.text import Text
from sanping.hub.event_keeper import KeptCommand
from sanping.wire.messages import Ack, Command

OPS_KEPT = 10_000
MOST_SCREENS = 10_000

_REPLAYED = Text(
    "这条命令早已执行过，没有再次执行；请看最新状态", "This command was done long ago and is not done again; look anew"
)


class CommandBook:
    """The answers of one hub by `op`, in the order of the commands."""

    def __init__(self, most: int = OPS_KEPT) -> None:
        self._most = most
        self._done: dict[str, tuple[str, int, Ack]] = {}
        self._highest: dict[str, int] = {}
        self._forgotten: dict[str, int] = {}

    def recall(self, done: Iterable[KeptCommand], counters: Mapping[str, int]) -> None:
        """Take up what was done in earlier lives of the hub, newest last; `counters` are those of `counters`."""
        for screen, n in counters.items():
            _raise(self._forgotten, screen, n)
            _raise(self._highest, screen, n)
        for kept in done:
            self._put(kept.op, kept.by, kept.n, Ack(op=kept.op, ok=True))

    def highest(self, screen: str) -> int:
        """Return the highest number of a command of this screen."""
        return self._highest.get(screen, 0)

    def counters(self) -> dict[str, int]:
        """Return, for the next life of the hub, up to which number each screen's commands are forgotten there."""
        return dict(self._forgotten)

    def known(self, command: Command, by: str) -> Ack | None:
        """Return the answer to a command that was done, None for one that is new."""
        found = self._done.get(command.op)
        if found is not None:
            return found[2]
        if 0 < command.n <= self._forgotten.get(by, 0):
            return Ack(op=command.op, ok=False, error_zh=_REPLAYED.zh, error_en=_REPLAYED.en)
        return None

    def answered(self, command: Command, by: str, ack: Ack) -> None:
        """Keep the answer to a command."""
        self._put(command.op, by, command.n, ack)

    def _put(self, op: str, by: str, n: int, ack: Ack) -> None:
        self._done[op] = (by, n, ack)
        _raise(self._highest, by, n)
        while len(self._done) > self._most:
            screen, old, _ = self._done.pop(next(iter(self._done)))
            _raise(self._forgotten, screen, old)


def _raise(numbers: dict[str, int], screen: str, n: int) -> None:
    """Keep the highest number of a screen; of too many screens those that were silent longest are left out."""
    if n <= numbers.get(screen, 0):
        return
    numbers.pop(screen, None)
    numbers[screen] = n
    if len(numbers) > MOST_SCREENS:
        del numbers[next(iter(numbers))]
