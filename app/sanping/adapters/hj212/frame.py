"""One message of HJ 212 as a value: what its data segment says, without head, length, check code and tail."""

from collections.abc import Iterator
from typing import Final, Literal

import msgspec

Version = Literal["2005", "2017", "2025"]
Item = tuple[tuple[str, str], ...]
"""The `name=value` pairs between two semicolons of the data area."""

VERSIONS: Final[tuple[Version, ...]] = ("2005", "2017", "2025")

# Commands that the program itself knows; all of them stand in commands.csv.
GET_TIME, TIME_WANTED = "1011", "1013"
REALTIME_INTERVAL, MINUTE_INTERVAL = "1061", "1063"
REALTIME, FACILITY_STATE, MINUTE, HOUR = "2011", "2021", "2051", "2061"
DEVICE_FACTS = "3020"
ACCEPTED, EXECUTED, NOTICE_TAKEN, DATA_TAKEN, HEARTBEAT = "9011", "9012", "9013", "9014", "9015"
REPLIES: Final = frozenset({ACCEPTED, EXECUTED, NOTICE_TAKEN, DATA_TAKEN})
NOTICES: Final = frozenset({TIME_WANTED, HEARTBEAT, "1014"})
"""What is answered with 9013; every other upload that wants an answer gets 9014."""

INTERACTION = "91"
"""The system code (ST) of replies."""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """One message, its fields as sent.

    `flag` is None in frames of 2005 that have none. `packets` and `packet` are PNUM and PNO, 0 when the message is not
    split. `is_backfill` is RF=1 (2025). `items` is the data area in its order. The password is left out of `repr`.
    """

    st: str
    cn: str
    mn: str
    qn: str = ""
    pw: str = ""
    flag: int | None = None
    packets: int = 0
    packet: int = 0
    is_backfill: bool = False
    items: tuple[Item, ...] = ()

    @property
    def version(self) -> Version | None:
        """The edition that `flag` names: 0 is 2005, 1 is 2017, 2 is 2025; None for others."""
        number = (self.flag or 0) >> 2
        return VERSIONS[number] if number < len(VERSIONS) else None

    @property
    def wants_reply(self) -> bool:
        """Whether the sender waits for an answer (bit A of Flag)."""
        return bool((self.flag or 0) & 1)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield all `name=value` pairs of the data area."""
        for item in self.items:
            yield from item

    def value(self, name: str) -> str:
        """Return the first value of that name in the data area, empty if there is none."""
        return next((value for given, value in self.pairs() if given == name), "")

    def __repr__(self) -> str:
        """Without the password."""
        return f"Frame(MN={self.mn!r}, CN={self.cn!r}, QN={self.qn!r}, Flag={self.flag!r}, items={self.items!r})"
