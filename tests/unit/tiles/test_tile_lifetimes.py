"""sanping.tiles.lifetimes: dates of objects on their way through the cache."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from fakes import small_city
from sanping.domain.city import CityModel
from sanping.domain.lifetime import moment_ms
from sanping.domain.tile import TileSet
from sanping.tiles.build import build_tiles
from sanping.tiles.stored import load, save

PLACES = [(x * 60.0, 0.0) for x in range(4)]


def model(*attributes: dict[str, object], parents: tuple[int, ...] = (-1, -1, -1, -1)) -> CityModel:
    made = small_city.boxes(PLACES, [20.0] * 4)
    return replace(made, features=replace(made.features, attributes=attributes, parent=np.array(parents, np.int32)))


def through_cache(path: Path, made: CityModel) -> tuple[TileSet, tuple[str, ...]]:
    save(path, build_tiles(made), made.origin)
    tiles, origin = load(path)
    assert isinstance(tiles, TileSet)
    return tiles, tuple(note.en for note in origin.notes)


def dates(tiles: TileSet) -> dict[str, list[float]]:
    return {
        name: [] if tile.valid_ms is None else tile.valid_ms[row].tolist()
        for tile in tiles.tiles
        for row, name in enumerate(tile.features.ids)
    }


def test_dates_are_kept_in_the_tiles_and_parts_have_those_of_their_parent(tmp_path: Path) -> None:
    # given a building with a date, a part of it without, one demolished, and one with words for a date
    made = model(
        {"valid_from": "2026-03-15"}, {"name": "a part"}, {"valid_to": 2020}, {"valid_to": "later"},
        parents=(-1, 0, -1, -1),
    )  # fmt: skip

    # when the model goes through the cache
    tiles, notes = through_cache(tmp_path / "one", made)

    # then each has its span, and the report tells of the one that cannot be understood
    found = dates(tiles)
    assert found["b0"] == found["b1"] == [moment_ms("2026-03-15"), np.inf]
    assert found["b2"] == [-np.inf, moment_ms(2020)]
    assert found["b3"] == [-np.inf, np.inf]
    assert len(notes) == 1
    assert notes[0].startswith("1 objects have dates")


def test_a_model_without_dates_has_none(tmp_path: Path) -> None:
    # given buildings of which one only speaks of a date
    made = model({"note": "valid_from is not known"}, {}, {"usage": "office"}, {"a": {"valid_from": "2026"}})

    # when the model goes through the cache
    tiles, notes = through_cache(tmp_path / "one", made)

    # then nothing is kept
    assert all(tile.valid_ms is None for tile in tiles.tiles)
    assert notes == ()


def test_the_date_of_a_data_set_is_no_date_of_its_buildings(tmp_path: Path) -> None:
    # given a model whose records were all made on one day, and one whose records were made on two
    one_day = model(*[{"creationDate": "2026-11-01"}] * 4)
    two_days = model(*[{"creationDate": "2026-11-01"}] * 3, {"creationDate": "2026-11-20"})
    one_ended = model(*[{"creationDate": "2026-11-01"}] * 3, {"terminationDate": "2026-11-20"})

    # when they go through the cache
    same, _ = through_cache(tmp_path / "same", one_day)
    other, _ = through_cache(tmp_path / "other", two_days)
    ended, _ = through_cache(tmp_path / "ended", one_ended)

    # then the city does not disappear before the day it was exported
    assert all(tile.valid_ms is None for tile in same.tiles)
    assert dates(other)["b3"] == [moment_ms("2026-11-20"), np.inf]
    assert dates(ended) == {
        **{f"b{n}": [-np.inf, np.inf] for n in range(3)},
        "b3": [-np.inf, moment_ms("2026-11-20")],
    }
