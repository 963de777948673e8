import pytest

from sanping.commands.finding import coordinates_in, found_by, named_objects
from unit.commands import small_city


def results(query: str) -> list[tuple[str, str]]:
    layers = (small_city.buildings(), small_city.roads())
    named = [item for layer in layers for item in named_objects(layer)]
    return [(found.kind, found.id) for found in found_by(query, named, layers)]


def test_a_name_is_found_before_an_address() -> None:
    # given a road and a building in that road

    # when the name of the road is typed
    found = results("长寿")

    # then what begins with it comes first, the building with that address last, and the road only once
    assert found == [("object", "B2"), ("road", "R1"), ("object", "B1")]


def test_english_names_and_ids_are_found_too() -> None:
    # given objects with English names and ids

    # when they are typed in any case
    by_name, by_id = results("putuo tow"), results("b3-1")

    # then they are found
    assert by_name == [("object", "B1")]
    assert by_id == [("object", "B3-1")]


def test_nothing_is_found_for_nothing() -> None:
    # given a city

    # when blanks are typed
    found = results("   ")

    # then nothing is found
    assert found == []


@pytest.mark.parametrize(
    ("query", "place", "crs"),
    [
        ("121.43, 31.24", (121.43, 31.24), "EPSG:4490"),
        ("121.43，31.24", (121.43, 31.24), "EPSG:4490"),
        ("31.24, 121.43", (121.43, 31.24), "EPSG:4490"),
        ("31.24N 121.43E", (121.43, 31.24), "EPSG:4490"),
        ("121.43°E 31.24°N", (121.43, 31.24), "EPSG:4490"),
        ("636000 3458000.5", (636000.0, 3458000.5), ""),
    ],
)
def test_coordinates_are_understood_as_people_write_them(query: str, place: tuple[float, float], crs: str) -> None:
    # given coordinates as text

    # when they are read
    found = coordinates_in(query)

    # then place and reference system are right
    assert found is not None
    assert (found.place, found.crs) == (place, crs)


@pytest.mark.parametrize("query", ["长寿路", "12", "1,2,3", "B-12 5", ""])
def test_other_texts_are_no_coordinates(query: str) -> None:
    # given a text that only looks like numbers

    # when it is read
    found = coordinates_in(query)

    # then it is no place
    assert found is None
