"""scene.layers.skins in a real scene: the picture of a wall is seen on it, lit by day and dim by night."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes.picture_stage import EVENING, HEIGHT, NOON, WIDTH
from fakes.textured_wall import CORNER, SIDE_M, halves, walls
from sanping.domain.texture import Picture
from sanping.domain.tile import TileSet
from sanping.domain.view import CameraPose
from sanping.scene.city_scene import CityScene
from sanping.scene.layers import skins
from sanping.scene.layers.skins import FIRST_SIDE, triangles_without
from sanping.scene.window import offscreen_scene
from sanping.stage.state import TEXTURES, Colouring, FeatureRef, LayerState, Stage
from sanping.tiles.build import build_tiles

CENTRE = (CORNER[0] + SIDE_M, CORNER[1], CORNER[2])


@pytest.fixture(scope="module")
def tiles() -> TileSet:
    striped = Picture(data=halves((200, 20, 20), (20, 20, 200), size=1100, kind="JPEG"))
    return build_tiles(walls([striped, None]))


@pytest.fixture
def scene(tiles: TileSet, repository: Path) -> Iterator[CityScene]:
    opened = offscreen_scene(
        WIDTH, HEIGHT, centre=CENTRE, latitude_deg=31.24, longitude_deg=121.42, quality="soft", language="zh",
        assets=repository / "assets",
    )  # fmt: skip
    opened.add_tiles("walls", "buildings", tiles)
    yield opened
    opened.close()


def stage(style: str = "day", **changes: object) -> Stage:
    """Look north at two walls: the left one has a red and a blue half, the right one no picture."""
    camera = CameraPose(target=(CENTRE[0], CENTRE[1], CENTRE[2] + 10.0), heading_deg=0.0, pitch_deg=-2.0, distance_m=60)
    plain = Stage(camera=camera, style=style, moment=NOON if style == "day" else EVENING)  # type: ignore[arg-type]
    return replace(plain, **changes)  # type: ignore[arg-type]


def seen(scene: CityScene, wanted: Stage) -> list[np.ndarray]:
    """Return the mean colours of the red half, the blue half and the wall without a picture."""
    scene.show(wanted, None)
    picture = scene.picture(WIDTH, HEIGHT).astype(np.float64)
    assert not scene.is_settling
    middle = picture[HEIGHT // 2 - 8 : HEIGHT // 2 + 8]
    return [middle[:, WIDTH // 2 + x - 6 : WIDTH // 2 + x + 6].mean(axis=(0, 1)) for x in (-102, -36, 70)]


def test_the_texels_are_on_the_wall_and_go_with_the_switch(scene: CityScene) -> None:
    # when the walls are seen by day, by night and with pictures hidden
    red, blue, bare = seen(scene, stage())
    dark_red, dark_blue, _ = seen(scene, stage("night"))
    hidden_left, hidden_right, same = seen(scene, stage().with_layer(TEXTURES, LayerState(is_visible=False)))

    # then the halves have their colours, the wall without a picture has none, and night stays night
    assert red[0] > 1.8 * red[2]
    assert blue[2] > 1.8 * blue[0]
    assert np.ptp(bare) < 60
    assert dark_red.mean() < 0.6 * red.mean()
    assert dark_blue.mean() < 0.6 * blue.mean()
    assert dark_red[0] / dark_red[2] > 1.5 * dark_blue[0] / dark_blue[2]
    assert np.abs(hidden_left / hidden_left.sum() - hidden_right / hidden_right.sum()).max() < 0.1
    assert np.abs(same - bare).max() < 12


def test_a_colouring_by_attribute_and_a_selection_win_over_the_picture(scene: CityScene) -> None:
    plain = seen(scene, stage())
    coloured = seen(scene, stage(colouring=Colouring(layer="walls", attribute="@height_m")))
    chosen = seen(scene, stage(selection=(FeatureRef(layer="walls", id="wall0"),)))

    assert np.abs(coloured[0] - coloured[1]).max() < 25  # both halves in the colour of the value
    assert np.abs(plain[0] - plain[1]).max() > 60
    assert chosen[0][1] > plain[0][1] + 20  # the glow of what is selected, over the picture


def test_pages_come_small_first_and_are_smaller_from_afar(scene: CityScene) -> None:
    # given walls far away
    layer = scene._content._tiles["walls"]
    assert layer._skins is not None
    far = stage(camera=replace(stage().camera, distance_m=30_000.0))
    scene.show(far, None)
    scene.picture(WIDTH, HEIGHT)
    used_far = scene._context.buffers.used_bytes
    ((sheet,),) = [tile.sheets for tile in layer._skins._tiles.values()]
    first = sheet.texture.pixels.shape

    # when one comes near
    scene.show(stage(), None)
    scene.picture(WIDTH, HEIGHT)

    # then the page has grown to what it deserves, and the budget knows
    assert max(first[:2]) <= FIRST_SIDE
    assert sheet.texture.pixels.shape[0] > first[0]
    assert scene._context.buffers.used_bytes > used_far + sheet.texture.pixels.nbytes


def test_a_window_asks_for_another_frame_until_all_pages_are_there(
    scene: CityScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(skins, "PIXELS_A_FRAME", 0)
    scene.show(stage(), None)

    scene.window.Render()
    was_settling = scene.is_settling
    monkeypatch.undo()
    scene.window.Render()

    assert was_settling
    assert not scene.is_settling


def test_a_spent_budget_leaves_pages_small(scene: CityScene) -> None:
    scene._context.buffers.most_bytes = 1000

    scene.show(stage(), None)
    scene.picture(WIDTH, HEIGHT)

    layer = scene._content._tiles["walls"]
    assert layer._skins is not None
    ((sheet,),) = [tile.sheets for tile in layer._skins._tiles.values()]
    assert max(sheet.texture.pixels.shape[:2]) <= FIRST_SIDE


def test_triangles_without_a_picture_are_drawn_apart(tiles: TileSet) -> None:
    (tile,) = tiles.tiles

    assert len(triangles_without(tile.skin, tile.near.triangles)) == 2
    assert triangles_without(None, tile.near.triangles) is tile.near.triangles
