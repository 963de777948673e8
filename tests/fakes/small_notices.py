"""Public warnings for tests: a rainstorm warning of one town."""

import msgspec

from sanping.domain.notice import Notice, NoticeArea

SENT_MS = 1_781_223_300_000  # 2026-06-12T08:15:00+08:00
HOUR_MS = 3_600_000
RING = ((121.3, 31.2), (121.4, 31.2), (121.4, 31.3), (121.3, 31.2))


def warning(number: int = 0, **more: object) -> Notice:
    """Return the warning with a number, as it is or with other fields."""
    plain = Notice(
        identifier=f"31010741600000_20260612081500_{number}",
        sender="31010741600000",
        sent_ms=SENT_MS,
        status="actual",
        kind="alert",
        event="11B03",
        colour="orange",
        headline_zh="暴雨橙色预警",
        headline_en="Orange rainstorm warning",
        expires_ms=SENT_MS + 3 * HOUR_MS,
        areas=(NoticeArea(name="普陀区", polygons=(RING,), circles=((121.4, 31.2, 5.0),), codes=("310107",)),),
    )
    return msgspec.structs.replace(plain, **more)
