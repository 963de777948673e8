"""How invented people work in a twin: as `twin.toml` says, in the cells of its city, with its photos."""

from pathlib import Path

import pytest

from fakes.governed_hub import CRS, SUHE, suhe_city
from sanping.bootstrap.case_play import play_of, spots_of
from sanping.domain.errors import ProjectInvalid
from sanping.formats.project import load_project
from sanping.twin.cases.governed import GovernedCity
from sanping.twin.cases.places import AreaPlaces


def test_the_bundled_twin_lives_fast_in_all_its_cells_with_photos() -> None:
    # given the bundled twin and its city
    play = play_of(load_project(SUHE), suhe_city())

    # when its play is looked at
    # then it is fast, nearly every cell has a spot within its area, and there are photos of both moments
    assert play is not None
    assert play.pace == "fast"
    assert len(play.spots) > 700
    for spot in play.spots[::50]:
        suhe_city().rules.areas.check_place(spot.area, spot.lon_deg, spot.lat_deg)
        assert spot.address
    assert {moment: len(bodies) for moment, bodies in play.photos.items()} == {"scene": 4, "after": 4}


@pytest.mark.parametrize("pace", ["none", "real", "slow"])
def test_a_twin_says_itself_whether_invented_people_work(tmp_path: Path, pace: str) -> None:
    # given a twin that says otherwise
    written = (
        (SUHE / "twin.toml").read_text("utf-8").replace('simulated_people = "fast"', f'simulated_people = "{pace}"')
    )
    head = written[: written.index("[[layers]]")] + written[written.index("[governance]") : written.index("[live]")]
    (tmp_path / "twin.toml").write_text(head, encoding="utf-8")
    (tmp_path / "governance").mkdir()

    # when it is read
    # then its word holds, and one that is none is told
    if pace == "slow":
        with pytest.raises(ProjectInvalid, match="simulated_people"):
            load_project(tmp_path)
        return
    play = play_of(load_project(tmp_path), suhe_city())
    assert (play is None) == (pace == "none")


def test_a_city_without_cells_has_no_spots() -> None:
    # given a city whose twin has no grid
    bare = GovernedCity(rules=suhe_city().rules, places=AreaPlaces(suhe_city().rules.areas))

    # when spots are looked for
    # then there are none
    assert spots_of(bare, CRS) == ()
    assert play_of(load_project(SUHE), None) is None
