"""Which cameras see a place is put together from stations and buildings, and said with names and distances."""

import numpy as np

from sanping.analysis.prisms import Obstacles, Prisms
from sanping.analysis.sight import cameras_seeing
from sanping.commands.camera_sights import EYE_M, MAST_M, RANGE_M, aim_at, cameras_of, obstacles_of, told
from sanping.domain.station import Station
from sanping.domain.text import Text


def camera(name: str, x_m: float, kinds: tuple[str, ...] = ("camera",)) -> Station:
    return Station(id=name, name=Text(f"{name} 路口", name), kinds=kinds, x_m=x_m, y_m=0.0)  # type: ignore[arg-type]


def wall(x_m: float, top_m: float = 30.0) -> Prisms:
    corners = np.array([[x_m, -50.0], [x_m + 5, -50.0], [x_m + 5, 50.0], [x_m, 50.0]])
    edges = np.concatenate([corners, np.roll(corners, -1, axis=0)], axis=1)
    return Prisms(edges=edges, first=np.array([0, 4]), base_m=np.zeros(1), top_m=np.array([top_m]))


def test_cameras_stand_on_masts_and_gauges_are_none() -> None:
    # given a camera, a gauge, and ground that rises to the east
    stations = (camera("a", 100.0), camera("g", 0.0, ("level",)))

    # when cameras are looked for
    found = cameras_of(stations, lambda x_m, _: x_m / 10)

    # then there is one, above its ground
    assert found.ids == ["a"]
    assert found.z_m.tolist() == [10.0 + MAST_M]
    assert found.range_m.tolist() == [RANGE_M]


def test_a_clear_camera_is_named_before_one_behind_a_building() -> None:
    # given cameras west and east of a place, a building before the eastern one, a third too far away
    cameras = cameras_of((camera("east", 90.0), camera("west", -120.0), camera("far", 900.0)), lambda *_: 0.0)
    obstacles = Obstacles(Prisms.joined([wall(40.0), wall(-500.0)]))

    # when they are asked
    sights = cameras_seeing(cameras, aim_at(0.0, 0.0, 0.0), obstacles)
    said = told(sights, lambda name: Text(f"{name} 路口", name))

    # then the clear one goes first, and the blocked one is told with its reason
    assert [(sight.id, sight.is_clear) for sight in sights] == [("west", True), ("east", False)]
    assert said.zh == "1 路摄像机可见：west 路口 120 米；1 路被建筑遮挡：east 路口 90 米"
    assert aim_at(1.0, 2.0, 3.0) == (1.0, 2.0, 3.0 + EYE_M)


def test_no_camera_in_range_is_said_with_what_to_do() -> None:
    # given nothing that sees
    # when it is told
    # then somebody is to go there
    assert "派采集员" in told((), lambda name: Text(name, name)).zh
    assert obstacles_of([]).first_blocks(np.zeros((1, 3)), np.ones((1, 3))).prism.tolist() == [-1]
