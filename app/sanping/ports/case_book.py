"""Where cases are kept, with every step in a chain of audit rows and in an outbox for the screens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sanping.domain.case import Case, Reporter
from sanping.domain.errors import SanpingError
from sanping.domain.response import Response
from sanping.domain.text import Text

Decide = Callable[[Case | None], Case]
DecideResponse = Callable[[Response | None], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A step to take on one case.

    `op` is unique for ever: the same again returns what it did the first time. `said` is kept in the audit: what was
    asked and by whom, without personal data. `decide` gets the case as it stands within the transaction (None when
    there is none) and returns it after the step, one revision on, or raises. `if_rev` is the revision that was looked
    at. `reporter` is kept apart from the case; `erases_reporter` overwrites who was kept before.
    """

    op: str
    case: str
    at_ms: int
    said: bytes
    decide: Decide
    if_rev: int | None = None
    reporter: Reporter | None = None
    erases_reporter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A step that is safe on disk: the case after it and its number in the audit; `is_repeated`: it was known."""

    case: Case
    seq: int
    is_repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseWish:
    """A step to take on one joint response; as `Wish`, with the response's id."""

    op: str
    response: str
    at_ms: int
    said: bytes
    decide: DecideResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Responded:
    """A step of a response that is safe on disk; as `Taken`."""

    response: Response
    seq: int
    is_repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One step as it was taken; `seq` counts from 1 without gaps, `mark` chains it to all rows before it.

    `case` is the id of the case, or of the joint response.
    """

    seq: int
    at_ms: int
    case: str
    rev: int
    op: str
    said: bytes
    case_mark: bytes
    mark: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditHead:
    """The last row of the chain at some moment; kept elsewhere, it proves later that nothing was cut off."""

    seq: int
    mark: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What a check of the chain found: `first_bad` is the first row that is not as written, None when all are."""

    rows: int
    head: AuditHead
    first_bad: int | None = None
    why: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A case after a step that the screens have not been told yet."""

    seq: int
    case: Case


class CaseBook(Protocol):
    """Cases as they stand. One thread at a time; raises `StoreFailed`."""

    def take(self, wishes: Sequence[Wish]) -> Sequence[Taken | SanpingError]:
        """Take steps in their order in one transaction, safe on disk before it returns.

        Each wish has its answer: what it did, or why it was refused (`RevisionStale` when the case moved on). A refused
        one changes nothing and holds nobody else up. Case, audit row and outbox are written together or not at all.
        """

    def case(self, id: str) -> Case | None:
        """Return a case as it stands."""

    def those(self, ids: Sequence[str]) -> Sequence[Case]:
        """Return the cases with these ids, in any order; unknown ones are left out."""

    def cases(self, after: str = "", limit: int = -1) -> Sequence[Case]:
        """Return the cases whose ids come after one, in the order of their ids; a negative limit is none."""

    def reporter(self, case: str) -> Reporter | None:
        """Return who reported a case: personal data, to be masked by role before anybody sees it."""


class CaseAudit(Protocol):
    """The chain of steps. Raises `StoreFailed`."""

    def rows(self, after: int = 0, limit: int = 1000, case: str = "") -> Sequence[AuditRow]:
        """Return rows with greater numbers than `after`, of one case if named."""

    def row_of(self, op: str) -> AuditRow | None:
        """Return the row of one step by its `op`, None when it was never taken."""

    def head(self) -> AuditHead:
        """Return the last row, to be kept elsewhere; seq 0 when there is none."""

    def verify(self, witnessed: Sequence[AuditHead] = ()) -> Verified:
        """Check every row, the cases they led to, and heads that were kept elsewhere; any thread may ask."""


class CaseOutbox(Protocol):
    """Steps that the screens have not been told yet; they survive a crash. Raises `StoreFailed`."""

    def waiting(self, limit: int = 1000) -> Sequence[Outgoing]:
        """Return the oldest that wait, in order."""

    def sent(self, up_to: int) -> None:
        """Forget everything up to a number."""


class ResponseBook(Protocol):
    """Joint responses as they stand, in the same chain of audit rows as the cases. Raises `StoreFailed`."""

    def respond(self, wish: ResponseWish) -> Responded:
        """Take one step in a transaction of its own, safe on disk before it returns; raises why it was refused."""

    def responses(self) -> Sequence[Response]:
        """Return all responses, in the order of their ids."""


class WholeCaseBook(CaseBook, CaseAudit, CaseOutbox, ResponseBook, Protocol):
    """A book of cases with its audit and outbox, until it is closed."""

    def close(self) -> None:
        """Release it."""
