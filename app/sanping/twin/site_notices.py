"""Notices of a site to those below it: how they become warnings there, what has come back, which are over. Pure."""

from collections.abc import Iterable

import msgspec

from sanping.domain.notice import Notice, NoticeArea
from sanping.domain.site import NoticeReceipt, ReceiptState, SiteNotice

DAY_MS = 86_400_000
LONGEST_MS = 30 * DAY_MS
EVENT = "通知"
PUBLISHER = "site:"
_FURTHER: tuple[ReceiptState, ...] = ("refused", "received", "confirmed")


def warning_key(notice: SiteNotice) -> str:
    """Return the `Notice.key` under which a notice stands among the warnings of the site it is for."""
    return f"{notice.site},{notice.id}"


def for_the_public(warnings: Iterable[Notice]) -> tuple[Notice, ...]:
    """Return the warnings without those that a site gave another: they are for people on duty."""
    return tuple(one for one in warnings if not one.source.startswith(PUBLISHER))


def as_warning(notice: SiteNotice, now_ms: int) -> Notice:
    """Return a notice as screens show warnings, with the site that gave it before its title.

    One that ends another becomes a cancel. A sender whose clock is ahead does not make it come from the future.
    """
    title = notice.title
    return Notice(
        identifier=notice.id, sender=notice.site, sent_ms=min(notice.at_ms, now_ms),
        status="exercise" if notice.is_exercise else "actual", kind="cancel" if notice.ends else "alert", event=EVENT,
        colour=notice.colour, headline_zh=f"【{notice.site_zh}】{title}", headline_en=f"[{notice.site_en}] {title}",
        description_zh=notice.text, sender_name=notice.site_zh, effective_ms=notice.from_ms, onset_ms=notice.from_ms,
        expires_ms=notice.until_ms, areas=(NoticeArea(name=notice.area),) if notice.area else (),
        references=(f"{notice.site},{notice.ends}",) if notice.ends else (), label=notice.label,
    )  # fmt: skip


def with_receipt(notice: SiteNotice, receipt: NoticeReceipt) -> SiteNotice:
    """Return a notice after a site told of it: what is further stays, and a site that it is not for changes nothing."""
    known = notice.receipt_of(receipt.site)
    if receipt.site not in notice.sites or receipt.notice != notice.id:
        return notice
    if known is not None and known.state != "refused" and _FURTHER.index(receipt.state) <= _FURTHER.index(known.state):
        return notice
    others = tuple(one for one in notice.receipts if one.site != receipt.site)
    return msgspec.structs.replace(notice, receipts=(*others, receipt))


def ended(notices: Iterable[SiteNotice], end: SiteNotice) -> SiteNotice | None:
    """Return the notice that another one puts an end to, as it stands then: only who gave it can end it."""
    for known in notices:
        if known.id == end.ends and known.site == end.site and not known.over_ms:
            return msgspec.structs.replace(known, over_ms=end.at_ms)
    return None
