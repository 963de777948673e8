"""How notices between sites are written: who gave them, until when they hold, and what has come back; pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from sanping.domain.site import SiteNotice, SiteStatus
from sanping.domain.text import Text
from sanping.ui.live.receipt_words import clock, who_and_when
from sanping.ui.sites import words

HEAD = Text("【{level}】{title}", "[{level}] {title}")
EXERCISE = Text("演练", "Exercise")
FROM_ABOVE = Text("{site} 发来", "from {site}")
SENT = Text("本站发出", "sent from here")
HOLDS = Text("{begin} 至 {end}", "{begin} to {end}")
ENDED = Text("已解除", "ended")
EXPIRED = Text("已过期", "expired")
TO_SEND = Text("{site} 待送达", "{site}: to be sent")
ON_WAY = Text("{site} 已送出", "{site}: on its way")
RECEIVED = Text("{site} 已送达 {time}", "{site}: received {time}")
REFUSED = Text("{site} 被拒收（{why}）", "{site}: refused ({why})")
CONFIRMED = Text("{site} 已签收 {by} {time}", "{site}: confirmed by {by} {time}")
END = Text("解除", "End it")
MOST_LISTED = 8


def listed(notices: Iterable[SiteNotice], now_ms: int) -> list[SiteNotice]:
    """Return the notices that a panel lists: those that hold first, then the newest."""
    return sorted(notices, key=lambda one: (not one.is_fresh(now_ms), -one.at_ms))[:MOST_LISTED]


def head_words(notice: SiteNotice) -> Text:
    """Return level and title."""
    told = HEAD.with_values(level=words.LEVELS[notice.colour], title=notice.title)
    return told if not notice.is_exercise else Text(f"【{EXERCISE.zh}】{told.zh}", f"[{EXERCISE.en}] {told.en}")


def time_words(notice: SiteNotice, *, is_ours: bool, now_ms: int, zone: tzinfo | None) -> Text:
    """Return who gave it and from when until when it holds; one that is over says so."""
    who = SENT if is_ours else FROM_ABOVE.with_values(site=Text(notice.site_zh, notice.site_en))
    begin, end = (_moment(at_ms, zone) for at_ms in (notice.from_ms, notice.until_ms))
    parts = [who, HOLDS.with_values(begin=begin, end=end)]
    if not notice.is_fresh(now_ms):
        parts.append(ENDED if notice.over_ms else EXPIRED)
    return _joined(parts)


def receipts_words(notice: SiteNotice, sites: Mapping[str, SiteStatus], zone: tzinfo | None) -> Text:
    """Return what has come back from each site it is for; empty where it is for this one alone."""
    parts = []
    for site in notice.sites:
        status, receipt = sites.get(site), notice.receipt_of(site)
        if not notice.op and (status is None or status.way == "upper"):
            continue  # this one, or a site that it is passed to by others
        name = Text(site, site) if status is None else words.title_of(status)
        if receipt is None:
            hop = site if status is None else status.via or site
            parts.append((ON_WAY if hop in notice.passed else TO_SEND).with_values(site=name))
        elif receipt.state == "refused":
            why = Text(receipt.why_zh, receipt.why_en or receipt.why_zh)
            parts.append(REFUSED.with_values(site=name, why=why))
        elif receipt.state == "received":
            parts.append(RECEIVED.with_values(site=name, time=clock(receipt.at_ms, zone)))
        else:
            parts.append(CONFIRMED.with_values(site=name, **who_and_when(receipt, zone)))
    return _joined(parts)


def _joined(parts: Iterable[Text]) -> Text:
    found = list(parts)
    return Text(" · ".join(one.zh for one in found), " · ".join(one.en for one in found))


def _moment(at_ms: int, zone: tzinfo | None) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, zone):%m-%d %H:%M}"
