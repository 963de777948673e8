"""Cases and joint responses in tables of SQL: each step with its audit row in one transaction, whatever the engine.

Cases have an outbox in the same transaction. What is answered is safe on disk. Audit rows are chained by HMAC-SHA-256
under the site's key.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from sanping.domain.case import Case, Reporter
from sanping.domain.errors import RevisionStale, SanpingError, StepRefused, StoreFailed
from sanping.domain.response import Response
from sanping.domain.text import Text
from sanping.ports.case_book import (
    AuditHead,
    AuditRow,
    Outgoing,
    Responded,
    ResponseWish,
    Taken,
    Verified,
    Wish,
)
from sanping.storage.audit_chain import START, case_mark, head_mark, row_mark
from sanping.storage.sql_tables import SqlTables

ROW = "select seq, at_ms, case_id, rev, op, said, case_mark, mark from audit"
FAILED = Text(
    "案件库无法读写：{reason}。请检查权限和磁盘，或用 sanping stores restore 从备份恢复",
    "The book of cases cannot be used: {reason}. Check permissions and disk, "
    "or restore a backup with sanping stores restore",
)
_STALE = Text(
    "案件 {case} 已被他人办理（您看到第 {seen} 步，现为第 {rev} 步）；请刷新后再决定",
    "Somebody else worked on case {case} (you saw step {seen}, it is at {rev}); reload it, then decide",
)
_OTHER_STEP = Text(
    "编号 {op} 已用于另一步骤；请刷新后重新提交", "The id {op} was used for another step; reload and send it again"
)
_BAD_ID = Text("编号含有不允许的字符；请重新提交", "The id has a character that no id may have; send it again")
_decode_case = msgspec.json.Decoder(Case).decode
_decode_response = msgspec.json.Decoder(Response).decode
_decode_reporter = msgspec.json.Decoder(Reporter).decode
_encode = msgspec.json.Encoder().encode
_MOST = 1 << 62


class SqlCaseBook(ABC):
    """Implements `ports.case_book.WholeCaseBook` on tables; `key` seals the chain.

    Without a key (b"") a row that was altered is still found, but not somebody who writes the whole chain anew. Keep it
    where those who may write the tables cannot read it.
    """

    def __init__(self, tables: SqlTables, key: bytes) -> None:
        self.tables, self._key = tables, key
        self._unreadable: tuple[type[Exception], ...] = (*tables.errors, msgspec.MsgspecError, UnicodeError)
        self._is_owing = True  # an earlier life may have ended before it overwrote what was erased
        self._overwrite()

    @abstractmethod
    def verify(self, witnessed: Sequence[AuditHead] = ()) -> Verified:
        """Check every row, the cases they led to, and heads that were kept elsewhere; from any thread."""

    def take(self, wishes: Sequence[Wish]) -> Sequence[Taken | SanpingError]:
        """Take steps in their order in one transaction, safe on disk before it returns. Raises `StoreFailed`."""
        if not wishes:
            return ()
        with self._transaction():
            before = head = self.head()
            answers: list[Taken | SanpingError] = []
            for wish in wishes:
                try:
                    taken, head = self._take(wish, head)
                    answers.append(taken)
                except StoreFailed:
                    raise
                except SanpingError as error:
                    answers.append(error)
            if head != before:
                self._seal(head)
        self._is_owing = self._is_owing or any(wish.erases_reporter for wish in wishes)
        self._overwrite()
        return answers

    def respond(self, wish: ResponseWish) -> Responded:
        """Take one step of a response in a transaction of its own, safe on disk before it returns.

        Raises what its `decide` does, `StepRefused` for an `op` of another step, or `StoreFailed`.
        """
        with self._transaction():
            known = self._known(wish.op, wish.response, wish.said)
            found = self.tables.one("select body from responses where id = ?", (wish.response,))
            response = _decode_response(found[0]) if found else None
            if known is not None and response is not None:
                return Responded(response=response, seq=known.seq, is_repeated=True)
            after = wish.decide(response)
            _check_next(after, wish.response, response.rev if response else 0)
            body = _encode(after)
            head = self._chained(wish, after, body, self.head())
            _put(self.tables, "responses", after, body)
            self._seal(head)
            return Responded(response=after, seq=head.seq)

    def responses(self) -> Sequence[Response]:
        """Return all joint responses, in the order of their ids. Raises `StoreFailed`."""
        with self._asking():
            rows = self.tables.run("select body from responses order by id")
            return [_decode_response(body) for (body,) in rows]

    def _seal(self, head: AuditHead) -> None:
        seal = head_mark(self._key, head)
        self.tables.run(
            "insert into head values (1, ?, ?, ?) on conflict (one) do update set"
            " seq = excluded.seq, mark = excluded.mark, seal = excluded.seal",
            (head.seq, head.mark, seal),
        )

    def _take(self, wish: Wish, head: AuditHead) -> tuple[Taken, AuditHead]:
        known = self._known(wish.op, wish.case, wish.said)
        case = self._read(wish.case)
        if known is not None and case is not None:
            return Taken(case=case, seq=known.seq, is_repeated=True), head
        rev = case.rev if case else 0
        if wish.if_rev is not None and wish.if_rev != rev:
            raise RevisionStale(_STALE.with_values(case=wish.case, seen=wish.if_rev, rev=rev))
        after = wish.decide(case)
        _check_next(after, wish.case, rev)
        return self._write(wish, after, head)

    def _write(self, wish: Wish, after: Case, head: AuditHead) -> tuple[Taken, AuditHead]:
        body, run = _encode(after), self.tables.run
        head = self._chained(wish, after, body, head)
        _put(self.tables, "cases", after, body)
        run("insert into outbox values (?, ?)", (head.seq, body))
        if wish.reporter is not None:
            run(
                "insert into personal values (?, ?) on conflict (case_id) do update set body = excluded.body",
                (after.id, _encode(wish.reporter)),
            )
        if wish.erases_reporter:
            run("delete from personal where case_id = ?", (after.id,))
        return Taken(case=after, seq=head.seq), head

    def _known(self, op: str, about: str, said: bytes) -> AuditRow | None:
        """Return the row of a step that was taken before. Raises `StepRefused` when its id was another step's."""
        if "\0" in op + about:  # no column of text holds it
            raise StepRefused(_BAD_ID)
        found = self.tables.one(f"{ROW} where op = ?", (op,))
        if found is None:
            return None
        row = _row(found)
        if row.case != about or row.said != said:
            raise StepRefused(_OTHER_STEP.with_values(op=op))
        return row

    def _chained(self, wish: Wish | ResponseWish, after: Case | Response, body: bytes, head: AuditHead) -> AuditHead:
        """Write the audit row of a step behind `head`, and return the new one."""
        row = AuditRow(
            seq=head.seq + 1,
            at_ms=wish.at_ms,
            case=after.id,
            rev=after.rev,
            op=wish.op,
            said=wish.said,
            case_mark=case_mark(body),
            mark=b"",
        )
        mark = row_mark(self._key, head.mark, row)
        self.tables.run(
            "insert into audit values (?, ?, ?, ?, ?, ?, ?, ?)",
            (row.seq, row.at_ms, row.case, row.rev, row.op, row.said, row.case_mark, mark),
        )
        return AuditHead(seq=row.seq, mark=mark)

    def case(self, id: str) -> Case | None:
        """Return a case as it stands. Raises `StoreFailed`."""
        with self._asking():
            return self._read(id)

    def those(self, ids: Sequence[str]) -> Sequence[Case]:
        """Return the cases with these ids, some hundreds at most; unknown ones are left out. Raises `StoreFailed`."""
        with self._asking():
            places = ", ".join("?" * len(ids))
            found = self.tables.run(f"select body from cases where id in ({places})", ids) if ids else []
            return [_decode_case(body) for (body,) in found]

    def cases(self, after: str = "", limit: int = -1) -> Sequence[Case]:
        """Return the cases whose ids come after one, in the order of their ids. Raises `StoreFailed`."""
        with self._asking():
            most = _MOST if limit < 0 else limit
            found = self.tables.run("select body from cases where id > ? order by id limit ?", (after, most))
            return [_decode_case(body) for (body,) in found]

    def reporter(self, case: str) -> Reporter | None:
        """Return who reported a case; mask it by role before anybody sees it. Raises `StoreFailed`."""
        with self._asking():
            found = self.tables.one("select body from personal where case_id = ?", (case,))
            return _decode_reporter(found[0]) if found else None

    def rows(self, after: int = 0, limit: int = 1000, case: str = "") -> Sequence[AuditRow]:
        """Return audit rows with greater numbers than `after`, of one case if named. Raises `StoreFailed`."""
        only = "and case_id = ?" if case else ""
        values = (after, *([case] if case else []), limit)
        with self._asking():
            return [_row(row) for row in self.tables.run(f"{ROW} where seq > ? {only} order by seq limit ?", values)]

    def row_of(self, op: str) -> AuditRow | None:
        """Return the row of one step by its `op`, None when it was never taken. Raises `StoreFailed`."""
        with self._asking():
            found = self.tables.one(f"{ROW} where op = ?", (op,))
            return _row(found) if found else None

    def head(self) -> AuditHead:
        """Return the last row of the chain, to be kept elsewhere; seq 0 when there is none. Raises `StoreFailed`."""
        with self._asking():
            found = self.tables.one("select seq, mark from audit order by seq desc limit 1")
            return AuditHead(seq=int(found[0]), mark=bytes(found[1])) if found else AuditHead(seq=0, mark=START)

    def waiting(self, limit: int = 1000) -> Sequence[Outgoing]:
        """Return the oldest steps that the screens have not been told, in order. Raises `StoreFailed`."""
        with self._asking():
            rows = self.tables.run("select seq, body from outbox order by seq limit ?", (limit,))
            return [Outgoing(seq=seq, case=_decode_case(body)) for seq, body in rows]

    def sent(self, up_to: int) -> None:
        """Forget what waits up to a number. Raises `StoreFailed`."""
        with self._asking():
            self.tables.run("delete from outbox where seq <= ?", (up_to,))
        self._overwrite()

    def close(self) -> None:
        """Release it."""
        self.tables.close()

    def _read(self, id: str) -> Case | None:
        found = self.tables.one("select body from cases where id = ?", (id,))
        return _decode_case(found[0]) if found else None

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except self._unreadable as error:
            raise self._failed(error) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._asking(), self.tables.transaction():
            yield

    def _overwrite(self) -> None:
        """See that what was erased is nowhere any more; while somebody reads, at the next occasion."""
        if self._is_owing:
            with self._asking():
                self._is_owing = not self.tables.overwritten()

    def _failed(self, error: Exception) -> StoreFailed:
        return StoreFailed(FAILED.with_values(reason=self.tables.reason_of(error)), path=self.tables.place)


def _put(tables: SqlTables, table: str, after: Case | Response, body: bytes) -> None:
    tables.run(
        f"insert into {table} values (?, ?, ?) on conflict (id) do update set rev = excluded.rev, body = excluded.body",
        (after.id, after.rev, body),
    )


def _row(row: Sequence[Any]) -> AuditRow:
    seq, at_ms, case, rev, op, said, mark_of_case, mark = row
    return AuditRow(seq=seq, at_ms=at_ms, case=case, rev=rev, op=op, said=said, case_mark=mark_of_case, mark=mark)


def _check_next(after: Case | Response, id: str, rev: int) -> None:
    if after.rev != rev + 1 or after.id != id:
        raise ValueError(f"a step leads to revision {rev + 1} of {id}, not to {after.rev} of {after.id}")
