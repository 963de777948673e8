"""`ui.title_bar`: the name of the twin stands whole between what is beside it, and the chips of analyses are whole."""

from typing import Any

import pytest
from PySide6.QtWidgets import QStyle, QStyleOptionButton

pytestmark = pytest.mark.gui
TITLE = "Suzhou Creek in Putuo (synthetic)"


def test_a_small_english_desk_shows_the_whole_name_and_every_chip_whole(make_desk: Any, qtbot: Any) -> None:
    # given an English desk of 1366 pixels whose twin has a long name
    from sanping.domain.text import Text

    desk = make_desk(language="en")
    window, title = desk.window, desk.window.overlays.title
    window.resize(1366, 768)
    title.show_title(Text(TITLE, TITLE), is_synthetic=True)
    window.perform("workspace.analysis")
    qtbot.waitUntil(lambda: title.width() == 1366 and not window.overlays._soon.isActive(), timeout=20_000)

    # when it is drawn, then the name is not cut
    title.grab()
    assert title.name_shown == TITLE

    # and no word of a chip is
    for chip in window.overlays.analysis.tools.buttons():
        drawn = QStyleOptionButton()
        chip.initStyleOption(drawn)
        room = chip.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, drawn, chip).width()
        words = chip.fontMetrics().horizontalAdvance(chip.text()) + chip.iconSize().width() + 4
        assert words <= room, (chip.text(), words, room)
