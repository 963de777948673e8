"""A book of cases in memory: what the contract asks and nothing more."""

import hashlib
from collections.abc import Sequence

from sanping.domain.case import Case, Reporter
from sanping.domain.errors import RevisionStale, SanpingError, StepRefused
from sanping.domain.response import Response
from sanping.domain.text import Text
from sanping.ports.case_book import AuditHead, AuditRow, Outgoing, Responded, ResponseWish, Taken, Verified, Wish


class MemoryCaseBook:
    """Implements the protocols of `ports.case_book` until it is dropped."""

    def __init__(self) -> None:
        self._cases: dict[str, Case] = {}
        self._rows: list[AuditRow] = []
        self._ops: dict[str, tuple[Wish, int]] = {}
        self._waiting: list[Outgoing] = []
        self._reporters: dict[str, Reporter] = {}

    def take(self, wishes: Sequence[Wish]) -> Sequence[Taken | SanpingError]:
        answers: list[Taken | SanpingError] = []
        for wish in wishes:
            try:
                answers.append(self._take(wish))
            except SanpingError as error:
                answers.append(error)
        return answers

    def _take(self, wish: Wish) -> Taken:
        case = self._cases.get(wish.case)
        if wish.op in self._ops:
            before, seq = self._ops[wish.op]
            if (before.case, before.said) != (wish.case, wish.said) or case is None:
                raise StepRefused(Text("另一步骤", "another step"))
            return Taken(case=case, seq=seq, is_repeated=True)
        if wish.if_rev is not None and wish.if_rev != (case.rev if case else 0):
            raise RevisionStale(Text("已被办理", "it moved on"))
        after = wish.decide(case)
        seq = len(self._rows) + 1
        mark = hashlib.sha256(self.head().mark + wish.said).digest()
        self._rows.append(
            AuditRow(
                seq=seq, at_ms=wish.at_ms, case=wish.case, rev=after.rev, op=wish.op, said=wish.said, case_mark=b"",
                mark=mark,
            )
        )  # fmt: skip
        self._cases[wish.case] = after
        self._ops[wish.op] = (wish, seq)
        self._waiting.append(Outgoing(seq=seq, case=after))
        if wish.reporter:
            self._reporters[wish.case] = wish.reporter
        if wish.erases_reporter:
            self._reporters.pop(wish.case, None)
        return Taken(case=after, seq=seq)

    def respond(self, wish: ResponseWish) -> Responded:
        raise NotImplementedError("responses are for the real book")

    def responses(self) -> Sequence[Response]:
        return ()

    def case(self, id: str) -> Case | None:
        return self._cases.get(id)

    def those(self, ids: Sequence[str]) -> Sequence[Case]:
        return [self._cases[id] for id in ids if id in self._cases]

    def cases(self, after: str = "", limit: int = -1) -> Sequence[Case]:
        found = [self._cases[id] for id in sorted(self._cases) if id > after]
        return found if limit < 0 else found[:limit]

    def reporter(self, case: str) -> Reporter | None:
        return self._reporters.get(case)

    def rows(self, after: int = 0, limit: int = 1000, case: str = "") -> Sequence[AuditRow]:
        return [row for row in self._rows if row.seq > after and case in ("", row.case)][:limit]

    def row_of(self, op: str) -> AuditRow | None:
        return next((row for row in self._rows if row.op == op), None)

    def head(self) -> AuditHead:
        return AuditHead(seq=len(self._rows), mark=self._rows[-1].mark if self._rows else bytes(32))

    def verify(self, witnessed: Sequence[AuditHead] = ()) -> Verified:
        return Verified(rows=len(self._rows), head=self.head())

    def waiting(self, limit: int = 1000) -> Sequence[Outgoing]:
        return self._waiting[:limit]

    def sent(self, up_to: int) -> None:
        self._waiting = [waiting for waiting in self._waiting if waiting.seq > up_to]

    def close(self) -> None:
        """Nothing to release."""
