"""How long the chain of an audit takes to verify, and whether it names the first row that was tampered with.

`audit_verify.py [--rows 100000] [--tries 20]`: rows as the book of cases keeps them, in memory; each try edits, deletes
or swaps rows at a random place and verifies anew. The wish is less than a second per 100 000 rows.
"""

import argparse
import random
import time

from sanping.ports.case_book import AuditHead, AuditRow
from sanping.storage.audit_chain import START, case_mark, head_mark, row_mark, verified

KEY = bytes(range(32))
SAID = (
    b'{"step":"note","by":"grid worker 12","note":"the bank was washed out over two metres, stones are on their way"}'
)
Row = tuple[int, int, str, int, str, bytes, bytes, bytes]


def chained(count: int) -> tuple[list[Row], list[tuple[str, int, bytes]], tuple[int, bytes, bytes]]:
    """Return rows of eight steps a case, the cases they led to, and the seal."""
    rows: list[Row] = []
    cases: list[tuple[str, int, bytes]] = []
    mark = START
    for seq in range(1, count + 1):
        case, rev = f"310107-20261122-{(seq - 1) // 8:06d}", (seq - 1) % 8 + 1
        body = f"{case} {rev}".encode()
        marked = case_mark(body)
        row = AuditRow(
            seq=seq,
            at_ms=1_795_000_000_000 + seq,
            case=case,
            rev=rev,
            op=f"op-{seq}",
            said=SAID,
            case_mark=marked,
            mark=b"",
        )
        mark = row_mark(KEY, mark, row)
        rows.append((seq, row.at_ms, case, rev, row.op, SAID, row.case_mark, mark))
        if rev == 1:
            cases.append((case, rev, body))
        cases[-1] = (case, rev, body)
    return rows, cases, (count, mark, head_mark(KEY, AuditHead(seq=count, mark=mark)))


def tampered(rows: list[Row], place: int, how: str) -> list[Row]:
    """Return the rows with the one at `place` edited, deleted, or swapped with the next."""
    row = rows[place]
    if how == "edit":
        return [*rows[:place], (*row[:5], b"nothing", *row[6:]), *rows[place + 1 :]]
    if how == "delete":
        return [*rows[:place], *rows[place + 1 :]]
    following = rows[place + 1]
    first, second = (row[0], *following[1:]), (following[0], *row[1:])
    return [*rows[:place], first, second, *rows[place + 2 :]]


def main() -> None:
    """Print the time of a whole chain, and what was named of each tampered one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--tries", type=int, default=20)
    asked = parser.parse_args()
    rows, cases, seal = chained(asked.rows)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        found = verified(KEY, rows, cases, seal)
        took.append(time.perf_counter() - began)
        assert found.first_bad is None, found
    per_100k = [one * 100_000 / asked.rows for one in took]
    print(f"whole chain of {asked.rows} rows: {min(per_100k):.2f}–{max(per_100k):.2f} s per 100 000 rows")
    chance, named = random.Random(1), 0
    for number in range(asked.tries):
        place, how = chance.randrange(asked.rows - 1), ("edit", "delete", "swap")[number % 3]
        named += verified(KEY, tampered(rows, place, how), cases, seal).first_bad == place + 1
    print(f"tampered: {named} of {asked.tries} named the first bad row")


if __name__ == "__main__":
    main()
