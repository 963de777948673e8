"""The public warnings in force: updates replace, cancels end, and what has expired is gone."""

from collections.abc import Iterable, Mapping

from sanping.domain.notice import Notice


def after_notice(book: Mapping[str, Notice], notice: Notice) -> dict[str, Notice]:
    """Return the warnings after one more message; the book is keyed by `Notice.key`.

    An update or cancel removes what it references, by sender and identifier. An older message with a known key, an
    acknowledgement or an error changes nothing. An exercise or an invented message never touches a true warning.
    """
    after = dict(book)
    if not is_shown(notice):
        return after
    for reference in ended_by(notice):
        known = after.get(reference)
        if known is not None and are_of_one_kind(notice, known):
            del after[reference]
    known = after.get(notice.key)
    if notice.kind == "cancel" or (known is not None and not are_of_one_kind(notice, known)):
        return after
    if known is None or known.sent_ms <= notice.sent_ms:
        after[notice.key] = notice
    return after


def is_shown(notice: Notice) -> bool:
    """Say whether a message is one for people: neither about another message nor about the sender's system."""
    return notice.kind not in ("ack", "error") and notice.status not in ("system", "draft")


def ended_by(notice: Notice) -> tuple[str, ...]:
    """Return the keys of the warnings that an update or a cancel puts an end to."""
    return notice.references if notice.kind in ("update", "cancel") else ()


def are_of_one_kind(one: Notice, other: Notice) -> bool:
    """Say whether two messages are both actual, both an exercise, … and both true or both invented."""
    return (one.status, one.is_simulated) == (other.status, other.is_simulated)


def has_expired(notice: Notice, now_ms: int) -> bool:
    """Say whether a warning's time is over; one without an end lasts until it is cancelled."""
    return bool(notice.expires_ms) and notice.expires_ms <= now_ms


def in_force(notices: Iterable[Notice], now_ms: int) -> tuple[Notice, ...]:
    """Return the warnings that hold at a moment, the worst first; an expired one is not among them."""
    order = {"red": 0, "orange": 1, "yellow": 2, "blue": 3, None: 4}
    held = [notice for notice in notices if not has_expired(notice, now_ms)]
    return tuple(sorted(held, key=lambda notice: (notice.status != "actual", order[notice.colour], -notice.sent_ms)))
