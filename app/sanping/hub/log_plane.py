"""The log plane: changes numbered without gaps within one life of the hub, kept encoded for screens that come back."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sanping.domain.label import HIGHEST, LOWEST, Label, is_cleared
from sanping.wire.codec import Body, encoded, raw
from sanping.wire.messages import Change
from sanping.wire.sight import label_of, withheld

KEPT = 4096
OBJECTS_KEPT = 20_000


@dataclass(slots=True)
class _Kept:
    """One change as it is sent; `label` rises with what it is about."""

    frame: bytes
    about: str
    label: Label = LOWEST
    is_raised: bool = False


class ChangeLog:
    """The newest changes as frames that all screens share; `seq` is the number of the last, 0 before the first.

    `labelled` gives a body the label that it has.
    """

    def __init__(self, epoch: str, labelled: Callable[[Body], Body] = lambda body: body) -> None:
        self.epoch = epoch
        self.seq = 0
        self._labelled = labelled
        self._kept: deque[_Kept] = deque(maxlen=KEPT)
        self._changed: dict[str, int] = {}
        self._forgotten = 0

    def append(self, kind: str, body: Body, about: str = "", *, is_raised: bool = False) -> int:
        """Number a change, of the object `about` if it has a name, and return its number.

        `is_raised`: the label of the object was lower before; what was said of it then is withheld from now on.
        """
        self.seq += 1
        body = self._labelled(body)
        if about:
            self._changed.pop(about, None)
            self._changed[about] = self.seq
            if len(self._changed) > OBJECTS_KEPT:
                self._forgotten = self._changed.pop(next(iter(self._changed)))
        frame = encoded(Change(seq=self.seq, kind=kind, body=raw(body), is_raised=is_raised))
        self._keep(_Kept(frame, about, label_of(body), is_raised))
        return self.seq

    def begin(self, epoch: str, seq: int) -> None:
        """Go on as the log of another hub, from a number on."""
        self.epoch, self.seq = epoch, seq
        self._kept.clear()

    def take(self, change: Change, frame: bytes, about: str = "", label: Label = HIGHEST) -> bool:
        """Keep the next change of that log as it is; False when one before it is missing."""
        if change.seq == self.seq + 1:
            self.seq = change.seq
            self._keep(_Kept(frame, about, label, change.is_raised))
        return change.seq <= self.seq

    def changed(self, about: str) -> int:
        """Return the number of an object's last change; 0 when it did not change in this life of the hub."""
        return self._changed.get(about, self._forgotten)

    def after(self, seq: int, clearance: Label = HIGHEST, *, is_new: bool = False) -> list[bytes] | None:
        """Return the frames after `seq` as somebody may see them; those above them are empty, with their number.

        None when they are no longer kept, `seq` is of another life, or something was raised since above whoever hears
        it, who must begin anew. `is_new` says that they do so.
        """
        missing = self.seq - seq
        if not 0 <= missing <= len(self._kept):
            return None
        some = list(self._kept)[len(self._kept) - missing :] if missing else []
        if clearance == HIGHEST:
            return [one.frame for one in some]
        if not is_new and any(one.is_raised and not is_cleared(clearance, one.label) for one in some):
            return None
        return list(_seen(some, seq + 1, clearance))

    def _keep(self, kept: _Kept) -> None:
        if kept.is_raised:
            for one in self._kept:
                if one.about == kept.about:
                    one.label = kept.label
        self._kept.append(kept)


def _seen(some: Iterable[_Kept], seq: int, clearance: Label) -> Iterable[bytes]:
    for number, one in enumerate(some, seq):
        yield one.frame if is_cleared(clearance, one.label) else withheld(number)
