"""sanping.scene.sun_map, .renderers, .layers.made: sharp shadows near the camera, in one picture and in parts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from vtkmodules.vtkRenderingOpenGL2 import vtkOpenGLState

from fakes import small_city
from fakes.picture_stage import HEIGHT, NOON, WIDTH, drawn, light, small_scene, stage
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.scene.city_scene import CityScene
from sanping.scene.picture_parts import PicturePart
from sanping.stage.state import FeatureRef, QualityName, Stage

NAME = Text("层", "Layer")
TEXTURE_3 = 0x84C3


@pytest.fixture
def scene(repository: Path) -> Iterator[CityScene]:
    scene = small_scene(repository / "assets", "standard")
    fill(scene)
    yield scene
    scene.close()


def fill(scene: CityScene) -> None:
    scene.add_vector("park", "green", NAME, small_city.park())
    scene.add_tiles("blocks", "buildings", small_city.block_city())


def from_above(**changes: object) -> Stage:
    east, north, _ = small_city.CENTRE
    camera = CameraPose(target=(east, north, 0.0), heading_deg=0.0, pitch_deg=-80.0, distance_m=320.0)
    return replace(stage("day"), camera=camera, **changes)  # type: ignore[arg-type]


def sharpness(picture: np.ndarray) -> float:
    """Share of the picture where neighbouring pixels differ like the edge of a shadow."""
    return float((np.abs(np.diff(light(picture), axis=1)) > 40).mean())


def test_near_shadows_end_sharply(scene: CityScene, monkeypatch: pytest.MonkeyPatch) -> None:
    # given the city from above with the coarse shadows of the field alone
    with monkeypatch.context() as patch:
        patch.setattr("sanping.scene.sun_region.BEYOND_M", 0.0)
        coarse = drawn(scene, from_above())

    # when the map is drawn as well
    sharp = drawn(scene, from_above())

    # then much stays as it was, and edges became sharper
    assert np.abs(light(sharp) - light(coarse)).mean() < 12
    assert np.abs(light(sharp) - light(coarse)).max() > 40
    assert sharpness(sharp) > sharpness(coarse)


def test_shadows_turn_with_the_sun(scene: CityScene) -> None:
    # given the city at noon
    noon = drawn(scene, from_above())

    # when it is three hours later, and noon again
    later = drawn(scene, from_above(moment=NOON + timedelta(hours=3)))
    again = drawn(scene, from_above())

    # then the shadows have moved and come back
    assert np.abs(light(later) - light(noon)).max() > 40
    assert np.abs(light(again) - light(noon)).mean() < 0.5
    assert not scene.is_settling


def test_the_first_picture_is_like_the_next(scene: CityScene) -> None:
    # given the first picture of all, before which nothing of the city was measured
    first = drawn(scene, from_above())

    # then the next has the same depths, shade and shadows to the last pixel
    assert np.array_equal(drawn(scene, from_above()), first)


@pytest.mark.parametrize("quality", ["soft", "standard"])
def test_garbage_of_another_window_does_not_take_a_texture_away(
    scene: CityScene, repository: Path, quality: QualityName, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a city, and the same in another window
    scene.set_quality(quality)
    plain = drawn(scene, from_above())
    other = small_scene(repository / "assets", quality)
    fill(other)

    # when textures of a third window are given back in the middle of its first frame
    plan = other._sun_map.plan

    def disturbed(*values: object, **named: object) -> None:
        plan(*values, **named)  # type: ignore[arg-type]
        vtkOpenGLState().vtkglActiveTexture(TEXTURE_3)

    monkeypatch.setattr(other._sun_map, "plan", disturbed)
    first = drawn(other, from_above())
    other.close()

    # then every shader still finds its textures
    assert np.array_equal(first, plain)


def test_what_an_isolation_hides_casts_no_shadow(scene: CityScene) -> None:
    # given the whole city
    whole = drawn(scene, from_above())

    # when only one object stays
    only = FeatureRef(layer="blocks", id=small_city.block_city().tiles[0].features.ids[0])
    alone = drawn(scene, from_above(isolated=(only,)))

    # then dark ground has become rare
    assert (light(alone) < 60).mean() < (light(whole) < 60).mean() * 0.7


def test_parts_have_the_shadows_of_the_whole(scene: CityScene) -> None:
    # given a picture drawn at once
    whole = drawn(scene, from_above())

    # when its right half is drawn as a part
    part = PicturePart(whole=(WIDTH, HEIGHT), left=WIDTH // 2, top=0, width=WIDTH // 2, height=HEIGHT)
    right = scene.picture_part(part).astype(np.float64)

    # then both agree
    assert np.abs(light(right) - light(whole[:, WIDTH // 2 :])).mean() < 2.0


def test_soft_pictures_keep_the_coarse_shadows(scene: CityScene, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a soft picture
    scene.set_quality("soft")
    soft = drawn(scene, from_above())

    # when the map is forbidden
    monkeypatch.setattr("sanping.scene.sun_region.BEYOND_M", 0.0)

    # then the same picture comes: no map was drawn for it
    assert np.array_equal(drawn(scene, from_above()), soft)
