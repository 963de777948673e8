"""`formats.outgoing`: pictures on models leave in GLB and 3D Tiles, and come back on the same surfaces."""

from pathlib import Path

import numpy as np
import pytest

from fakes.seen_texels import opened
from fakes.textured_wall import CORNER, SIDE_M, halves, walls
from fakes.tiles3d_rules import khronos_issues
from sanping.domain.city import CityModel
from sanping.domain.text import Text
from sanping.domain.texture import Picture
from sanping.formats.catalog import read
from sanping.formats.outgoing.glb import write_glb
from sanping.formats.outgoing.layers import ExportWish, OutLayer
from sanping.formats.outgoing.tiles3d import write_3dtiles
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles

RED, BLUE, GREEN = (220, 20, 20), (20, 20, 220), (20, 180, 20)


def layer(*pictures: Picture | None, chosen: list[bool] | None = None, uv: object = None) -> OutLayer:
    tiles = build_tiles(walls(list(pictures), uv=uv))  # type: ignore[arg-type]
    return OutLayer(
        name="walls", title=Text("墙", "Walls"), role="buildings", content=tiles,
        chosen=None if chosen is None else np.array(chosen),
    )  # fmt: skip


def colours(model: CityModel) -> list[tuple[int, ...] | None]:
    """Return the colour inside the lower corners of each wall, from west to east, in steps of 64; None without."""
    found = []
    for corners in model.triangles[np.argsort(model.points[model.triangles, 0].mean(axis=1), kind="stable")]:
        points = model.points[corners]
        share = 0.7 * (points[:, 0] == points[:, 0].min()) + 0.1
        share = share / share.sum()
        if model.texturing is None or model.texturing.point_picture[corners[0]] < 0:
            found.append(None)
            continue
        pixels = opened(model.texturing.pictures[int(model.texturing.point_picture[corners[0]])].data)
        u, v = np.clip(share @ (model.texturing.point_uv[corners] % 1.0001), 0.0, 0.999)
        found.append(tuple((pixels[int(v * len(pixels)), int(u * pixels.shape[1])].astype(int) // 64).tolist()))
    return found


def back(path: Path) -> CityModel:
    options = ReadOptions(crs="EPSG:4549", settings=(("position", [*CORNER]),))
    model = read(path, options, SilentProgress())
    assert isinstance(model, CityModel)
    return model


@pytest.mark.parametrize("is_quantised", [True, False])
def test_a_glb_brings_its_pictures_back(tmp_path: Path, is_quantised: bool) -> None:
    # given walls of which one has no picture
    one, two = Picture(data=halves(RED, RED)), Picture(data=halves(GREEN, GREEN))
    wish = ExportWish(format="glb", crs="EPSG:4549", is_quantised=is_quantised)

    write_glb(tmp_path / "a.glb", [layer(one, None, two)], wish, SilentProgress())

    # then each comes back as it was, the bare one without
    model = back(tmp_path / "a.glb")
    assert [set(colours(model)[2 * k : 2 * k + 2]) for k in range(3)] == [{(3, 0, 0)}, {None}, {(0, 2, 0)}]
    assert model.origin.skipped == ()


def test_part_of_a_model_leaves_with_its_own_pictures(tmp_path: Path) -> None:
    one, two = Picture(data=halves(RED, RED)), Picture(data=halves(GREEN, GREEN))
    wish = ExportWish(format="glb", crs="EPSG:4549")

    write_glb(tmp_path / "a.glb", [layer(one, two, chosen=[False, True])], wish, SilentProgress())

    model = back(tmp_path / "a.glb")
    assert set(colours(model)) == {(0, 2, 0)}
    assert np.ptp(model.points[:, 0]) == pytest.approx(SIDE_M, abs=0.01)


def test_a_page_that_repeats_and_one_with_holes_say_so(tmp_path: Path) -> None:
    often = np.array([[0, 40], [40, 40], [40, 0], [0, 0]])
    fence = Picture(data=halves((200, 0, 0, 255), (0, 0, 0, 0)), is_cut_out=True)
    wish = ExportWish(format="glb", crs="EPSG:4549")

    write_glb(tmp_path / "a.glb", [layer(fence, uv=often)], wish, SilentProgress())

    model = back(tmp_path / "a.glb")
    assert model.texturing is not None
    (kept,) = model.texturing.pictures
    assert (kept.across, kept.is_cut_out) == ("repeat", True)
    assert np.ptp(model.texturing.point_uv, axis=0).tolist() == [40.0, 40.0]
    issues = khronos_issues([tmp_path / "a.glb"])
    if not isinstance(issues, str):
        assert [(one["numErrors"], one["numWarnings"]) for one in issues] == [(0, 0)]


def test_3d_tiles_bring_their_pictures_back(tmp_path: Path) -> None:
    wish = ExportWish(format="3dtiles", crs="EPSG:4549")

    write_3dtiles(tmp_path / "out", [layer(Picture(data=halves(RED, BLUE)), None)], wish, SilentProgress())

    model = read(tmp_path / "out" / "tileset.json", ReadOptions(crs="EPSG:4549"), SilentProgress())
    assert isinstance(model, CityModel)
    assert model.texturing is not None
    assert (model.texturing.point_picture >= 0).mean() == pytest.approx(0.5)
