"""Says once what is wrong with the hub's history, and takes it back when the history works again."""

from collections.abc import Callable

from sanping.domain.source_status import SourceStatus
from sanping.domain.text import Text
from sanping.ui.message_panel import Message, MessagePanel

STORE_TROUBLE = Text("历史库需要处理", "The history needs attention")
STORE_WORKS = Text("历史库已恢复", "The history works again")


class StoreTelling:
    """What a desk has been told of the history of its hub."""

    def __init__(self, messages: MessagePanel, say: Callable[[Text], None]) -> None:
        self._messages, self._say = messages, say
        self._told = ""

    def tell(self, store: SourceStatus | None) -> None:
        """Hear how the history is by now; None while nobody knows."""
        if store is None:
            return
        why = Text("", "") if store.state == "live" else Text(store.why_zh, store.why_en)
        if why.zh and why.zh != self._told:
            self._messages.show_message(Message(what=STORE_TROUBLE, details=(why,)))
        if self._told and not why.zh:
            self._messages.take_back(STORE_TROUBLE)
            self._say(STORE_WORKS)
        self._told = why.zh
