"""sanping.ui.wall.panels.data_services: what the hub really shares, on the wall."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sanping.domain.catalogue import Catalogue, DataCard, ServiceLine
from sanping.domain.text import Text
from sanping.twin.live import LiveState
from sanping.twin.live_part import LivePart
from sanping.twin.river_view import river_view

pytestmark = pytest.mark.gui
NOW_MS = 1_795_249_200_000
SCENE = Path(__file__).resolve().parents[2] / "assets" / "scenes" / "basemap" / "wall"
LINES = (
    ServiceLine(id="features", title_zh="要素服务", title_en="Features", standard="OGC API – Features 1.0",
                path="/api/v1/ogc", collections=15, objects=16_000, a_minute=120, an_hour=4000, total=9000),
    ServiceLine(id="3dtiles", title_zh="三维瓦片", title_en="3D Tiles", standard="3D Tiles 1.1", path="/t",
                collections=4, is_ready=False),
)  # fmt: skip
CARDS = tuple(
    DataCard(id=f"layer-{number}", title_zh=f"图层{number}", title_en=f"Layer {number}", kind="model",
             cim_level=number % 7 + 1, licence="Apache-2.0", crs="EPSG:4548", count=100 * number, is_synthetic=True)
    for number in range(1, 31)
)  # fmt: skip


def facts(catalogue: Catalogue | None, now_ms: int = NOW_MS) -> Any:
    from sanping.ui.wall.facts import WallFacts

    view = river_view(LivePart(), LiveState(), now_ms, {})
    return WallFacts(now_ms=now_ms, view=view, title=Text("城", "Town"), catalogue=catalogue)


def painted(panel: Any, told: Any) -> np.ndarray:
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QImage, QPainter

    from sanping.ui.wall.brush import Brush
    from sanping.ui.wall.facts import Turn
    from sanping.ui.wall.look import LOOKS

    image = QImage(620, 300, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    content = panel.content(told)
    panel.paint(Brush(painter, LOOKS["night"], 18.0, "zh"), QRectF(0, 0, 620, 300), Turn(now=content))
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(300, 620, 4).copy()


def test_services_change_with_what_the_hub_counts_and_say_when_nobody_counts(qtbot: Any, repository: Path) -> None:
    from sanping.ui.application import create_application
    from sanping.ui.wall.panels.data_services import DataServices

    # given what a hub told, a minute later, and a wall without a hub
    create_application("zh", repository / "assets")
    panel = DataServices()
    busy = Catalogue(at_ms=NOW_MS, began_ms=NOW_MS - 3_600_000, services=LINES)

    # when the panel looks at each
    told, nobody = panel.content(facts(busy)), panel.content(facts(None))

    # then it shows the hub's own counts, and an empty one is painted otherwise
    assert told is not None
    assert [line.a_minute for line in told.lines] == [120, 0]
    assert nobody is None
    assert (painted(panel, facts(busy)) != painted(panel, facts(None))).any()


def test_the_catalogue_turns_its_pages_and_is_marked_as_synthetic(qtbot: Any, repository: Path) -> None:
    from sanping.ui.application import create_application
    from sanping.ui.wall.panels.data_services import PAGE_MS, DataCatalogue

    # given thirty entries, more than fit
    create_application("zh", repository / "assets")
    panel, told = DataCatalogue(), Catalogue(at_ms=NOW_MS, began_ms=NOW_MS, cards=CARDS)

    # when time passes
    now, later = painted(panel, facts(told)), painted(panel, facts(told, NOW_MS + PAGE_MS))

    # then another page is shown, and nothing is shown before anything is known
    assert (now != later).any()
    assert panel.content(facts(None)) is None


def test_only_a_wall_that_shows_it_asks_for_the_catalogue(repository: Path) -> None:
    from sanping.ui.wall.layout import read_layout
    from sanping.ui.wall.telling_catalogue import shows_catalogue

    # given the walls of the base map, and that of another scene
    walls = [read_layout(path) for path in sorted(SCENE.glob("*.toml"))]
    other = read_layout(SCENE.parents[1] / "consumption" / "wall" / "16x9.toml")

    # when they are looked at; then the base map's show what the hub shares
    assert [shows_catalogue((wall,)) for wall in walls] == [True] * len(walls)
    assert not shows_catalogue((other,))
