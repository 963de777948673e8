import pytest

from sanping.formats.roles import fitting_role
from sanping.twin.project import Role


@pytest.mark.parametrize(
    ("guess", "kinds", "role"),
    [
        ("buildings", {"Terrain": 1}, "terrain"),
        ("terrain", {"Building": 3, "BuildingPart": 2}, "buildings"),
        ("bridges", {"Bridge": 3}, "bridges"),
        ("buildings", {"Point": 3}, "places"),
        ("facilities", {"MultiPoint": 3}, "facilities"),
        ("roads", {"LineString": 3, "Point": 1}, "roads"),
        ("buildings", {"MultiLineString": 3}, "lines"),
        ("water", {"MultiPolygon": 3, "LineString": 1}, "water"),
        ("places", {"Polygon": 3}, "grid"),
    ],
)
def test_the_guess_from_the_name_stands_only_where_it_fits(guess: Role, kinds: dict[str, int], role: Role) -> None:
    assert fitting_role(guess, kinds) == role
