"""How the store of history is, said as a source would say it."""

import re
from collections.abc import Sequence

from sanping.domain.errors import StoreFailed
from sanping.domain.source_status import STORE, SourceState, SourceStatus
from sanping.domain.text import Text

_STORE_WORKS = Text("历史库恢复正常", "The store works again")
_PUT_ASIDE = Text(
    "历史文件损坏，已移开：{files}。新数据照常保存；请把它从中枢的数据文件夹取走，交给维护人员",
    "The history's file was damaged and put aside: {files}. New data are kept as usual; "
    "take it out of the hub's data folder and hand it to whoever maintains the hub",
)
_ROWS = re.compile(r"(\w+)\.sqlite\.rows-(\d+)-(\d+)\.damaged-\d+")
_ROWS_GONE = Text(
    "已确认的记录缺失：{rows}。损坏的文件已留存在中枢的数据文件夹；"
    "请用 sanping stores restore 从备份取回，确认后把留存的文件移走",
    "Acknowledged rows are missing: {rows}. The damaged files were kept in the hub's data folder; "
    "bring the rows back with sanping stores restore, then take those files away",
)
_BOOKS = {
    "events": Text("事件第 {first}–{last} 条", "events {first} to {last}"),
    "cases": Text("案件审计第 {first}–{last} 步", "steps {first} to {last} of cases"),
    "sites": Text("下级站点记录的第 {first}–{last} 次改动", "changes {first} to {last} of the book of sites"),
    "devices": Text("设备与人员的第 {first}–{last} 次改动", "changes {first} to {last} of devices and people"),
}


def store_status(put_aside: Sequence[str], trouble: StoreFailed | None, now_ms: int) -> SourceStatus:
    """Return the state of the store as screens show it: like that of a source. `put_aside` names damaged files.

    The copy of a book that has lost rows is named after them (`storage.high_water`).
    """
    aside = ", ".join(name for name in put_aside if ".sqlite" not in name)
    why = _PUT_ASIDE.with_values(files=aside) if aside else _STORE_WORKS
    gone = [_gone(found) for name in put_aside if (found := _ROWS.fullmatch(name))]
    if gone:
        why = _ROWS_GONE.with_values(
            rows=Text("；".join(each.zh for each in gone), "; ".join(each.en for each in gone))
        )
    if trouble is not None:
        why = Text(trouble.in_language("zh"), trouble.in_language("en"))
    state: SourceState = "live" if trouble is None and not put_aside else "degraded"
    return SourceStatus(name=STORE, adapter=STORE, state=state, why_zh=why.zh, why_en=why.en, since_ms=now_ms)


def _gone(found: re.Match[str]) -> Text:
    book, first, last = found.groups()
    return _BOOKS.get(book, Text(book, book)).with_values(first=first, last=last)
