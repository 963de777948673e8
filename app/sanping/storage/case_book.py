"""Cases and joint responses in SQLite (`cases.sqlite`): each step with its audit row in one transaction.

Cases have an outbox in the same transaction. What is answered is safe on disk.
WAL with synchronous FULL; audit rows are chained by HMAC-SHA-256 under the site's key.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import apsw
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
from sanping.storage.audit_chain import START, case_mark, head_mark, row_mark, verified
from sanping.storage.sqlite_file import BUSY_MS, opened, reason_of

FILE_NAME = "cases.sqlite"
_SCHEMA = """
create table if not exists cases(
    id text primary key, rev integer not null, body blob not null) strict, without rowid;
create table if not exists audit(
    seq integer primary key, at_ms integer not null, case_id text not null, rev integer not null,
    op text not null unique, said blob not null, case_mark blob not null, mark blob not null) strict;
create index if not exists audit_by_case on audit(case_id, seq);
create table if not exists outbox(seq integer primary key, body blob not null) strict;
create table if not exists personal(case_id text primary key, body blob not null) strict, without rowid;
create table if not exists head(one integer primary key check (one = 1), seq integer not null, mark blob not null,
    seal blob not null) strict;
create table if not exists responses(
    id text primary key, rev integer not null, body blob not null) strict, without rowid;
create trigger if not exists audit_stays before update on audit begin select raise(abort, 'audit rows stay'); end;
create trigger if not exists audit_is_kept before delete on audit begin select raise(abort, 'audit rows stay'); end;
"""
_ROW = "select seq, at_ms, case_id, rev, op, said, case_mark, mark from audit"
_FAILED = Text(
    "案件库无法读写：{reason}。请检查文件夹权限和磁盘，或从备份恢复",
    "The book of cases cannot be used: {reason}. Check permissions and disk, or restore a backup",
)
_STALE = Text(
    "案件 {case} 已被他人办理（您看到第 {seen} 步，现为第 {rev} 步）；请刷新后再决定",
    "Somebody else worked on case {case} (you saw step {seen}, it is at {rev}); reload it, then decide",
)
_OTHER_STEP = Text(
    "编号 {op} 已用于另一步骤；请刷新后重新提交", "The id {op} was used for another step; reload and send it again"
)
_decode_case = msgspec.json.Decoder(Case).decode
_decode_response = msgspec.json.Decoder(Response).decode
_decode_reporter = msgspec.json.Decoder(Reporter).decode
_encode = msgspec.json.Encoder().encode
_UNREADABLE = (apsw.Error, msgspec.MsgspecError, UnicodeError)


class SqliteCaseBook:
    """Implements `CaseBook`, `CaseAudit` and `CaseOutbox` of `ports.case_book` in `folder`.

    `key` seals the chain; without it (b"") a row that was altered is still found, but not somebody who writes the whole
    chain anew. Keep the key where those who may write the file cannot read it.
    """

    def __init__(self, folder: Path, key: bytes = b"") -> None:
        self.path = folder / FILE_NAME
        self._key = key
        try:
            self._database = opened(self.path, _SCHEMA)
        except (apsw.Error, OSError) as error:
            raise _failed(error, self.path) from error
        self._is_owing = True  # an earlier life may have ended before it overwrote what was erased
        self._overwrite()

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
            found = self._database.execute("select body from responses where id = ?", (wish.response,)).fetchone()
            response = _decode_response(found[0]) if found else None
            known = self._known(wish.op, wish.response, wish.said)
            if known is not None and response is not None:
                return Responded(response=response, seq=known.seq, is_repeated=True)
            after = wish.decide(response)
            _check_next(after, wish.response, response.rev if response else 0)
            body = _encode(after)
            head = self._chained(wish, after, body, self.head())
            self._database.execute("insert or replace into responses values (?, ?, ?)", (after.id, after.rev, body))
            self._seal(head)
            return Responded(response=after, seq=head.seq)

    def responses(self) -> Sequence[Response]:
        """Return all joint responses, in the order of their ids. Raises `StoreFailed`."""
        with self._asking():
            rows = self._database.execute("select body from responses order by id")
            return [_decode_response(body) for (body,) in rows]

    def _seal(self, head: AuditHead) -> None:
        seal = head_mark(self._key, head)
        self._database.execute("insert or replace into head values (1, ?, ?, ?)", (head.seq, head.mark, seal))

    def _take(self, wish: Wish, head: AuditHead) -> tuple[Taken, AuditHead]:
        case = self._read(wish.case)
        known = self._known(wish.op, wish.case, wish.said)
        if known is not None and case is not None:
            return Taken(case=case, seq=known.seq, is_repeated=True), head
        rev = case.rev if case else 0
        if wish.if_rev is not None and wish.if_rev != rev:
            raise RevisionStale(_STALE.with_values(case=wish.case, seen=wish.if_rev, rev=rev))
        after = wish.decide(case)
        _check_next(after, wish.case, rev)
        return self._write(wish, after, head)

    def _write(self, wish: Wish, after: Case, head: AuditHead) -> tuple[Taken, AuditHead]:
        body, run = _encode(after), self._database.execute
        head = self._chained(wish, after, body, head)
        run("insert or replace into cases values (?, ?, ?)", (after.id, after.rev, body))
        run("insert into outbox values (?, ?)", (head.seq, body))
        if wish.reporter is not None:
            run("insert or replace into personal values (?, ?)", (after.id, _encode(wish.reporter)))
        if wish.erases_reporter:
            run("delete from personal where case_id = ?", (after.id,))
        return Taken(case=after, seq=head.seq), head

    def _known(self, op: str, about: str, said: bytes) -> AuditRow | None:
        """Return the row of a step that was taken before. Raises `StepRefused` when its id was another step's."""
        found = self._database.execute(f"{_ROW} where op = ?", (op,)).fetchone()
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
        self._database.execute(
            "insert into audit values (?, ?, ?, ?, ?, ?, ?, ?)",
            (row.seq, row.at_ms, row.case, row.rev, row.op, row.said, row.case_mark, mark),
        )
        return AuditHead(seq=row.seq, mark=mark)

    def case(self, id: str) -> Case | None:
        """Return a case as it stands. Raises `StoreFailed`."""
        with self._asking():
            return self._read(id)

    def cases(self, after: str = "", limit: int = -1) -> Sequence[Case]:
        """Return the cases whose ids come after one, in the order of their ids. Raises `StoreFailed`."""
        with self._asking():
            found = self._database.execute("select body from cases where id > ? order by id limit ?", (after, limit))
            return [_decode_case(body) for (body,) in found]

    def reporter(self, case: str) -> Reporter | None:
        """Return who reported a case; mask it by role before anybody sees it. Raises `StoreFailed`."""
        with self._asking():
            found = self._database.execute("select body from personal where case_id = ?", (case,)).fetchone()
            return _decode_reporter(found[0]) if found else None

    def rows(self, after: int = 0, limit: int = 1000, case: str = "") -> Sequence[AuditRow]:
        """Return audit rows with greater numbers than `after`, of one case if named. Raises `StoreFailed`."""
        only = "and case_id = ?" if case else ""
        values = (after, *([case] if case else []), limit)
        with self._asking():
            return [
                _row(row) for row in self._database.execute(f"{_ROW} where seq > ? {only} order by seq limit ?", values)
            ]

    def row_of(self, op: str) -> AuditRow | None:
        """Return the row of one step by its `op`, None when it was never taken. Raises `StoreFailed`."""
        with self._asking():
            found = self._database.execute(f"{_ROW} where op = ?", (op,)).fetchone()
            return _row(found) if found else None

    def head(self) -> AuditHead:
        """Return the last row of the chain, to be kept elsewhere; seq 0 when there is none. Raises `StoreFailed`."""
        with self._asking():
            found = self._database.execute("select seq, mark from audit order by seq desc limit 1").fetchone()
            return AuditHead(seq=int(found[0]), mark=bytes(found[1])) if found else AuditHead(seq=0, mark=START)

    def verify(self, witnessed: Sequence[AuditHead] = ()) -> Verified:
        """Check every row, the cases they led to, and heads that were kept elsewhere; from any thread.

        Raises `StoreFailed`.
        """
        return verified_file(self.path, self._key, witnessed)

    def waiting(self, limit: int = 1000) -> Sequence[Outgoing]:
        """Return the oldest steps that the screens have not been told, in order. Raises `StoreFailed`."""
        with self._asking():
            rows = self._database.execute("select seq, body from outbox order by seq limit ?", (limit,))
            return [Outgoing(seq=seq, case=_decode_case(body)) for seq, body in rows]

    def sent(self, up_to: int) -> None:
        """Forget what waits up to a number. Raises `StoreFailed`."""
        with self._asking():
            self._database.execute("delete from outbox where seq <= ?", (up_to,))
        self._overwrite()

    def close(self) -> None:
        """Release the file."""
        self._database.close()

    def _read(self, id: str) -> Case | None:
        found = self._database.execute("select body from cases where id = ?", (id,)).fetchone()
        return _decode_case(found[0]) if found else None

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except _UNREADABLE as error:
            raise _failed(error, self.path) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Lock for writing before anything is read, so that a second program waits instead of deciding on old cases."""
        with self._asking():
            self._database.execute("begin immediate")
            try:
                yield
                self._database.execute("commit")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("rollback")
                raise

    def _overwrite(self) -> None:
        """See that what was erased is not in the log of the file either; while somebody reads, at the next occasion."""
        if self._is_owing:
            with self._asking():
                ((is_busy, _, _),) = self._database.execute("pragma wal_checkpoint(truncate)").fetchall()
                self._is_owing = bool(is_busy)


def verified_file(path: Path, key: bytes, witnessed: Sequence[AuditHead] = ()) -> Verified:
    """Check the chain of a book that may be in use, even one that cannot be opened because a checksum is wrong.

    The sums of pages are left alone here: the chain itself says which row was altered. Raises `StoreFailed`.
    """
    with _beside(path) as database:
        tables = {name for (name,) in database.execute("select name from sqlite_master where type = 'table'")}
        rows = database.execute(f"{_ROW} order by seq")
        sealed = database.execute("select seq, mark, seal from head").fetchone()
        bodies = [f"select id, rev, body from {name}" for name in ("cases", "responses") if name in tables]
        return verified(key, rows, database.execute(" union all ".join(bodies)), sealed, witnessed)


@contextmanager
def _beside(path: Path) -> Iterator[apsw.Connection]:
    """See one state of the file from a connection of its own, whatever is written meanwhile."""
    try:
        database = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        try:
            database.set_busy_timeout(BUSY_MS)
            database.execute("begin")
            yield database
        finally:
            database.close()
    except _UNREADABLE as error:
        raise _failed(error, path) from error


def _failed(error: Exception, path: Path) -> StoreFailed:
    return StoreFailed(_FAILED.with_values(reason=reason_of(error)), path=str(path))


def _row(row: tuple[int, int, str, int, str, bytes, bytes, bytes]) -> AuditRow:
    seq, at_ms, case, rev, op, said, mark_of_case, mark = row
    return AuditRow(seq=seq, at_ms=at_ms, case=case, rev=rev, op=op, said=said, case_mark=mark_of_case, mark=mark)


def _check_next(after: Case | Response, id: str, rev: int) -> None:
    if after.rev != rev + 1 or after.id != id:
        raise ValueError(f"a step leads to revision {rev + 1} of {id}, not to {after.rev} of {after.id}")
