"""The book of lower sites: each step once, how things stand, orders, and where to go on after a kill."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sanping.domain.errors import StoreFailed
from sanping.domain.site import Cursor, SiteNotice, SiteOrder
from sanping.ports.site_book import Entry, Parked
from sanping.storage.site_book import SqliteSiteBook


@pytest.fixture
def book(tmp_path: Path) -> Iterator[SqliteSiteBook]:
    opened = SqliteSiteBook(tmp_path)
    yield opened
    opened.close()


def entry(seq: int, about: str = "C1", rev: int = 0, site: str = "town") -> Entry:
    body = msgspec.Raw(b'{"rev":%d}' % rev)
    return Entry(
        site=site, stream="cases", epoch="a", seq=seq, at_ms=seq, kind="case", about=about, rev=rev, body=body
    )  # fmt: skip


def test_the_same_steps_twice_are_kept_once_and_the_newest_stands(book: SqliteSiteBook) -> None:
    # given two steps of a case
    first = book.take("county", "below", Cursor(epoch="b", seq=2), [entry(1, rev=1), entry(2, rev=2)])

    # when they come again, through another site, with an older one after them
    again = book.take("county", "below", Cursor(epoch="b", seq=4), [entry(2, rev=2), entry(1, rev=1)])

    # then only the first time was new, the case stands at its newest revision, and the cursor went on
    assert [one.seq for one in first] == [1, 2]
    assert list(again) == []
    (case,) = book.below()
    assert (case.site, case.id, case.rev, case.body, case.via) == ("town", "C1", 2, b'{"rev":2}', "county")
    assert book.cursor("county", "below") == Cursor(epoch="b", seq=4)
    assert [one.seq for one in book.steps("town", "C1")] == [1, 2]


def test_what_came_is_numbered_anew_without_gaps_for_those_above(book: SqliteSiteBook) -> None:
    # given steps of two sites, one of them twice
    book.take("a", "cases", Cursor(epoch="a", seq=1), [entry(1, site="a"), entry(1, site="a")])
    book.take("b", "cases", Cursor(epoch="a", seq=7), [entry(7, site="b")])

    # when what came is read; then the numbers are dense
    assert [(n, one.site, one.seq) for n, one in book.after(0, 10)] == [(1, "a", 1), (2, "b", 7)]
    assert [n for n, _ in book.after(1, 10)] == [2]
    assert book.last() == 2


def test_orders_and_cursors_are_there_after_a_kill(tmp_path: Path, book: SqliteSiteBook) -> None:
    # given an order that went on its way, and a stream that was confirmed
    order = SiteOrder(op="op-00001", site="town", case="C1", step="dispatch", by="city", at_ms=1)
    assert book.put_order(order)
    on_way = msgspec.structs.replace(order, state="on_way")
    assert book.put_order(on_way)
    assert not book.put_order(on_way)
    book.confirm("cases", Cursor(epoch="a", seq=9))

    # when the file is opened again beside it, as after a kill
    again = SqliteSiteBook(tmp_path)

    # then all is there, under the same name
    assert list(again.orders()) == [on_way]
    assert again.sent() == {"cases": Cursor(epoch="a", seq=9)}
    assert again.epoch == book.epoch
    again.close()


def test_a_notice_is_kept_once_by_site_epoch_and_number_as_it_stands_now(tmp_path: Path, book: SqliteSiteBook) -> None:
    # given a notice that went on its way, and an old one
    notice = SiteNotice(
        id="city-a-1", site="city", epoch="a", seq=1, op="op-1", by="", at_ms=5, title="flood watch", until_ms=9,
        sites=("town",),
    )  # fmt: skip
    book.put_notice(notice)
    book.put_notice(msgspec.structs.replace(notice, passed=("town",)))
    book.put_notice(msgspec.structs.replace(notice, seq=2, at_ms=1))

    # when the file is opened again beside it, as after a kill; then it is there once, as it stood last
    again = SqliteSiteBook(tmp_path)
    assert list(again.notices(2)) == [msgspec.structs.replace(notice, passed=("town",))]
    again.close()


def test_what_was_put_aside_is_there_after_a_kill_until_it_was_taken(tmp_path: Path, book: SqliteSiteBook) -> None:
    # given a letter that was put aside, and asked for once more
    one = Parked(to="city", stream="cases", epoch="a", n=7, thing="C1", why_en="cannot be read", entry=entry(7))
    book.park(one)
    asked = msgspec.structs.replace(one, version="?")
    book.park(asked)

    # when the file is opened again beside it, as after a kill; then it is there once, as it stood last, with its entry
    again = SqliteSiteBook(tmp_path)
    assert list(again.parked()) == [asked]

    # and once it was taken it is gone
    again.unpark(asked)
    assert list(book.parked()) == []
    again.close()


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    # given a file where the folder should be; when the book is opened; then that is said
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(StoreFailed):
        SqliteSiteBook(tmp_path / "file")
