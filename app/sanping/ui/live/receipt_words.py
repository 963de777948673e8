"""How it is written whether a person has confirmed a notice; pure."""

from datetime import datetime, tzinfo

from sanping.domain.site import NoticeReceipt
from sanping.domain.text import Text

CONFIRM = Text("签收", "Confirm")
HERE_RECEIVED = Text("尚未签收", "not confirmed yet")
HERE_CONFIRMED = Text("已签收 {by} {time}", "confirmed by {by} {time}")
SOMEBODY = Text("值班人员", "somebody on duty")


def here_words(receipt: NoticeReceipt, zone: tzinfo | None) -> Text:
    """Return whether a person of this site has confirmed a notice, and who."""
    return HERE_RECEIVED if receipt.state == "received" else HERE_CONFIRMED.with_values(**who_and_when(receipt, zone))


def who_and_when(receipt: NoticeReceipt, zone: tzinfo | None) -> dict[str, str | Text]:
    """Return the values `by` and `time` of words about a receipt."""
    return {"by": receipt.by or SOMEBODY, "time": clock(receipt.at_ms, zone)}


def clock(at_ms: int, zone: tzinfo | None) -> str:
    """Return hours and minutes of a moment."""
    return f"{datetime.fromtimestamp(at_ms / 1000, zone):%H:%M}"
