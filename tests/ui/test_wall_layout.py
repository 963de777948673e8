"""Layouts of the wall: read and checked as data, legible from the farthest seat, never across a seam."""

from itertools import combinations
from pathlib import Path

import pytest

from sanping.domain.errors import InputError, ProjectInvalid
from sanping.ui.wall.layout import (
    ABOVE,
    CROSSES,
    FORMS,
    KINDS,
    Place,
    fitted,
    layout_for,
    least_text_px,
    placed,
    read_layout,
    text_px,
)
from sanping.ui.wall.tiling import Tiling, counts_of, margins_of, pane_of, tile_named, tiling_of

HEAD = 'title = { zh = "墙", en = "Wall" }\naspect = 1.78\n'


@pytest.fixture
def layouts(repository: Path) -> Path:
    return repository / "assets" / "wall"


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def is_apart(one: Place, other: Place) -> bool:
    (a, b, c, d), (e, f, g, h) = one.box, other.box
    return min(a + c, e + g) - max(a, e) < 0.5 or min(b + d, f + h) - max(b, f) < 0.5


@pytest.mark.parametrize("counts", [(1, 1), (2, 1), (2, 2), (3, 2), (4, 2), (3, 3), (5, 1)])
@pytest.mark.parametrize("bezel_mm", [0.0, 8.0])
def test_panels_cross_no_seam_and_do_not_cover_one_another(
    layouts: Path, counts: tuple[int, int], bezel_mm: float
) -> None:
    # given a wall of so many screens
    tiling = tiling_of(*counts, (1920, 1080), bezel_mm, 1.25)

    # when the layout that suits it is laid out
    layout = layout_for(layouts, "", tiling)
    places = placed(layout, tiling, text_px(layout, tiling, 18.6))

    # then each panel lies within one screen and beside the others
    for place in places:
        left, top, width, height = place.box
        if place.panel not in CROSSES:
            assert any(
                tile.left <= left and left + width <= tile.right + 1e-6
                and tile.top <= top and top + height <= tile.bottom + 1e-6
                for tile in tiling.tiles
            ), place  # fmt: skip
    beside = [place for place in places if place.panel not in CROSSES | ABOVE]
    assert all(is_apart(one, other) for one, other in combinations(beside, 2))
    assert {"clock", "figures", "alarms"} <= {place.panel for place in places}


def test_each_wall_gets_the_layout_that_was_made_for_it(layouts: Path) -> None:
    # given walls of several shapes
    walls = {
        "16:9": Tiling(tile_px=(1920, 1080)),
        "32:9": Tiling(tile_px=(3840, 1080)),
        "3×2": Tiling(columns=3, rows=2),
        "2×2": Tiling(columns=2, rows=2),
    }

    # when a layout is chosen without a name
    chosen = {shape: layout_for(layouts, "", wall).title.en for shape, wall in walls.items()}

    # then it is the one for that shape
    assert all(shape in title for shape, title in chosen.items()), chosen


def test_every_kind_of_panel_stands_in_some_layout(layouts: Path) -> None:
    # given the layouts that come with the program, and those of its scenes
    files = (*layouts.glob("*.toml"), *(layouts.parent / "scenes").glob("*/wall/*.toml"))
    regions = [region for path in files for region in read_layout(path).panels]
    found = {panel for region in regions for panel in (region.panel, *region.turns)}

    # when compared with the panels there are

    # then none is forgotten
    assert found - set(FORMS) == set(KINDS)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('panels = [{ panel = "clok", at = [0, 0, 1, 1] }]', "panels[0].panel"),
        ('panels = [{ panel = "clock", at = [0, 0, 1.4, 1] }]', "panels[0].at[2]"),
        ('panels = [{ panel = "clock", at = [0.5, 0, 0.6, 1] }]', "panels[0]"),
        ('panels = [{ panel = "clock", at = [0, 0, 0.2] }]', "panels[0].at"),
        ('panels = [{ panel = "clock", at = [0, 0, 1, 1], colour = 3 }]', "panels[0]"),
        (
            'panels = [{ panel = "clock", at = [0, 0, 0.5, 1] }, { panel = "alarms", at = [0.4, 0, 0.5, 1] }]',
            "panels[1]",
        ),
        (
            'panels = [{ panel = "clock", at = [0, 0, 0.1, 1] }, { panel = "clock", at = [0.4, 0, 0.5, 1] }]',
            "panels[1]",
        ),
        ("panels = []\nbezel_mm = -3", "bezel_mm"),
        ('panels = [{ panel = "plugged", at = [0, 0, 1, 1] }]', "panels[0]"),
        ('panels = [{ panel = "clock", plug_in = "a.b", at = [0, 0, 1, 1] }]', "panels[0]"),
    ],
)
def test_a_broken_layout_is_refused_with_its_file_and_the_place_in_it(tmp_path: Path, text: str, place: str) -> None:
    # given a layout with a mistake
    path = written(tmp_path, text)

    # when it is read
    with pytest.raises(ProjectInvalid) as refused:
        read_layout(path)

    # then the error names the file and the place
    assert refused.value.path == str(path)
    assert place in refused.value.place


def test_what_is_no_toml_and_a_name_that_nobody_knows_are_refused(layouts: Path, tmp_path: Path) -> None:
    # given a file that is no TOML, and a name that no layout has
    path = written(tmp_path, "panels = [}\n")

    # when they are asked for
    with pytest.raises(ProjectInvalid) as broken:
        layout_for(layouts, str(path), Tiling())
    with pytest.raises(InputError) as unknown:
        layout_for(layouts, "imax", Tiling())

    # then the first names its line, the second what there is
    assert "line 3" in broken.value.in_language("en")
    assert "16x9" in unknown.value.in_language("zh")


def test_the_smallest_text_is_sixteen_arc_minutes_at_the_farthest_seat() -> None:
    # given a seat five metres away from pixels of 1.25 mm

    # when the least size is asked for
    text = least_text_px(5.0, 1.25)

    # then it is 23.3 mm high; twice as far it is twice as large
    assert text * 1.25 == pytest.approx(23.27, abs=0.01)
    assert least_text_px(10.0, 1.25) == pytest.approx(2 * text)


def test_a_layout_keeps_its_look_on_a_larger_wall_than_it_was_made_for(layouts: Path) -> None:
    # given the layout for one wide screen, on that screen and on four by two as high as two of it
    layout = read_layout(layouts / "32x9.toml")
    one, eight = Tiling(tile_px=(3840, 1080)), Tiling(columns=4, rows=2, tile_px=(1920, 1080))

    # when text is sized for people who sit close

    # then it grows with the wall, and never falls below what can be read
    assert text_px(layout, eight, 5.0) == pytest.approx(2 * text_px(layout, one, 5.0))
    assert text_px(layout, one, 40.0) == 40.0


def test_a_panel_fills_or_fits_its_room_as_the_layout_asks() -> None:
    # given room of 800 × 400 pixels for a panel of 20 × 20 sizes of text of 10 pixels
    room = Place(panel="quality", box=(100.0, 50.0, 800.0, 400.0), em_px=10.0)

    # when it is reflowed, filled and fitted
    reflowed, filled, fit = (
        fitted(Place(panel=room.panel, box=room.box, em_px=10.0, fit=how), (20.0, 20.0))
        for how in ("reflow", "fill", "fit")
    )

    # then text stays, grows with the room, or grows with the proportions kept in the middle
    assert (reflowed.box, reflowed.em_px) == (room.box, 10.0)
    assert (filled.box, filled.em_px) == (room.box, 20.0)
    assert (fit.box, fit.em_px) == ((300.0, 50.0, 400.0, 400.0), 20.0)


def test_words_for_tiles_are_understood_or_refused() -> None:
    # given words from a command line

    # when they are read
    counts, tile = counts_of("3x2"), tile_named("2,1/3×2")

    # then they are numbers, and nonsense is refused
    assert (counts, tile) == ((3, 2), ((2, 1), (3, 2)))
    for nonsense in ("0x2", "3", "9x9", "x", "-1x2"):
        with pytest.raises(InputError):
            counts_of(nonsense)
    for nonsense in ("4,1/3x2", "1/3x2", "0,1/3x2", "1,1"):
        with pytest.raises(InputError):
            tile_named(nonsense)


def test_bezels_hide_a_strip_of_the_canvas_and_every_tile_draws_its_own_piece_with_a_margin() -> None:
    # given six screens with 8 mm between the pictures and pixels of 1 mm
    tiling = tiling_of(3, 2, (1920, 1080), 8.0, 1.0)

    # when the tiles are laid out
    first, last = tiling.tiles[0], tiling.tiles[-1]
    pane, margins = pane_of(last, tiling.canvas_px), margins_of(last, tiling.canvas_px)

    # then eight pixels lie between two of them, and a margin is drawn where there is a neighbour
    assert tiling.canvas_px == (3 * 1920 + 16, 2 * 1080 + 8)
    assert (first.left, first.right, last.left, last.top) == (0, 1920, 3856, 1088)
    assert (pane.right, pane.bottom) == (1.0, 1.0)
    assert margins[2:] == (0, 0)
    assert min(margins[:2]) >= 64
    part = pane.part((1920 + margins[0], 1080 + margins[1]))
    assert part.whole == tiling.canvas_px
    assert (part.left + margins[0], part.top + margins[1]) == (last.left, last.top)
