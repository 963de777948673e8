"""The screens that have been told everything and may be told more: each new value goes to all of them at once.

For a thousand screens sixty times a second what counts is how little is looked at for each: here it is the number of
its socket. Who has seen how much is worked out only when a screen's credit might be used up.
"""

from collections.abc import Sequence
from os import write

from sanping.hub.room_seat import OUT_OF_STEP, Seat
from sanping.wire.messages import LARGEST_WINDOW

MOST_REMEMBERED = 1_024


class InStep:
    """Screens in step with their room. No screen is waited for; what does not fit is left to its transport."""

    def __init__(self) -> None:
        self._direct: dict[int, Seat] = {}
        self._through: set[Seat] = set()
        self._told = 0
        self._revisions: list[int] = []
        self._by_end: dict[int, set[Seat]] = {}

    def take(self, seat: Seat) -> None:
        """Let a screen hear everything from now on; it has been told all, and its transport holds nothing."""
        if seat.told != OUT_OF_STEP:
            return
        seat.told = self._told
        self._look_at(seat)
        if seat.socket >= 0:
            self._direct[seat.socket] = seat
        else:
            self._through.add(seat)

    def give(self, seat: Seat) -> None:
        """Let a screen hear no more; `on_way` is what it was told and has not seen."""
        if seat.told == OUT_OF_STEP:
            return
        self._settle(seat)
        seat.told = OUT_OF_STEP
        found = self._by_end.get(seat.end, set())
        found.discard(seat)
        if not found:
            self._by_end.pop(seat.end, None)
        self._direct.pop(seat.socket, None)
        self._through.discard(seat)

    def seen(self, seat: Seat, revision: int) -> bool:
        """Take credit; False when it gives none."""
        newest = min(revision, self._revisions[-1]) if self._revisions else 0
        is_credit = newest > seat.newest_seen
        seat.newest_seen = max(seat.newest_seen, newest)
        return is_credit

    def tell(self, frames: bytes, revisions: Sequence[int]) -> list[Seat]:
        """Send values to all in step; return those without credit or with bytes on the way: they are so no longer."""
        late = self._without_credit(len(revisions))
        late += [seat for seat in self._through if seat.waiting()]
        for seat in late:
            self.give(seat)
        size, short = len(frames), []
        for socket in self._direct:  # a thousand screens sixty times a second: no word more than it takes
            try:
                if (sent := write(socket, frames)) != size:
                    short.append((socket, sent))
            except OSError:  # full or broken: its transport finds out which
                short.append((socket, 0))
        for seat in self._through:
            seat.write(frames)
        self._told += len(revisions)
        self._revisions.extend(revisions)
        if len(self._revisions) > MOST_REMEMBERED:
            del self._revisions[:-LARGEST_WINDOW]
        for socket, sent in short:
            self._direct[socket].write(frames[sent:])
        return late

    def _without_credit(self, count: int) -> list[Seat]:
        """Return whose credit does not last for so many values, by what they have seen by now."""
        due = [seat for end in range(self._told, self._told + count) for seat in self._by_end.pop(end, ())]
        for seat in due:
            self._look_at(seat)
        return [seat for seat in due if seat.end < self._told + count]

    def _look_at(self, seat: Seat) -> None:
        """Note when the credit of a screen might be used up."""
        self._settle(seat)
        seat.end = self._told + max(0, seat.window - len(seat.on_way))
        self._by_end.setdefault(seat.end, set()).add(seat)

    def _settle(self, seat: Seat) -> None:
        """Bring `on_way` up to now."""
        if seat.told < self._told:
            seat.on_way.extend(self._revisions[seat.told - self._told :])
            seat.told = self._told
        seat.seen(seat.newest_seen)
