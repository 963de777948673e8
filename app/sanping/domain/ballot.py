"""A vote on the alternatives of a plan: what can be chosen, and how many chose it."""

from typing import Annotated

import msgspec

from sanping.domain.label import LOWEST, Label

LARGEST_PICTURE = 12_000
MOST_CHOICES = 8
_Short = Annotated[str, msgspec.Meta(max_length=80)]
_Number = Annotated[float, msgspec.Meta(ge=0, le=1e12)]


class BallotChoice(msgspec.Struct, frozen=True, kw_only=True):
    """One alternative with its figures; `id` is that of the plan's alternative, "" for what stands today.

    `density` is a share from 0 to 1, areas are square metres. `passes` says whether the conditions of the plot are
    kept, None without any. `picture` is a small JPEG in base64, "" for none.
    """

    id: _Short
    name: _Short
    far: _Number = 0.0
    density: _Number = 0.0
    gfa_m2: _Number = 0.0
    highest_m: _Number = 0.0
    buildings: Annotated[int, msgspec.Meta(ge=0)] = 0
    passes: bool | None = None
    picture: Annotated[str, msgspec.Meta(max_length=LARGEST_PICTURE, pattern="^[A-Za-z0-9+/=]*$")] = ""


class Ballot(msgspec.Struct, frozen=True, kw_only=True):
    """A vote, open until `closed_ms` (UTC, 0 while it is open). `counts` are the votes for each choice, in their order.

    `id` is the `op` of the command that opened it, `rev` grows by one with each change. Who voted for what is told to
    nobody, and of the vote only who is cleared for its `label` hears.
    """

    id: str
    plan: str
    title: str
    choices: tuple[BallotChoice, ...]
    counts: tuple[int, ...]
    opened_ms: int
    closed_ms: int = 0
    rev: int = 1
    label: Label = LOWEST

    @property
    def is_open(self) -> bool:
        """Votes are taken."""
        return not self.closed_ms

    @property
    def voters(self) -> int:
        """How many devices have voted."""
        return sum(self.counts)

    @property
    def leading(self) -> tuple[int, ...]:
        """The choices with most votes, several when they are equal, none before the first vote."""
        most = max(self.counts, default=0)
        return tuple(number for number, count in enumerate(self.counts) if most and count == most)
