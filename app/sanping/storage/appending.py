"""Appending rows to a history whose engine may fail: what no column can hold is left out, a lost engine tried again."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sanping.domain.observation import Observation
from sanping.domain.text import Text

_CANNOT_HOLD = Text(
    "{rows} 行无法存入历史库，已跳过：{reason}",
    "{rows} rows cannot be kept in the history and were left out: {reason}",
)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appender:
    """What an engine does: `append` commits all rows or raises, `forget` drops what was begun and not committed.

    `unfit` is raised because of rows that do not `fit`, `failing` for all else. `reopened` says whether an engine that
    was lost by an error is open again, and may raise `StoreFailed`.
    """

    append: Callable[[Sequence[Observation]], None]
    forget: Callable[[], None]
    fits: Callable[[Observation], bool]
    reopened: Callable[[Exception], bool]
    unfit: tuple[type[Exception], ...]
    failing: type[Exception]


def appended(rows: Sequence[Observation], by: Appender) -> int:
    """Commit the rows that fit, and return how many did not; raises what the engine does when it cannot."""
    try:
        by.append(rows)
    except by.unfit as error:
        by.forget()
        fitting = [row for row in rows if by.fits(row)]
        left_out = len(rows) - len(fitting)
        if not left_out:
            raise
        _log.error("%s", _CANNOT_HOLD.with_values(rows=left_out, reason=str(error).partition("\n")[0][:300]).en)
        return left_out + appended(fitting, by)
    except by.failing as error:
        by.forget()
        if not by.reopened(error):
            raise
        _once_more(rows, by)
    return 0


def _once_more(rows: Sequence[Observation], by: Appender) -> None:
    try:
        by.append(rows)
    except (*by.unfit, by.failing):
        by.forget()
        raise
