"""`tours.toml`: read as data, checked, and named with its place where it says something impossible."""

from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from sanping.domain.errors import ProjectInvalid
from sanping.domain.text import Text
from sanping.domain.tour import Tour
from sanping.formats.project import load_project
from sanping.formats.tours import load_tours, tours_as_toml
from sanping.twin.project import TwinProject

HEAD = '[[tours]]\nname = { zh = "一圈", en = "Round" }\n'


@pytest.fixture
def suhe(repository: Path) -> TwinProject:
    return load_project(repository / "cim_models" / "suhe")


@pytest.fixture
def own(suhe: TwinProject, tmp_path: Path) -> TwinProject:
    return replace(suhe, folder=tmp_path)


def write(project: TwinProject, text: str) -> None:
    (project.folder / "tours.toml").write_text(text, encoding="utf-8")


def test_the_bundled_twin_is_toured_by_night_and_by_day(suhe: TwinProject) -> None:
    # given the bundled twin

    # when its tours are read
    (tour,) = load_tours(suhe)

    # then every stop has words in both languages, and the sun goes down and up
    assert len(tour.stops) >= 6
    assert all(stop.title.zh and stop.caption is not None and stop.caption.en for stop in tour.stops)
    assert {stop.style for stop in tour.stops} == {"night", "day"}
    assert "模拟" in tour.name.zh


def test_a_stop_takes_its_bookmark_and_changes_what_it_names(own: TwinProject) -> None:
    # given a stop at a bookmark from a distance of its own
    write(own, HEAD + '[[tours.stops]]\nbookmark = "Wuning Road Bridge"\ndistance = 500\ntime = "14:30"\n')

    # when it is read
    ((stop,),) = [tour.stops for tour in load_tours(own)]

    # then the rest is that of the bookmark
    bridge = next(one for one in own.bookmarks if one.name.zh == "武宁路桥")
    assert stop.camera == replace(bridge.camera, distance_m=500.0)
    assert stop.title == bridge.name
    assert stop.at == time(14, 30)


def test_a_twin_without_the_file_has_no_tours(own: TwinProject) -> None:
    # given a folder without it

    # when tours are read
    found = load_tours(own)

    # then there are none
    assert found == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[[tours.stops]]\nbookmark = "月球"\n', "tours.0.stops.0.bookmark"),
        ("[[tours.stops]]\ntarget = [1.0, 2.0, 3.0]\n", "tours.0.stops.0"),
        ("[[tours.stops]]\ntarget = [nan, 2.0, 3.0]\ndistance = 9\n", "tours.0.stops.0.target"),
        ('[[tours.stops]]\nbookmark = "全城"\ndwell = -1\n', "tours.0.stops.0.dwell"),
        ('[[tours.stops]]\nbookmark = "全城"\ntime = "25:00"\n', "tours.0.stops.0.time"),
        ('[[tours.stops]]\nbookmark = "全城"\nstyle = "dusk"\n', "tours.0.stops.0.style"),
        ('[[tours.stops]]\nbookmark = "全城"\nspeed = 1\n', "tours.0.stops.0.speed"),
        ("stops = []\n", "tours.0.stops"),
    ],
)
def test_what_cannot_be_is_named_with_its_place(own: TwinProject, text: str, place: str) -> None:
    # given a tour with a mistake
    write(own, HEAD + text)

    # when it is read
    with pytest.raises(ProjectInvalid) as found:
        load_tours(own)

    # then file and place are named
    assert found.value.path == str(own.folder / "tours.toml")
    assert found.value.place == place


@pytest.mark.parametrize("content", [b"tours = ", b"\xff\xfe\x00", b""])
def test_a_file_that_is_no_tours_is_refused(own: TwinProject, content: bytes) -> None:
    # given something else under that name
    (own.folder / "tours.toml").write_bytes(content)

    # when it is read
    with pytest.raises(ProjectInvalid) as found:
        load_tours(own)

    # then the file is named
    assert found.value.path.endswith("tours.toml")


def test_flights_that_were_recorded_in_a_read_only_twin_are_found_where_they_are_kept(
    own: TwinProject, tmp_path: Path
) -> None:
    # given a twin with a tour, and a flight that was kept in the person's own folder
    write(own, HEAD + '[[tours.stops]]\ntitle = { zh = "桥", en = "Bridge" }\ntarget = [1, 2, 3]\ndistance = 100\n')
    kept = tmp_path / "mine"
    kept.mkdir()
    flight = Tour(name=Text("环城", "Ring"), stops=load_tours(own)[0].stops)
    (kept / "flights.toml").write_text(tours_as_toml([flight]), encoding="utf-8")

    # when the tours are read with that folder and without, then the flight comes after the tour, or not at all
    assert [tour.name.zh for tour in load_tours(own, kept)] == ["一圈", "环城"]
    assert [tour.name.zh for tour in load_tours(own)] == ["一圈"]
