"""`tiles.atlas`, `atlas_pictures` and `stored_skins`: pictures come through tiles and cache as they were."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fakes.textured_wall import halves, walls
from sanping.domain.texture import PAGE_SIDE, Picture, TileSkin
from sanping.domain.tile import TileSet
from sanping.tiles import atlas
from sanping.tiles.atlas import PAD_PX
from sanping.tiles.build import build_tiles
from sanping.tiles.stored import load, save

RED, BLUE, GREEN = (220, 20, 20), (20, 20, 220), (20, 180, 20)


def opened(page: object) -> np.ndarray:
    """Return the pixels of a page."""
    return np.asarray(Image.open(io.BytesIO(page.data.tobytes())))  # type: ignore[attr-defined]


def colour_at(skin: TileSkin, triangles: np.ndarray, number: int, share: tuple[float, float, float]) -> np.ndarray:
    """Return the colour of a triangle at shares of its corners."""
    corners = triangles[number]
    page = skin.pages[int(skin.point_page[corners[0]])]
    u, v = np.asarray(share) @ skin.point_uv[corners]
    pixels = opened(page)
    assert pixels.shape[:2] == (page.height, page.width)
    if page.is_repeating:
        u, v = u % 1.0, v % 1.0
    assert 0.0 <= u <= 1.0
    assert 0.0 <= v <= 1.0
    return pixels[min(int(v * page.height), page.height - 1), min(int(u * page.width), page.width - 1)].astype(int)


def near(found: np.ndarray, wanted: tuple[int, ...]) -> bool:
    return bool(np.abs(found[:3] - np.array(wanted[:3])).max() < 40)


def lower_left_and_right(tiles: TileSet, wall: int) -> tuple[np.ndarray, np.ndarray]:
    """Return colours at a wall's left and right lower corner, a little inside; its first triangle is the lower one."""
    (tile,) = tiles.tiles
    assert tile.skin is not None
    first = int(tile.first_triangle[list(tile.features.ids).index(f"wall{wall}")])
    shares = (0.85, 0.1, 0.05), (0.05, 0.85, 0.1)
    left, right = (colour_at(tile.skin, tile.near.triangles, first, share) for share in shares)
    return left, right


def test_every_wall_keeps_its_picture_through_tiles_and_cache(tmp_path: Path) -> None:
    # given three walls with two pictures and one without
    first, second = Picture(data=halves(RED, BLUE)), Picture(data=halves(GREEN, RED, kind="JPEG"))

    # when they are cut, written and mapped again
    save(tmp_path / "a", build_tiles(walls([first, None, second])), walls([first]).origin)
    tiles, _ = load(tmp_path / "a")

    # then each wall shows its own, and the bare one none
    assert isinstance(tiles, TileSet)
    (tile,) = tiles.tiles
    assert tile.skin is not None
    assert len(tile.skin.pages) == 1
    assert [near(*pair) for pair in zip(lower_left_and_right(tiles, 0), (RED, BLUE), strict=True)] == [True, True]
    assert [near(*pair) for pair in zip(lower_left_and_right(tiles, 2), (GREEN, RED), strict=True)] == [True, True]
    bare = tile.near.triangles[tile.first_triangle[1] : tile.first_triangle[2]]
    assert (tile.skin.point_page[bare] == -1).all()


def test_a_model_without_pictures_costs_nothing(tmp_path: Path) -> None:
    plain = walls([None, None])

    save(tmp_path / "a", build_tiles(plain), plain.origin)
    tiles, _ = load(tmp_path / "a")

    assert isinstance(tiles, TileSet)
    assert tiles.tiles[0].skin is None
    assert b"skin" not in (tmp_path / "a").read_bytes()


@pytest.mark.parametrize(("wrap", "wanted"), [("repeat", (RED, BLUE)), ("mirror", (RED, RED)), ("clamp", (RED, BLUE))])
def test_what_is_beyond_the_edges_is_laid_out(wrap: str, wanted: tuple[tuple[int, ...], ...]) -> None:
    # given a wall two pictures wide
    one = Picture(data=halves(RED, BLUE), across=wrap, down=wrap)  # type: ignore[arg-type]
    twice = np.array([[0, 1], [2, 1], [2, 0], [0, 0]])

    tiles = build_tiles(walls([one], uv=twice))

    # then its ends show what the sampler says, from a page that does not repeat
    assert tiles.tiles[0].skin is not None
    assert not tiles.tiles[0].skin.pages[0].is_repeating
    if wrap != "clamp":  # a clamped place beyond the edge is the edge: its colours are those of the picture
        assert [near(*pair) for pair in zip(lower_left_and_right(tiles, 0), wanted, strict=True)] == [True, True]


def test_a_picture_that_repeats_often_has_a_page_of_its_own_that_repeats() -> None:
    often = np.array([[3, 43], [43, 43], [43, 3], [3, 3]])

    (tile,) = build_tiles(walls([Picture(data=halves(RED, BLUE))], uv=often)).tiles

    assert tile.skin is not None
    (page,) = tile.skin.pages
    assert page.is_repeating
    assert max(page.width, page.height) == 64
    assert np.ptp(tile.skin.point_uv, axis=0).tolist() == [40.0, 40.0]


def test_only_what_is_used_of_a_picture_is_kept_with_a_border() -> None:
    part = np.array([[0.25, 0.5], [0.5, 0.5], [0.5, 0.25], [0.25, 0.25]])

    (tile,) = build_tiles(walls([Picture(data=halves(RED, BLUE, size=256))], uv=part)).tiles

    assert tile.skin is not None
    (page,) = tile.skin.pages
    assert page.width == page.height == 64 + 2 + 2 * PAD_PX  # a quarter of it, a pixel around, and the border


def test_a_large_jpeg_stays_as_it_came() -> None:
    large = Picture(data=halves(RED, BLUE, size=1100, kind="JPEG"))

    (tile,) = build_tiles(walls([large])).tiles

    assert tile.skin is not None
    assert tile.skin.pages[0].data.tobytes() == large.data


def test_no_page_is_larger_than_allowed_and_a_tile_has_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    # given pictures that are too much together, and one that is too wide
    monkeypatch.setattr(atlas, "TILE_PX", 300 * 300)
    many = [Picture(data=halves(RED, (0, 0, 10 * k), size=200)) for k in range(9)]
    wide = Picture(data=halves(GREEN, BLUE, size=PAGE_SIDE + 100))

    small, large = (build_tiles(walls(list(some))).tiles[0].skin for some in (many, [wide]))

    assert small is not None
    assert sum(page.width * page.height for page in small.pages) < 1.7 * 300 * 300
    assert large is not None
    assert max(large.pages[0].width, large.pages[0].height) <= PAGE_SIDE


def test_holes_are_kept_where_the_material_asks_for_them() -> None:
    fence = halves((200, 0, 0, 255), (0, 0, 0, 0))

    cut, whole = (
        build_tiles(walls([Picture(data=fence, is_cut_out=is_cut_out)])).tiles[0].skin for is_cut_out in (True, False)
    )

    assert cut is not None
    assert whole is not None
    assert opened(cut.pages[0])[..., 3].min() == 0
    assert opened(whole.pages[0]).shape[2] == 3


def test_a_tint_colours_the_picture() -> None:
    tinted = Picture(data=halves((200, 200, 200), (200, 200, 200)), tint=(0.5, 1.0, 0.1))

    tiles = build_tiles(walls([tinted]))

    assert near(lower_left_and_right(tiles, 0)[0], (100, 200, 20))


def test_a_picture_that_broke_on_the_way_leaves_the_wall_bare() -> None:
    good = Picture(data=halves(RED, BLUE))
    broken = replace(good, data=good.data[:60])

    (tile,) = build_tiles(walls([broken])).tiles

    assert tile.skin is None
    assert len(tile.near.triangles) == 2
