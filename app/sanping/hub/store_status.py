"""How the store of history is, said as a source would say it."""

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


def store_status(put_aside: Sequence[str], trouble: StoreFailed | None, now_ms: int) -> SourceStatus:
    """Return the state of the store as screens show it: like that of a source. `put_aside` names damaged files."""
    aside = ", ".join(put_aside)
    why = _PUT_ASIDE.with_values(files=aside) if aside else _STORE_WORKS
    if trouble is not None:
        why = Text(trouble.in_language("zh"), trouble.in_language("en"))
    state: SourceState = "live" if trouble is None and not aside else "degraded"
    return SourceStatus(name=STORE, adapter=STORE, state=state, why_zh=why.zh, why_en=why.en, since_ms=now_ms)
