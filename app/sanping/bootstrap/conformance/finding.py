"""What a check found."""

from collections.abc import Sequence
from dataclasses import dataclass

from sanping.domain.text import Text

NOTHING = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check of one adapter: `is_met` is None when it could not be tried; `why` says what is missing."""

    adapter: str
    check: Text
    is_met: bool | None
    why: Text = NOTHING


def found(adapter: str, check: Text, shortcomings: Sequence[Text]) -> Finding:
    """Return the finding of a check: met when nothing falls short."""
    if not shortcomings:
        return Finding(adapter=adapter, check=check, is_met=True)
    shown = shortcomings[:5]
    why = Text("；".join(each.zh for each in shown), "; ".join(each.en for each in shown))
    return Finding(adapter=adapter, check=check, is_met=False, why=why)
