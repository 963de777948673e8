"""sanping.scene.city_scene, sanping.scene.part_vignette: a picture drawn in parts is the picture drawn at once."""

from pathlib import Path

import numpy as np
import pytest
from scipy.ndimage import uniform_filter

from fakes import small_city
from fakes.picture_stage import small_scene, stage
from sanping.domain.text import Text
from sanping.domain.view import StyleName
from sanping.scene.picture_parts import parts_of
from sanping.stage.state import QualityName

NAME = Text("层", "Layer")
WIDTH, HEIGHT = 960, 540
MOST_PX = 280_000


@pytest.mark.parametrize(("style", "quality"), [("night", "standard"), ("day", "soft"), ("night", "draft")])
def test_a_picture_in_parts_equals_the_picture_drawn_at_once(
    repository: Path, style: StyleName, quality: QualityName
) -> None:
    # given a city with lights, water and labels, seen in a small window
    scene = small_scene(repository / "assets", quality, may_invent=True)
    scene.add_vector("river", "water", NAME, small_city.river())
    scene.add_vector("roads", "roads", NAME, small_city.streets())
    scene.add_vector("names", "places", NAME, small_city.places())
    scene.add_tiles("blocks", "buildings", small_city.block_city())
    scene.show(stage(style), None)
    at_once = scene.picture(WIDTH, HEIGHT).astype(np.float64)

    # when it is drawn twice as large in parts
    parts = parts_of(WIDTH, HEIGHT, MOST_PX)
    picture = np.zeros((HEIGHT, WIDTH, 3))
    for part in parts:
        picture[part.top : part.top + part.height, part.left : part.left + part.width] = scene.picture_part(part)
    size = scene.window.GetSize()
    scene.close()

    # then only the fine noise against banding differs: no border of a part is seen in light, glow, fog or labels
    assert len(parts) >= 4
    assert size == (WIDTH // 2, HEIGHT // 2)
    even = np.abs(uniform_filter(picture - at_once, (9, 9, 0))).max(axis=2)
    assert np.abs(picture - at_once).mean() < 2.5
    assert np.percentile(even, 99) < 2.0
    for part in parts[1:]:
        border = even[max(0, part.top - 8) : part.top + 8], even[:, max(0, part.left - 8) : part.left + 8]
        assert all(np.percentile(strip, 95) < 2.0 for strip in border if strip.size)
