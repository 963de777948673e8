"""What came with a measure, in words that claim no more than the counts allow."""

from collections.abc import Mapping
from types import MappingProxyType

from sanping.domain.measure import MeasureVerdict
from sanping.domain.text import Text
from sanping.wire.cases import MeasureRow, Ratio

VERDICTS: Mapping[MeasureVerdict, Text] = MappingProxyType(
    {
        "fewer": Text("明显减少", "clearly fewer"),
        "more": Text("明显增多", "clearly more"),
        "unsure": Text("差别可能是偶然或季节所致", "may be chance or the season"),
        "too_few": Text("案件太少，不能判断", "too few cases to tell"),
        "too_soon": Text("记录还不到前后各两周", "less than two weeks on each side"),
    }
)
_COUNTS = Text("前 {before} 件 → 后 {after} 件（各 {days} 天）", "{before} before → {after} after ({days} days each)")
_RATIO = Text("率比 {ratio}（95% {low}–{high}）", "rate ratio {ratio} (95 % {low}–{high})")
_YEAR = Text("比去年同期 {ratio}（{low}–{high}）", "against last year {ratio} ({low}–{high})")
_SHORT = Text("率比 {ratio}（{low}–{high}）", "ratio {ratio} ({low}–{high})")
_SHORT_NO_YEAR = Text("无同期", "no last year")
_SHORT_YEAR = Text("同期 {ratio}", "last year {ratio}")
_NO_YEAR = Text("没有去年同期的记录，未排除季节影响", "no record of last year: the season is not ruled out")


def counts_words(row: MeasureRow) -> Text:
    """Return how many cases there were before and after, empty while nothing can be compared."""
    if row.whole is None:
        return Text("", "")
    return _COUNTS.with_values(before=row.whole.before, after=row.whole.after, days=row.days)


def note_words(row: MeasureRow) -> Text:
    """Return the ratio with its bounds, and how the same days of the year before compare."""
    if row.whole is None:
        return VERDICTS[row.verdict]
    ratio = _filled(_RATIO, row.whole)
    year = _NO_YEAR if row.year is None else _filled(_YEAR, row.year)
    return Text(f"{ratio.zh}；{year.zh}", f"{ratio.en}; {year.en}")


def short_words(row: MeasureRow) -> Text:
    """Return the same in few words, for a wall."""
    if row.whole is None:
        return VERDICTS[row.verdict]
    year = (
        Text("无同期", "no last year") if row.year is None else _SHORT_YEAR.with_values(ratio=f"{row.year.ratio:.2f}")
    )
    whole = _filled(_SHORT, row.whole)
    return Text(f"{whole.zh}，{year.zh}", f"{whole.en}, {year.en}")


def _filled(words: Text, found: Ratio) -> Text:
    return words.with_values(ratio=f"{found.ratio:.2f}", low=f"{found.low:.2f}", high=f"{found.high:.2f}")
