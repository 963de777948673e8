"""Calls of a hotline as the hub takes them: each becomes a case, or is counted with words that say why it did not."""

from collections import Counter
from collections.abc import Sequence

from sanping.domain.call import Call
from sanping.domain.text import Text

_NO_CASES = Text(
    "这个孪生没有治理数据，{count} 件热线工单没有立案；请在 twin.toml 中写上 [governance]",
    "This twin governs nothing, so {count} work orders became no cases; add [governance] to twin.toml",
)


def without_cases(calls: Sequence[Call], counts: Counter[str]) -> Text:
    """Count calls that a twin without governance cannot keep, and return what to say."""
    counts["calls_without_cases"] += len(calls)
    return _NO_CASES.with_values(count=counts["calls_without_cases"])
