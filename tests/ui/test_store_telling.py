"""`ui.live.store_telling`: trouble of the history is told once, and taken back when it is over."""

from pathlib import Path
from typing import Any

import pytest

from sanping.domain.source_status import STORE, SourceStatus
from sanping.domain.text import Text

pytestmark = pytest.mark.gui
SLOW = SourceStatus(name=STORE, adapter="", state="degraded", why_zh="超过 2 秒未完成", why_en="not done within 2 s")
FULL = SourceStatus(name=STORE, adapter="", state="degraded", why_zh="磁盘已满", why_en="the disk is full")
WELL = SourceStatus(name=STORE, adapter="", state="live")


def test_trouble_is_told_once_and_taken_back_when_it_is_over(qtbot: Any, repository: Path) -> None:
    from sanping.ui.icons import Icons
    from sanping.ui.live.store_telling import STORE_WORKS, StoreTelling
    from sanping.ui.message_panel import Message, MessagePanel

    # given a panel of messages
    said: list[Text] = []
    panel = MessagePanel(Icons(repository / "assets" / "icons"))
    qtbot.addWidget(panel)
    telling = StoreTelling(panel, said.append)

    # when the history is well, slow, read by the person, still slow, and full
    telling.tell(WELL)
    at_first = panel.isVisible()
    telling.tell(SLOW)
    when_slow = panel.isVisible()
    panel._on_close()
    telling.tell(SLOW)
    once_read = panel.isVisible()
    telling.tell(FULL)
    when_full = (panel.isVisible(), panel.details.text())

    # and nobody knows for a moment, and then it works again
    telling.tell(None)
    telling.tell(FULL)
    telling.tell(WELL)

    # and nobody knows again when it is over
    telling.tell(SLOW)
    telling.tell(None)
    telling.tell(WELL)

    # then each reason was told once, and the last one went by itself
    assert (at_first, when_slow, once_read, when_full) == (False, True, False, (True, "磁盘已满"))
    assert not panel.isVisible()
    assert said == [STORE_WORKS, STORE_WORKS]

    # and a message about something else stays
    telling.tell(SLOW)
    panel.show_message(Message(what=Text("截图未保存", "Not saved"), details=()))
    telling.tell(WELL)
    assert panel.isVisible()
