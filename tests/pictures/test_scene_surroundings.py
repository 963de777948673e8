"""sanping.scene.city_scene: surroundings, shade, and what is left in the end (layers.far, far_field, ground, post)."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes import small_city
from fakes.picture_stage import drawn, light, small_scene, stage
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.scene.window import offscreen_scene

NAME = Text("层", "Layer")


def surroundings(repository: Path, style: str, *, may_invent: bool) -> tuple[int, np.ndarray]:
    """Return the number of actors and a picture of the country beside the small city, away from it."""
    scene = small_scene(repository / "assets", "standard", may_invent=may_invent)
    scene.add_tiles("blocks", "buildings", small_city.block_city())
    east, north, _ = small_city.CENTRE
    away = CameraPose(target=(east + 3000.0, north, 0.0), heading_deg=90.0, pitch_deg=-30.0, distance_m=900.0)
    picture = drawn(scene, replace(stage(style), camera=away))
    renderers = scene.window.GetRenderers()
    actors = sum(
        renderers.GetItemAsObject(i).GetActors().GetNumberOfItems() for i in range(renderers.GetNumberOfItems())
    )
    scene.close()
    return actors, picture


@pytest.mark.parametrize("style", ["night", "day"])
def test_around_real_data_nothing_is_invented(repository: Path, style: str) -> None:
    # given the same city, once declared synthetic and once real
    synthetic_actors, synthetic = surroundings(repository, style, may_invent=True)
    real_actors, real = surroundings(repository, style, may_invent=False)

    # then only the synthetic one has made-up blocks and lights beyond its data
    assert real_actors == synthetic_actors - 2
    ground = slice(140, 260)
    assert light(synthetic[ground]).std() > 2 * light(real[ground]).std()


def test_feet_of_towers_are_shaded_and_open_ground_is_not(repository: Path, tmp_path: Path) -> None:
    # given a tower at noon from above, and a palette without shade
    for folder in ("shaders", "fonts"):
        (tmp_path / folder).symlink_to(repository / "assets" / folder)
    (tmp_path / "palettes").mkdir()
    for palette in (repository / "assets" / "palettes").glob("*.toml"):
        bare = re.sub(r"(?m)^occlusion = .*$", "occlusion = 0.0", palette.read_text(encoding="utf-8"))
        (tmp_path / "palettes" / palette.name).write_text(bare, encoding="utf-8")
    east, north, _ = small_city.CENTRE
    above = CameraPose(target=(east, north, 4.0), pitch_deg=-70.0, distance_m=260.0, fov_deg=30.0)

    # when both are drawn
    pictures = []
    for assets in (tmp_path, repository / "assets"):
        scene = small_scene(assets, "high")
        tower = small_city.boxes([(0, 0), (300, 300)], [40.0, 5.0])
        scene.add_tiles("tower", "buildings", small_city.build_tiles(tower))
        pictures.append(light(drawn(scene, stage("day", camera=above))))
        scene.close()

    # then only what stands near the tower is darker
    darker = pictures[0] - pictures[1]
    assert (darker > 8).mean() > 0.005
    assert np.abs(darker[:, :60]).mean() < 1.0


def test_nothing_is_left_after_removing_and_closing(repository: Path) -> None:
    # given a scene with every kind of layer
    scene = offscreen_scene(
        64,
        36,
        centre=small_city.CENTRE,
        latitude_deg=31.0,
        longitude_deg=121.0,
        quality="soft",
        language="en",
        assets=repository / "assets",
    )
    window = scene.window
    scene.add_terrain("ground", small_city.slope())
    scene.add_tiles("blocks", "buildings", small_city.block_city())
    for name, role, data in (
        ("river", "water", small_city.river()),
        ("roads", "roads", small_city.streets()),
        ("park", "green", small_city.park()),
        ("places", "places", small_city.places()),
        ("grid", "grid", small_city.park()),
    ):
        scene.add_vector(name, role, NAME, data)  # type: ignore[arg-type]
    drawn(scene, stage())
    renderers = [window.GetRenderers().GetItemAsObject(i) for i in range(window.GetRenderers().GetNumberOfItems())]

    # when all layers go, and then the scene
    for name in ("blocks", "river", "roads", "park", "places", "grid", "ground"):
        scene.remove(name)
    scene.picture(64, 36)
    left = sum(renderer.GetActors().GetNumberOfItems() for renderer in renderers)
    scene.close()

    # then first only sky and ground plane stay, and in the end nothing
    assert left == 2
    assert sum(renderer.GetViewProps().GetNumberOfItems() for renderer in renderers) == 0
    assert window.GetRenderers().GetNumberOfItems() == 0
