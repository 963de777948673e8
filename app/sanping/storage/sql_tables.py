"""What the books of the hub ask of an engine of SQL: questions with `?` for values, and transactions."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sanping.domain.text import Text


class SqlTables(Protocol):
    """The tables of one book. One thread at a time; raises one of `errors`. `place` is where they lie, for messages."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """What the engine raises."""

    @property
    def place(self) -> str:
        """Where the tables lie."""

    def run(self, question: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Ask, or order, and return the rows; safe on disk on return unless within a transaction."""

    def one(self, question: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a question."""

    def run_many(self, order: str, values: Sequence[Sequence[Any]]) -> None:
        """Order the same with each of many values, all or none."""

    def transaction(self) -> AbstractContextManager[None]:
        """Lock for writing before anything is read, so that a second program waits instead of deciding on old rows."""

    def overwritten(self) -> bool:
        """See that what was deleted is not in the files either; False when it has to be tried again later."""

    def reason_of(self, error: Exception) -> Text:
        """Return why the engine refused, for a sentence that names the book."""

    def close(self) -> None:
        """Release them."""
