import numpy as np
import pytest

from sanping.domain.errors import CrsMissing, ProjectInvalid
from sanping.formats.framing import framing
from sanping.ports.model_reader import ReadOptions

DEGREES = np.array([[121.42, 31.24], [121.43, 31.25]])
METRES = np.array([[635000.0, 3458000.0], [636000.0, 3459000.0]])


def test_the_files_own_crs_is_used_and_degrees_go_to_the_best_of_the_place() -> None:
    framed = framing("urn:ogc:def:crs:EPSG::4490", DEGREES, ReadOptions(vertical_datum="吴淞"))

    assert (framed.frame.crs, framed.frame.vertical_datum) == ("EPSG:4549", "吴淞")
    assert framed.source_crs == "EPSG:4490"
    assert framed.notes == ()


def test_a_crs_that_was_set_wins_and_the_difference_is_noted() -> None:
    framed = framing("EPSG:4326", DEGREES, ReadOptions(crs="GCJ-02"))

    assert framed.source_crs == "GCJ-02"
    assert "EPSG:4326" in framed.notes[0].en


def test_a_city_grid_is_placed_by_its_table() -> None:
    grid = {"crs": "EPSG:4549", "affine": [1, 0, 635000, 0, 1, 3458000]}

    framed = framing("", np.array([[-10.0, 20.0]]), ReadOptions(crs="LOCAL", settings=(("local_grid", grid),)))

    assert framed.frame.crs == "EPSG:4549"
    assert framed.convert(np.array([[-10.0, 20.0, 7.0]])).tolist() == [[634990.0, 3458020.0, 7.0]]


def test_the_misfit_of_control_points_is_told() -> None:
    points = [
        [0, 0, 635000, 3458000],
        [100, 0, 635100, 3458000],
        [0, 100, 635000, 3458100.4],
        [100, 100, 635100, 3458100],
    ]
    grid = {"crs": "EPSG:4549", "control_points": points}

    framed = framing("", np.array([[5.0, 5.0]]), ReadOptions(crs="LOCAL", settings=(("local_grid", grid),)))

    assert "0.1" in framed.notes[0].en


def test_missing_unknown_and_impossible_systems_are_refused() -> None:
    with pytest.raises(CrsMissing):
        framing("", METRES, ReadOptions())
    with pytest.raises(CrsMissing):
        framing("moon", METRES, ReadOptions())
    with pytest.raises(CrsMissing):
        framing("EPSG:4490", METRES, ReadOptions())
    with pytest.raises(ProjectInvalid):
        framing("", METRES, ReadOptions(crs="LOCAL", settings=(("local_grid", "yes"),)))


def test_degrees_with_latitude_first_are_turned_round_and_said_so() -> None:
    framed = framing("EPSG:6697", np.array([[35.68, 139.75, 3.0], [35.681, 139.751, 4.0]]), ReadOptions())

    assert framed.frame.crs == "EPSG:32654"
    assert framed.convert(np.array([[35.68, 139.75, 3.0]]))[0, 0] == pytest.approx(386884.0, abs=1.0)
    assert "latitude before longitude" in framed.notes[0].en


def test_a_model_drawn_from_the_origin_on_opens_with_a_note() -> None:
    framed = framing("EPSG:4549", np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]]), ReadOptions())

    assert framed.frame.crs == "EPSG:4549"
    assert "near the origin" in framed.notes[0].en
