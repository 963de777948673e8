"""sanping.scene.faces, sanping.scene.layers.tiles: what the draft saves is not seen."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from fakes import small_city
from fakes.picture_stage import NOON, drawn, light, small_scene, stage
from sanping.analysis.cutting import Cutting
from sanping.domain.geo import Extent
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.scene.city_scene import CityScene
from sanping.stage.state import FeatureRef, LayerState, QualityName

NAME = Text("层", "Layer")


def made(repository: Path, quality: QualityName = "draft") -> CityScene:
    scene = small_scene(repository / "assets", quality)
    scene.add_tiles("blocks", "buildings", small_city.block_city())
    return scene


@pytest.fixture
def scene(repository: Path) -> Iterator[CityScene]:
    scene = made(repository)
    yield scene
    scene.close()


@pytest.mark.parametrize("style", ["day", "night"])
def test_hidden_backs_are_not_missed(
    scene: CityScene, repository: Path, style: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given the city with the backs of its closed bodies left out
    fast = drawn(scene, stage(style))
    assert any(actor.GetProperty().GetBackfaceCulling() for actor in scene._renderer.GetActors())

    # when all is drawn
    monkeypatch.setattr("sanping.scene.layers.tiles.is_closed", lambda *_: False)
    whole_scene = made(repository)
    try:
        whole = drawn(whole_scene, stage(style))
    finally:
        whole_scene.close()

    # then the picture is the same but for a few pixels at edges
    assert (np.abs(light(fast) - light(whole)) > 3).mean() < 0.002


def test_backs_are_drawn_where_they_are_seen_through_holes(scene: CityScene) -> None:
    # given a city half let through
    drawn(scene, stage("day", layers=MappingProxyType({"blocks": LayerState(opacity=0.5)})))

    # then backs are drawn, and left out again when it is whole
    assert not any(actor.GetProperty().GetBackfaceCulling() for actor in scene._renderer.GetActors())
    drawn(scene, stage("day"))
    assert any(actor.GetProperty().GetBackfaceCulling() for actor in scene._renderer.GetActors())


def test_faces_turned_from_the_sun_are_darker(scene: CityScene) -> None:
    # given the draft by day, and the same an hour and a half before sunset
    noon = drawn(scene, stage("day"))
    late = drawn(scene, stage("day", moment=NOON + timedelta(hours=3.5)))

    # then its walls and roofs differ at noon, and another light falls on them later
    assert light(noon).std() > 15
    assert np.abs(light(noon) - light(late)).mean() > 4


def test_a_chosen_object_shines_in_the_draft(scene: CityScene) -> None:
    # given the draft by day
    plain = drawn(scene, stage("day"))

    # when objects are selected
    ids = small_city.block_city().tiles[0].features.ids
    chosen = drawn(scene, stage("day", selection=tuple(FeatureRef(layer="blocks", id=id) for id in ids)))

    # then they turn to cyan, which has more blue than red
    differs = np.abs(chosen - plain).max(axis=2) > 12
    assert differs.mean() > 0.02
    assert (chosen[differs][:, 2] - chosen[differs][:, 0]).mean() > (
        plain[differs][:, 2] - plain[differs][:, 0]
    ).mean() + 30


def test_green_is_seen_on_the_ground_of_the_draft(scene: CityScene) -> None:
    # given bare ground, seen from above
    east, north, _ = small_city.CENTRE
    above = CameraPose(target=(east - 180.0, north - 110.0, 0.0), heading_deg=0.0, pitch_deg=-80.0, distance_m=300.0)
    bare = drawn(scene, stage("day", camera=above))

    # when a park is laid on it, and taken away again
    scene.add_vector("park", "green", NAME, small_city.park())
    planted = drawn(scene, stage("day", camera=above))
    scene.remove("park")

    # then there is a green that was not there, and then it is gone
    greener = planted[..., 1] - planted[..., 0] > bare[..., 1] - bare[..., 0] + 10
    assert greener.mean() > 0.01
    assert np.abs(drawn(scene, stage("day", camera=above)) - bare).mean() < 0.5


@pytest.mark.parametrize("style", ["day", "night"])
def test_a_section_through_the_ground_is_drawn_in_the_draft(
    scene: CityScene, style: str, capfd: pytest.CaptureFixture[str]
) -> None:
    # given the draft
    whole = drawn(scene, stage(style))

    # when a section cuts buildings and the ground down to below it
    east, north, _ = small_city.CENTRE
    under = Extent(west=east - 9e5, south=north - 9e5, bottom=-99.0, east=east + 9e5, north=north + 9e5, top=1.0)
    scene._context.cut.show(Cutting(box=under, cuts_ground=True))
    cut = drawn(scene, stage(style))

    # then both are gone, and no shader complains
    assert np.abs(light(cut) - light(whole)).mean() > 4
    assert "ERR|" not in capfd.readouterr().err
