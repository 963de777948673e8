"""What a desk cuts open and draws upon the city, as the tiles of a wall show it."""

from typing import Any

import numpy as np

from sanping.client.link import HubLink

SECTION = {"cutting": {"plane": {"origin": [0, 0, 20.0], "across": [1, 0, 0], "upward": [0, 1, 0]}}}
HIGHER_THAN_20_M = 12
NOTES = {"notes": [{"id": "n1", "kind": "arrow", "points": [[635900, 3458000, 2], [636400, 3458300, 2]],
                    "words": "跨屏", "colour": "#ffff00"}]}  # fmt: skip
PATIENCE_MS = 60_000


def cut_and_drawn_upon(qtbot: Any, wall: Any, desk: HubLink, scenes: Any) -> None:
    # when the desk cuts the city at 20 m and draws upon it, then every tile does
    desk.share("section", SECTION)
    desk.share("notes", NOTES)
    qtbot.waitUntil(lambda: bool(wall.section.planes), timeout=PATIENCE_MS)
    assert len(wall.section.planes[0].faces) == HIGHER_THAN_20_M
    assert all(scene.governed._context.cut.cutting.plane is not None for scene in scenes)
    qtbot.waitUntil(lambda: all(window.marks.isVisible() for window in wall.windows), timeout=PATIENCE_MS)
    yellow = [yellow_pixels(window) for window in wall.windows]
    assert all(count > 100 for count in yellow)
    desk.share("section", None)
    desk.share("notes", None)
    qtbot.waitUntil(lambda: not any(window.marks.isVisible() for window in wall.windows), timeout=PATIENCE_MS)
    assert not any(scene.governed._context.cut.cutting.does_anything for scene in scenes)
    assert wall.follower.skipped == 0


def yellow_pixels(window: Any) -> int:
    """Return how many pixels of the sheet of marks are of the colour of the annotation."""
    blue, green, red = (pixels_of(window)[..., channel].astype(int) for channel in range(3))
    return int(((red > 200) & (green > 200) & (blue < 80)).sum())


def pixels_of(window: Any) -> Any:
    """Return the sheet of marks of a window as (rows, columns, blue green red alpha)."""
    from PySide6.QtGui import QImage

    image = window.marks.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return pixels[:, : 4 * image.width()].reshape(image.height(), image.width(), 4)
