"""What every book of cases keeps: steps in one piece, once each, on the case as it stands, in order."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes.case_stories import TO_CLOSED, wish
from fakes.memory_case_book import MemoryCaseBook
from fakes.small_responses import BEGUN_MS, begun
from sanping.domain.case import Reporter
from sanping.domain.errors import RevisionStale, StepRefused
from sanping.ports.case_book import AuditHead, ResponseWish, Taken
from sanping.storage.case_book import SqliteCaseBook
from sanping.storage.postgres.books import PostgresCaseBook
from sanping.storage.sql_case_book import SqlCaseBook

Book = SqlCaseBook | MemoryCaseBook


def opened(kind: str, request: pytest.FixtureRequest, folder: Path) -> Book:
    if kind == "postgres":
        return PostgresCaseBook(request.getfixturevalue("stores").place(), b"key")
    return MemoryCaseBook() if kind == "memory" else SqliteCaseBook(folder, b"key")


@pytest.fixture(params=["sqlite", "memory", "postgres"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Book]:
    made = opened(request.param, request, tmp_path)
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgres"])
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], SqlCaseBook]:
    """Return a way to open one book again and again."""
    if request.param == "sqlite":
        return lambda: SqliteCaseBook(tmp_path, b"key")
    place = request.getfixturevalue("stores").place()
    return lambda: PostgresCaseBook(place, b"key")


def test_a_whole_life_is_kept_step_by_step(book: Book) -> None:
    # given the usual way of a case, in two batches
    wishes = [wish(step, op=f"op-{step}") for step in TO_CLOSED]

    # when it is taken
    answers = [*book.take(wishes[:4]), *book.take(wishes[4:])]

    # then each step has its number, the case stands at the end, and audit and outbox say the same
    assert [answer.seq for answer in answers if isinstance(answer, Taken)] == list(range(1, len(wishes) + 1))
    case = book.case("C1")
    assert case is not None
    assert (case.state, case.rev) == ("closed", len(wishes))
    assert book.cases() == book.those([case.id, "none"]) == [case]
    assert book.those([]) == []
    assert [row.said.decode() for row in book.rows()] == list(TO_CLOSED)
    assert [row.rev for row in book.rows(after=2, limit=3, case="C1")] == [3, 4, 5]
    assert not book.rows(case="C2")
    assert [waiting.seq for waiting in book.waiting()] == list(range(1, len(wishes) + 1))
    assert book.waiting()[-1].case == case
    assert book.verify().first_bad is None


def test_a_step_is_found_by_its_op(book: Book) -> None:
    # given a case of two steps; when one of them is asked for by its op, and one that never was
    book.take([wish("report", op="a"), wish("register", op="b")])

    # then its row is there, and none for the other
    row = book.row_of("b")
    assert row is not None
    assert (row.seq, row.case, row.rev) == (2, "C1", 2)
    assert book.row_of("c") is None


def test_the_same_wish_again_changes_nothing_and_another_one_under_its_name_is_refused(book: Book) -> None:
    # given a report that was taken, and one whose answer was lost on the way
    first = book.take([wish("report", op="a")])[0]

    # when it comes again, and when another step uses its name
    again, other, elsewhere = book.take([wish("report", op="a"), wish("register", op="a"), wish("report", "a", "C9")])

    # then it is answered as before, and the other ones are refused
    assert isinstance(first, Taken)
    assert isinstance(again, Taken)
    assert (again.seq, again.case, again.is_repeated) == (first.seq, first.case, True)
    assert isinstance(other, StepRefused)
    assert isinstance(elsewhere, StepRefused)
    assert book.head().seq == 1


def test_two_phones_on_one_case_lose_nothing(book: Book) -> None:
    # given a case that two people looked at
    book.take([wish("report", op="a")])

    # when both act on what they saw, in one batch
    first, second = book.take([wish("register", "b", if_rev=1), wish("decline", "c", if_rev=1)])

    # then the first holds, the second is told to look again
    assert isinstance(first, Taken)
    assert isinstance(second, RevisionStale)
    case = book.case("C1")
    assert case is not None
    assert (case.state, case.rev) == ("to_file", 2)


def test_a_refused_wish_holds_nobody_else_up(book: Book) -> None:
    # given wishes of which one is at the wrong moment
    wishes = [wish("report", "a"), wish("close", "b"), wish("report", "c", case="C2")]

    # when they are taken together
    answers = book.take(wishes)

    # then only that one is refused, and leaves no trace
    assert [type(answer) for answer in answers] == [Taken, StepRefused, Taken]
    assert [row.op for row in book.rows()] == ["a", "c"]
    assert len(book.waiting()) == 2


def test_the_outbox_forgets_what_was_sent(book: Book) -> None:
    # given three steps that wait
    book.take([wish(step, op=step) for step in TO_CLOSED[:3]])

    # when two were sent
    book.sent(2)

    # then the third waits
    assert [waiting.seq for waiting in book.waiting()] == [3]


def test_the_reporter_is_kept_apart_and_can_be_erased(book: Book) -> None:
    # given a report with the caller's name
    from dataclasses import replace

    caller = Reporter(name="王小明", phone="13812345678")
    book.take([replace(wish("report", "a"), reporter=caller)])
    assert book.reporter("C1") == caller

    # when the caller asks to be forgotten
    book.take([replace(wish("erase_reporter", "b"), erases_reporter=True)])

    # then nothing is known any more, and the chain is whole
    assert book.reporter("C1") is None
    assert book.reporter("C2") is None
    assert book.verify().first_bad is None


def test_an_empty_book_is_whole(book: Book) -> None:
    # given nothing

    # when it is asked
    # then it answers with nothing
    assert not book.take([])
    assert book.case("C1") is None
    assert book.head() == AuditHead(seq=0, mark=bytes(32))
    assert book.verify().rows == 0


def test_a_book_goes_on_where_it_ended(lasting: Callable[[], SqlCaseBook]) -> None:
    # given a book with two cases, one of which was told to the screens, that was closed
    book = lasting()
    book.take([wish("report", "a"), wish("report", "b", "C2")])
    book.sent(1)
    head = book.head()
    book.close()

    # when it is opened again, and a step comes twice
    book = lasting()
    again, fresh = book.take([wish("report", "a"), wish("register", "c")])
    found, waiting = book.verify([head]), [each.seq for each in book.waiting()]
    book.close()

    # then the numbers go on, the chain is whole, and what waited waits
    assert isinstance(again, Taken)
    assert isinstance(fresh, Taken)
    assert (again.is_repeated, fresh.seq) == (True, 3)
    assert (found.rows, found.first_bad, waiting) == (3, None, [2, 3])


def test_a_joint_response_is_kept_in_the_same_chain(lasting: Callable[[], SqlCaseBook]) -> None:
    # given a book with a case
    book = lasting()
    book.take([wish("report", "a")])
    start = ResponseWish(op="r", response="R-1", at_ms=BEGUN_MS, said=b"start", decide=lambda _: begun())

    # when a response is begun, twice by the same wish
    first, again = (book.respond(start) for _ in range(2))
    found, kept = book.verify(), [response.id for response in book.responses()]
    book.close()

    # then it stands behind the case in the audit, once
    assert (first.seq, again.seq, again.is_repeated) == (2, 2, True)
    assert (found.rows, found.first_bad, kept) == (2, None, [first.response.id])


def test_an_id_that_no_column_can_hold_refuses_one_wish_alone(lasting: Callable[[], SqlCaseBook]) -> None:
    # given a wish whose id has a NUL, and a good one
    book = lasting()

    # when they come together
    bad, good = book.take([wish("report", "a\0b"), wish("report", "c", "C2")])
    book.close()

    # then only the first is refused
    assert isinstance(bad, StepRefused)
    assert isinstance(good, Taken)
