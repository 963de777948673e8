"""A presenter at a real desk chooses the label of what he draws and writes, and screens below it are shown nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sanping.client.link import HubLink
from sanping.stage.sharing import with_value
from ui.director_room import Room, open_room
from ui.tiny_twin import SOUTH, WEST

pytestmark = pytest.mark.gui
LABELLED = '\n[labels.made]\nshow = "internal"\n'
SCHEME = {
    "plan": "p1", "title": "seen", "alternative": "a1", "name": "A", "number": 1, "count": 1,
    "area": [[WEST, SOUTH], [WEST + 9, SOUTH], [WEST + 9, SOUTH + 9]],
}  # fmt: skip


@pytest.fixture
def room(qtbot: Any, tmp_path: Path, repository: Path) -> Iterator[Room]:
    with open_room(qtbot, tmp_path, repository, LABELLED) as opened:
        yield opened


def sees(screen: HubLink) -> bool:
    """Say whether a screen is shown the alternative."""
    held = screen.show.values.get("scheme")
    return held is not None and b"seen" in held.value


def test_what_a_presenter_writes_has_the_label_that_he_chose_at_once(room: Room) -> None:
    from PySide6.QtCore import Qt

    # given a wall and a kiosk, and a desk that leads and shows an alternative of a plan
    wall, kiosk = room.screen("wall-1", "wall"), room.screen("kiosk-1", "kiosk")
    label = room.window.overlays.director.label
    room.until(label.isVisible)
    assert (label.count(), label.currentText()) == (3, "密级：内部")
    room.window.perform("director.link")
    room.until(lambda: room.conductor.show.is_leading)
    state = room.window.state
    room.window.show_state(replace(state, stage=with_value(state.stage, "scheme", msgspec.json.encode(SCHEME))))

    # when it is as the twin usually has it; then it is internal: on the wall, and not on the kiosk
    room.until(lambda: sees(wall))
    assert not sees(kiosk)

    # and with another label chosen by key it comes and goes at once, nothing being drawn anew
    room.qtbot.keyClick(label, Qt.Key.Key_Up)
    room.until(lambda: sees(wall) and sees(kiosk))
    room.qtbot.keyClick(label, Qt.Key.Key_End)
    room.until(lambda: not sees(wall) and not sees(kiosk))
    assert label.chosen == "sensitive"
    assert b"seen" in room.conductor.show.values["scheme"].value
