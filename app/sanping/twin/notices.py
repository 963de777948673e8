"""The public warnings in force: updates replace, cancels end, and what has expired is gone."""

from collections.abc import Iterable, Mapping

from sanping.domain.notice import Notice


def after_notice(book: Mapping[str, Notice], notice: Notice) -> dict[str, Notice]:
    """Return the warnings after one more message; the book is keyed by `Notice.key`.

    An update or cancel removes what it references, by sender and identifier. An older message with a known key, an
    acknowledgement or an error changes nothing.
    """
    after = dict(book)
    if notice.kind in ("ack", "error") or notice.status in ("system", "draft"):
        return after
    if notice.kind in ("update", "cancel"):
        for reference in notice.references:
            after.pop(reference, None)
    known = after.get(notice.key)
    if notice.kind != "cancel" and (known is None or known.sent_ms <= notice.sent_ms):
        after[notice.key] = notice
    return after


def in_force(notices: Iterable[Notice], now_ms: int) -> tuple[Notice, ...]:
    """Return the warnings that hold at a moment, the worst first; an expired one is not among them."""
    order = {"red": 0, "orange": 1, "yellow": 2, "blue": 3, None: 4}
    held = [notice for notice in notices if not notice.expires_ms or now_ms < notice.expires_ms]
    return tuple(sorted(held, key=lambda notice: (notice.status != "actual", order[notice.colour], -notice.sent_ms)))
