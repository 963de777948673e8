"""The walls of the scenes: every panel that a layout declares finds its numbers, in both languages."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes.colour_count import colours_in
from sanping.bootstrap.twins import load_project

pytestmark = pytest.mark.gui
SCENES = Path(__file__).resolve().parents[2] / "assets" / "scenes"
LAYOUTS = sorted(path.relative_to(SCENES) for path in SCENES.glob("*/wall/*.toml"))
AFTERNOON_MS = 1_795_249_200_000  # 2026-11-21T16:20+08:00


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_every_panel_of_a_scene_has_something_to_say(qtbot: Any, repository: Path, layout: Path) -> None:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QImage, QPainter

    from sanping.twin.river_view import river_view
    from sanping.ui.application import create_application
    from sanping.ui.wall.board import WallBoard
    from sanping.ui.wall.facts import WallFacts
    from sanping.ui.wall.layout import UNASKED, placed, read_layout, text_px
    from sanping.ui.wall.panels.declared import measured, ranked
    from sanping.ui.wall.rehearsal import rehearsal
    from sanping.ui.wall.series import wanted_of
    from sanping.ui.wall.tiling import tiling_of

    # given a scene in the afternoon
    create_application("zh", repository / "assets")
    scene, read = load_project(SCENES / layout.parts[0]), read_layout(SCENES / layout)
    told = rehearsal(scene.live, "daily", AFTERNOON_MS, wanted_of(read))
    view = river_view(scene.live, told.state, AFTERNOON_MS, {})
    facts = WallFacts(now_ms=AFTERNOON_MS, view=view, title=scene.title, part=scene.live, series=told.series)

    # when what each panel measures is looked up, and the wall is painted
    for region in read.panels:
        if region.show is None:
            continue
        assert region.show.title.en, (region.panel, region.show.title.zh)
        for measure in region.show.measures:
            number = measured(facts, measure, region.show)
            assert number.value is not None, (region.panel, measure.quantity)
            assert not number.is_stale, (region.panel, measure.quantity)
        if region.show.measures:
            assert ranked(facts, region.show)
    size = (1920, round(1920 / read.aspect)) if read.aspect < 2 else (3840, round(3840 / read.aspect))
    tiling = tiling_of(1, 1, size, 0.0, 1.25)
    places = placed(read, tiling, text_px(read, tiling, 18.6))
    board = WallBoard(places, is_animated=False)
    board.show(facts, 0)
    image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    board.paint(painter, QRectF(0, 0, *size), 0)
    painter.end()

    # then no declared panel is left out for want of room, and every one has left something
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(size[1], size[0], 4)
    declared = [place for place in places if place.panel not in UNASKED]  # those are hidden without a plan or sites
    assert len(declared) == len([region for region in read.panels if region.panel not in UNASKED])
    for place in declared:
        left, top, width, height = (round(number) for number in place.box)
        part = pixels[top : top + height, left : left + width]
        if place.panel not in ("focus", "ticker", "credits"):
            assert colours_in(part) > 20, place.panel
