"""Whatever is deleted, edited or swapped in the book of cases is found, and the first bad row is named."""

import subprocess
import sys
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.case_stories import TO_CLOSED, wish
from sanping.domain.case import Case, Reporter
from sanping.domain.errors import StoreFailed
from sanping.ports.case_book import Taken
from sanping.storage.audit_chain import START, verified
from sanping.storage.case_book import FILE_NAME, SqliteCaseBook

KEY = b"the key of the site"
ROWS = 2 * len(TO_CLOSED)


def filled(folder: Path) -> SqliteCaseBook:
    """Two cases closed, step by step in turns: row n of the audit is step (n - 1) // 2 of one of them."""
    book = SqliteCaseBook(folder, KEY)
    book.take([wish(step, f"{step}-{case}", case) for step in TO_CLOSED for case in ("C1", "C2")])
    return book


def tampered(book: SqliteCaseBook, *statements: str) -> None:
    """Change the file as its administrator could."""
    database = apsw.Connection(str(book.path))
    database.execute("drop trigger audit_stays; drop trigger audit_is_kept")
    for statement in statements:
        database.execute(statement)
    database.close()


@pytest.mark.parametrize("seq", range(1, ROWS + 1))
def test_a_deleted_row_is_found(tmp_path: Path, seq: int) -> None:
    # given a book from which one row is deleted
    book = filled(tmp_path)
    tampered(book, f"delete from audit where seq = {seq}")

    # when it is checked
    found = book.verify()

    # then that row is named
    assert found.first_bad == seq
    assert found.why is not None
    assert str(seq) in found.why.zh


@pytest.mark.parametrize("seq", [1, 2, 9, ROWS])
@pytest.mark.parametrize(
    "change",
    [
        "at_ms = at_ms + 1", "case_id = 'C3'", "rev = rev + 1", "op = op || 'x'", "said = cast('other' as blob)",
        "case_mark = zeroblob(32)", "mark = zeroblob(32)",
    ],
)  # fmt: skip
def test_an_edited_row_is_found(tmp_path: Path, seq: int, change: str) -> None:
    # given a book in which one value of one row is changed
    book = filled(tmp_path)
    tampered(book, f"update audit set {change} where seq = {seq}")

    # when it is checked
    # then that row is named
    assert book.verify().first_bad == seq


@pytest.mark.parametrize(("first", "second"), [(1, 2), (3, 9), (ROWS - 1, ROWS)])
def test_swapped_rows_are_found(tmp_path: Path, first: int, second: int) -> None:
    # given a book in which two rows changed places
    book = filled(tmp_path)
    tampered(
        book,
        f"update audit set seq = -1 where seq = {first}",
        f"update audit set seq = {first} where seq = {second}",
        f"update audit set seq = {second} where seq = -1",
    )

    # when it is checked
    # then the first of them is named
    assert book.verify().first_bad == first


def test_a_chain_that_is_cut_off_is_found_even_when_the_seal_goes_too(tmp_path: Path) -> None:
    # given a head that was kept elsewhere, and a book whose last rows, head and cases were set back together
    book = filled(tmp_path / "now")
    head = book.head()
    earlier = SqliteCaseBook(tmp_path / "then", KEY)
    earlier.take([wish(step, f"{step}-{case}", case) for step in TO_CLOSED[:5] for case in ("C1", "C2")])

    # when the earlier state is checked by itself, and against the head
    # then only the head shows what is missing
    assert earlier.verify().first_bad is None
    assert earlier.verify([head]).first_bad == 11
    assert book.verify([head, earlier.head()]).first_bad is None


def test_a_chain_written_anew_without_the_key_is_found(tmp_path: Path) -> None:
    # given a whole chain that somebody wrote without knowing the key
    forged = SqliteCaseBook(tmp_path, b"guessed")
    forged.take([wish("report", "a")])
    forged.close()

    # when it is checked with the key
    # then its first row is not right
    assert SqliteCaseBook(tmp_path, KEY).verify().first_bad == 1


@pytest.mark.parametrize(
    ("change", "seq"),
    [
        (
            "update cases set body = cast(replace(cast(body as text), 'closed', 'void') as blob) where id = 'C1'",
            ROWS - 1,
        ),
        ("delete from cases where id = 'C2'", ROWS),
        ("insert into cases select 'C9', rev, body from cases where id = 'C1'", ROWS + 1),
        ("delete from head", ROWS),
        ("update head set seal = zeroblob(32)", ROWS),
    ],
)
def test_a_case_that_differs_from_its_steps_is_found(tmp_path: Path, change: str, seq: int) -> None:
    # given a book whose cases or seal were changed, and not its audit
    book = filled(tmp_path)
    tampered(book, change)

    # when it is checked
    # then the row that led to the case is named, or the one that is missing
    assert book.verify().first_bad == seq


def test_the_file_refuses_to_change_its_audit(tmp_path: Path) -> None:
    # given a book
    filled(tmp_path).close()
    database = apsw.Connection(str(tmp_path / FILE_NAME))

    # when a row is changed or deleted by hand
    # then SQLite says no
    for statement in ("update audit set op = 'x' where seq = 1", "delete from audit where seq = 1"):
        with pytest.raises(apsw.ConstraintError, match="stay"):
            database.execute(statement)


@given(st.lists(st.tuples(st.integers(-3, 6), st.binary(max_size=3)), max_size=4))
def test_rows_nobody_wrote_are_never_taken_for_whole(rows: list[tuple[int, bytes]]) -> None:
    # given rows with marks out of thin air
    made_up = [(seq, 0, "C", 1, "op", said, bytes(32), bytes(32)) for seq, said in rows]

    # when they are checked
    found = verified(KEY, made_up, [], None)

    # then the first is bad, and nothing at all is whole
    assert found.first_bad == (1 if rows else None)
    assert found.head.mark == START


def test_a_failing_decision_and_a_wrong_revision_leave_the_batch_undone(tmp_path: Path) -> None:
    # given a batch whose second wish breaks in a way nobody foresaw
    from dataclasses import replace

    book = SqliteCaseBook(tmp_path, KEY)

    def broken(case: Case | None) -> Case:
        raise ZeroDivisionError

    def jumps(case: Case | None) -> Case:
        from msgspec.structs import replace as changed

        return changed(wish("report", "x", "C2").decide(None), rev=7)

    # when it is taken
    for decide, error in ((broken, ZeroDivisionError), (jumps, ValueError)):
        with pytest.raises(error):
            book.take([wish("report", "a"), replace(wish("report", "b", "C2"), decide=decide)])

    # then nothing of it is there, and the book goes on
    assert book.head().seq == 0
    assert not book.waiting()
    answer = book.take([wish("report", "a")])[0]
    assert isinstance(answer, Taken)
    assert answer.seq == 1


def test_two_programs_take_turns_on_one_file(tmp_path: Path) -> None:
    # given two programs with the same book
    one, two = SqliteCaseBook(tmp_path, KEY), SqliteCaseBook(tmp_path, KEY)

    # when they write in turns
    for number in range(6):
        (one, two)[number % 2].take([wish("report", f"op{number}", f"C{number}")])

    # then the chain is one and whole
    assert [row.seq for row in one.rows()] == [1, 2, 3, 4, 5, 6]
    assert two.verify().first_bad is None


def test_an_erased_reporter_is_gone_from_the_bytes_of_the_files(tmp_path: Path) -> None:
    # given a caller
    from dataclasses import replace

    book = SqliteCaseBook(tmp_path, KEY)
    book.take([replace(wish("report", "a"), reporter=Reporter(phone="13812345678"))])

    # when they are erased
    (erased,) = book.take([replace(wish("erase_reporter", "b"), erases_reporter=True)])

    # then no page of the file and no frame of its log holds the number, and the chain says that they were erased
    assert isinstance(erased, Taken)
    assert not [path for path in tmp_path.iterdir() if b"13812345678" in path.read_bytes()]
    assert [row.op for row in book.rows()] == ["a", "b"]
    assert book.verify().first_bad is None


def test_what_is_erased_while_somebody_reads_is_overwritten_as_soon_as_they_end(tmp_path: Path) -> None:
    # given a caller, and somebody who reads the book from beside
    from dataclasses import replace

    book = SqliteCaseBook(tmp_path, KEY)
    book.take([replace(wish("report", "a"), reporter=Reporter(phone="13812345678"))])
    beside = apsw.Connection(str(book.path), flags=apsw.SQLITE_OPEN_READONLY)
    beside.execute("begin")
    beside.execute("select count(*) from personal").fetchall()
    assert book.path.with_name(f"{FILE_NAME}-wal").stat().st_size

    # when the caller is erased, and then the reader ends
    book.take([replace(wish("erase_reporter", "b"), erases_reporter=True)])
    assert book.reporter("C1") is None
    beside.close()
    book.sent(2)

    # then the number is gone from all files
    assert not [path for path in tmp_path.iterdir() if b"13812345678" in path.read_bytes()]
    book.close()


def test_a_damaged_book_is_named(tmp_path: Path) -> None:
    # given a file that is no book, and one that cannot be read any more
    (tmp_path / FILE_NAME).write_bytes(b"no book at all " * 500)
    closed = SqliteCaseBook(tmp_path / "other", KEY)
    closed.close()

    # when they are used
    # then the file is named
    with pytest.raises(StoreFailed, match=r"cases\.sqlite"):
        SqliteCaseBook(tmp_path, KEY)
    with pytest.raises(StoreFailed, match=r"cases\.sqlite"):
        closed.take([wish("report", "a")])


WRITER = """
import sys
from pathlib import Path
from fakes.case_stories import TO_CLOSED, wish
from sanping.storage.case_book import SqliteCaseBook
book = SqliteCaseBook(Path(sys.argv[1]), b"the key of the site")
for number in range(100_000):
    case = f"C{number // len(TO_CLOSED)}-{sys.argv[2]}"
    step = TO_CLOSED[number % len(TO_CLOSED)]
    print(book.take([wish(step, f"{case}-{step}", case)])[0].seq, flush=True)
"""


def test_every_acknowledged_step_is_there_after_a_kill(tmp_path: Path) -> None:
    # given a writer that says what is safe, killed in the middle, three times
    acknowledged = 0
    for turn in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), str(turn)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[2],
        )
        assert writer.stdout is not None
        for _ in range(20 + 7 * turn):
            acknowledged = int(writer.stdout.readline())
        writer.kill()
        acknowledged = max([acknowledged, *(int(line) for line in writer.stdout if line.endswith("\n"))])
        writer.stdout.close()
        writer.wait()

        # when the book is opened again
        book = SqliteCaseBook(tmp_path, KEY)
        rows, waiting = book.rows(limit=100_000), book.waiting(limit=100_000)

        # then all of it is there, in one chain, and case, audit and outbox agree
        assert len(rows) >= acknowledged
        assert book.verify().first_bad is None
        assert [row.seq for row in rows] == [out.seq for out in waiting]
        assert {case.id: case.rev for case in book.cases()} == {row.case: row.rev for row in rows}
        book.close()
