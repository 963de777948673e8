"""A georeferenced picture of a CityGML file in a real scene: seen from above with north up, it lies as on a map."""

from pathlib import Path

import numpy as np

from fakes.citygml_files import SOUTH, WEST, box, building, city, multi_surface, read_text
from fakes.picture_stage import HEIGHT, NOON, WIDTH
from fakes.seen_texels import quarters
from sanping.domain.view import CameraPose
from sanping.scene.window import offscreen_scene
from sanping.stage.state import Stage
from sanping.tiles.build import build_tiles

SIDE_M, HEIGHT_M = 40.0, 12.0
CENTRE = (WEST + SIDE_M / 2, SOUTH + SIDE_M / 2, 0.0)


def test_from_above_with_north_up_the_roof_shows_the_picture_as_it_is(tmp_path: Path, repository: Path) -> None:
    # given a block under a picture of four colours: red and green in the north, blue and white in the south
    (tmp_path / "air.png").write_bytes(quarters())
    step = SIDE_M / 64
    (tmp_path / "air.pgw").write_text(f"{step} 0 0 {-step} {WEST + step / 2} {SOUTH + SIDE_M - step / 2}")
    sides = multi_surface(*box(HEIGHT_M, size=SIDE_M)).replace("<gml:MultiSurface>", '<gml:MultiSurface gml:id="m">')
    texture = "<app:imageURI>air.png</app:imageURI><app:target>#m</app:target>"
    look = (
        f"<app:surfaceDataMember><app:GeoreferencedTexture>{texture}</app:GeoreferencedTexture></app:surfaceDataMember>"
    )
    more = f"<app:appearanceMember><app:Appearance>{look}</app:Appearance></app:appearanceMember>"
    model = read_text(tmp_path, city(building(f"<bldg:lod2MultiSurface>{sides}</bldg:lod2MultiSurface>"), more=more))
    scene = offscreen_scene(
        WIDTH, HEIGHT, centre=CENTRE, latitude_deg=31.24, longitude_deg=121.42, quality="soft", language="zh",
        assets=repository / "assets",
    )  # fmt: skip
    scene.add_tiles("block", "buildings", build_tiles(model))

    # when it is seen from above, north up
    camera = CameraPose(target=(*CENTRE[:2], HEIGHT_M), heading_deg=0.0, pitch_deg=-89.0, distance_m=110.0)
    scene.show(Stage(camera=camera, style="day", moment=NOON), None)
    picture = scene.picture(WIDTH, HEIGHT).astype(np.float64)
    scene.close()

    # then red is at the upper left, green at the upper right, blue at the lower left, white at the lower right
    middle, right, offset = HEIGHT // 2, WIDTH // 2, HEIGHT // 10
    red, green, blue, white = (
        picture[middle + b - 4 : middle + b + 4, right + a - 4 : right + a + 4].mean(axis=(0, 1))
        for b in (-offset, offset)
        for a in (-offset, offset)
    )
    assert [int(colour.argmax()) for colour in (red, green, blue)] == [0, 1, 2]
    assert all(np.sort(colour)[-1] > 1.5 * np.sort(colour)[-2] for colour in (red, green, blue))
    assert np.ptp(white) < 60
    assert white.min() > red[1]
