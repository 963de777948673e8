"""The marks that chain audit rows: HMAC-SHA-256 over the row and the mark before it, under the site's key."""

import hashlib
import hmac
import struct
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sanping.domain.text import Text
from sanping.ports.case_book import AuditHead, AuditRow, Verified

START = bytes(32)
_LENGTHS = struct.Struct(">QqQIII")

_GAP = Text("第 {seq} 行缺失或顺序不对", "row {seq} is missing or out of order")
_ALTERED = Text("第 {seq} 行被改动，或前一行被换掉", "row {seq} was altered, or the one before it replaced")
_CUT = Text("第 {seq} 行起的审计记录被删掉", "the audit was cut off from row {seq} on")
_NO_SEAL = Text("审计链的封印缺失或无效", "the seal of the chain is missing or invalid")
_WITNESS = Text("第 {seq} 行与别处保存的链头不符", "row {seq} differs from the head that was kept elsewhere")
_CASE = Text("案件 {case} 与审计第 {seq} 行写下的内容不符", "case {case} is not what row {seq} of the audit led to")
_NO_ROW = Text("案件 {case} 没有审计记录", "case {case} has no row in the audit")


def case_mark(body: bytes) -> bytes:
    """Return the SHA-256 of a case as it is kept."""
    return hashlib.sha256(body).digest()


def row_mark(key: bytes, before: bytes, row: AuditRow) -> bytes:
    """Return the mark of a row that follows one with the mark `before`."""
    return _mark(key, before, (row.seq, row.at_ms, row.case, row.rev, row.op, row.said, row.case_mark))


def head_mark(key: bytes, head: AuditHead) -> bytes:
    """Return the seal of a head; it differs from every mark of a row."""
    return hmac.digest(key, b"head" + head.seq.to_bytes(8, "big") + head.mark, "sha256")


def verified(
    key: bytes,
    rows: Iterable[Sequence[Any]],
    cases: Iterable[tuple[str, int, bytes]],
    sealed: tuple[int, bytes, bytes] | None,
    witnessed: Sequence[AuditHead] = (),
) -> Verified:
    """Walk the chain and return the first row that is not as it was written.

    `rows` are (seq, at_ms, case, rev, op, said, case_mark, mark) by seq; `sealed` is the head as kept with its seal.
    Rows are checked first, then what was cut off, then the cases the rows led to.
    """
    mark, last = START, 0
    led_to: dict[str, tuple[int, int, bytes]] = {}
    kept = {head.seq: head.mark for head in witnessed}
    for row in rows:
        seq = row[0]
        if seq != last + 1:
            return _bad(last, mark, last + 1, _GAP.with_values(seq=last + 1))
        fresh = _mark(key, mark, row[:7])
        if fresh != row[7]:
            return _bad(last, mark, seq, _ALTERED.with_values(seq=seq))
        if seq in kept and kept[seq] != fresh:
            return _bad(last, mark, seq, _WITNESS.with_values(seq=seq))
        mark, last = fresh, seq
        led_to[row[2]] = (seq, row[3], row[6])
    head = AuditHead(seq=last, mark=mark)
    furthest = max(chain(kept, [sealed[0] if sealed else 0]))
    if furthest > last:
        return _bad(last, mark, last + 1, _CUT.with_values(seq=last + 1))
    if last and (sealed is None or sealed != (last, mark, head_mark(key, head))):
        return _bad(last, mark, last, _NO_SEAL)
    return _compared(head, led_to, cases)


def _compared(
    head: AuditHead, led_to: dict[str, tuple[int, int, bytes]], cases: Iterable[tuple[str, int, bytes]]
) -> Verified:
    """Compare the cases with what the last row of each led to; the first bad row is the smallest."""
    worst: tuple[int, Text] | None = None
    for id, rev, body in cases:
        known = led_to.pop(id, None)
        if known is None:
            return _bad(head.seq, head.mark, head.seq + 1, _NO_ROW.with_values(case=id))
        if (known[1], known[2]) != (rev, case_mark(body)) and (worst is None or known[0] < worst[0]):
            worst = known[0], _CASE.with_values(case=id, seq=known[0])
    for id, (seq, _, _) in led_to.items():
        if worst is None or seq < worst[0]:
            worst = seq, _CASE.with_values(case=id, seq=seq)
    if worst:
        return _bad(head.seq, head.mark, *worst)
    return Verified(rows=head.seq, head=head)


def _bad(rows: int, mark: bytes, seq: int, why: Text) -> Verified:
    return Verified(rows=rows, head=AuditHead(seq=rows, mark=mark), first_bad=seq, why=why)


def _mark(key: bytes, before: bytes, row: Sequence[Any]) -> bytes:
    """Return the mark; lengths go in front, so that no other row gives the same bytes."""
    seq, at_ms, case, rev, op, said, mark_of_case = row
    case_bytes, op_bytes = case.encode(), op.encode()
    lengths = _LENGTHS.pack(seq, at_ms, rev, len(case_bytes), len(op_bytes), len(said))
    return hmac.digest(key, b"".join((before, lengths, case_bytes, op_bytes, said, mark_of_case)), "sha256")
