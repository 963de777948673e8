"""A wall on a machine without the files of a streamed layer: it shows what the hub shares, or says what is missing.

`client.shared_tiles`, `ui.wall.unshown` with a real hub and a real window.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes.small_hub import RunningHub, running_hub
from fakes.stepped_tileset import LATITUDE, LONGITUDE, stepped_tileset
from fakes.three_screens import write_town
from sanping.bootstrap.desk_hub import HubChoice
from sanping.bootstrap.wall import WallWish, opened_wall
from sanping.client.shared_tiles import SharedTiles
from sanping.client.tile_host import Shelf
from sanping.domain.crs import converter
from sanping.domain.errors import SourceFailed
from sanping.formats.project import load_project
from sanping.hub.spare_port import free_port
from sanping.ports.progress import SilentProgress
from sanping.settings.settings import Settings

pytestmark = pytest.mark.gui
EAST, NORTH = converter("EPSG:4326", "EPSG:4549")(np.array([[LONGITUDE, LATITUDE]]))[0, :2].tolist()
PHOTO = f"""
[[layers]]
name = "photo"
title = {{ zh = "实景三维", en = "Photogrammetry" }}
role = "buildings"
path = "photo/tileset.json"
stream = true
group = {{ zh = "实景", en = "Reality" }}

[[bookmarks]]
name = {{ zh = "实景", en = "Reality" }}
target = [{EAST:.1f}, {NORTH:.1f}, 0.0]
heading = 0.0
pitch = -50.0
distance = 900.0
"""
PATIENCE_MS = 120_000


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A hub whose twin has a streamed layer."""
    folder = tmp_path_factory.mktemp("shared")
    twin = write_town(folder / "town", free_port())
    text = (twin / "twin.toml").read_text("utf-8")
    first = text.index("\n[[layers]]")
    (twin / "twin.toml").write_text(text[:first] + PHOTO + text[first:], encoding="utf-8")
    stepped_tileset(twin / "photo", depth=1)
    with running_hub(twin, folder / "data") as running:
        yield running


@pytest.fixture
def open_wall(hub: RunningHub, qtbot: Any, tmp_path: Path) -> Iterator[Callable[[str], Any]]:
    """Open walls of the same twin on a machine that lacks the streamed files, with a hub at an address."""
    twin = shutil.copytree(hub.twin, tmp_path / "town", ignore=shutil.ignore_patterns("photo"))
    made: list[Any] = []

    def open_it(address: str) -> Any:
        settings = Settings(language="zh", animation_hz=0, quality="soft", cache_folder=tmp_path / "cache")
        choice = HubChoice(address=address, token=hub.token)
        wall, opener, _ = opened_wall(load_project(twin), settings, WallWish(size_px=(960, 540)), choice)
        made.append((wall, opener))
        with qtbot.waitSignal(wall.city_shown, timeout=PATIENCE_MS):
            wall.show()
        return wall

    yield open_it
    for wall, opener in made:
        wall.close()
        wall.deleteLater()
        opener.close()


def test_a_wall_shows_the_tiles_that_the_hub_shares_of_a_layer_it_lacks(
    hub: RunningHub, open_wall: Callable[[str], Any], qtbot: Any
) -> None:
    # given a wall whose machine has the twin, but not the tileset of its streamed layer
    # when it is opened with the hub
    wall = open_wall(hub.address)

    # then the layer is there, from the hub, at its place and with the objects that one sees; nothing is missing
    assert not wall.windows[0].glass.unshown
    layers = {layer.entry.name: layer for layer in wall.layers}
    stream = layers["photo"].opened.stream
    assert stream is not None
    qtbot.waitUntil(lambda: stream.state.is_settled and stream.state.drawn > 0, timeout=PATIENCE_MS)
    east, north, _ = stream.whole.extent.centre
    assert (east, north) == pytest.approx((EAST, NORTH), abs=5.0)
    assert stream.shown.feature_count >= 9
    assert layers["photo"].content.frame.crs == "EPSG:4549"


def test_a_wall_names_a_layer_that_nobody_gives_it(open_wall: Callable[[str], Any], qtbot: Any) -> None:
    # given a hub that is away
    # when a wall without the files is opened
    wall = open_wall(f"http://127.0.0.1:{free_port()}")

    # then it says which layer it does not show, and why: its own trouble and the hub's
    glass = wall.windows[0].glass
    qtbot.waitUntil(lambda: bool(glass.unshown), timeout=PATIENCE_MS)
    ((title, why),) = glass.unshown
    assert title.zh == "实景三维"
    assert "中枢" in why.zh
    shown = glass.grab().toImage()
    band = [shown.pixelColor(x, y) for x in range(200, 760, 4) for y in range(320, 410, 2)]
    assert sum(colour.red() > 200 and 120 < colour.green() < 220 and colour.blue() < 120 for colour in band) > 40


def test_a_hub_that_shares_no_such_layer_is_named(hub: RunningHub, tmp_path: Path) -> None:
    # given a running hub
    # when a layer is asked for that it does not have, then the hub is named
    with pytest.raises(SourceFailed) as caught:
        SharedTiles(hub.where, Shelf(folder=tmp_path)).files_of("nothing", SilentProgress())
    assert "127.0.0.1 shares lack this layer" in caught.value.in_language("en")
