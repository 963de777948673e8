"""The warnings in force after any messages: what is true is never touched by an exercise, an invention or an echo."""

from hypothesis import given
from hypothesis import strategies as st

from fakes.small_notices import HOUR_MS, SENT_MS, warning
from sanping.domain.notice import Notice
from sanping.twin.notices import after_notice, in_force


def test_an_exercise_or_a_simulator_never_ends_or_replaces_a_true_warning() -> None:
    # given a true warning
    book = after_notice({}, warning(0))
    reference = (warning(0).key,)

    # when an exercise and an invented message cancel, update or repeat it
    for more in ({"status": "exercise"}, {"status": "test"}, {"is_simulated": True}):
        for kind in ("cancel", "update"):
            book = after_notice(book, warning(1, kind=kind, references=reference, sent_ms=SENT_MS + 1, **more))
        book = after_notice(book, warning(0, headline_zh="演练", sent_ms=SENT_MS + 2, **more))

    # then it stands as it was, and is shown first; a true cancel ends it
    assert in_force(book.values(), SENT_MS)[0] == warning(0)
    ended = after_notice(book, warning(2, kind="cancel", references=reference))
    assert warning(0).key not in ended


def test_a_warning_holds_until_its_end_and_without_one_until_it_is_cancelled() -> None:
    # given a warning of three hours, and one without an end
    book = after_notice(after_notice({}, warning(0)), warning(1, expires_ms=0))

    # when three hours have passed
    before = in_force(book.values(), SENT_MS + 3 * HOUR_MS - 1)
    after = in_force(book.values(), SENT_MS + 3 * HOUR_MS)

    # then the first is not in force any more
    assert len(before) == 2
    assert after == (warning(1, expires_ms=0),)


_MESSAGES = st.builds(
    warning,
    st.integers(0, 3),
    kind=st.sampled_from(["alert", "update", "cancel", "ack", "error"]),
    status=st.sampled_from(["actual", "exercise", "system", "test", "draft"]),
    is_simulated=st.booleans(),
    sent_ms=st.integers(SENT_MS, SENT_MS + 3),
    references=st.lists(st.integers(0, 3).map(lambda number: warning(number).key), max_size=2).map(tuple),
)


@given(st.lists(_MESSAGES, max_size=12))
def test_whatever_comes_the_book_holds_warnings_by_their_key_and_the_same_again_changes_nothing(
    messages: list[Notice],
) -> None:
    book: dict[str, Notice] = {}
    for message in messages:
        before_actual = {key for key, kept in book.items() if kept.status == "actual" and not kept.is_simulated}
        book = after_notice(book, message)
        assert after_notice(book, message) == book
        assert all(kept.key == key and kept.kind in ("alert", "update") for key, kept in book.items())
        if message.status != "actual" or message.is_simulated:
            assert before_actual <= set(book)
