"""A tiled wall on two machines and its hub on a third: one picture, one camera, and a machine that was cut off."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes.machines import HUB, Machines, VirtualScreen, missing_machines
from fakes.small_hub import REPOSITORY, RunningHub, running_hub, until
from fakes.three_screens import write_town
from sanping.client.link import HubLink
from sanping.domain.view import CameraPose
from sanping.hub.spare_port import free_port
from sanping.stage.following import led_to, pose_at, standing
from ui.tiny_twin import SOUTH, WEST

PROGRAM = REPOSITORY / "tests" / "fakes" / "wall_program.py"
TILE_PX = (480, 360)
TILES = {"left": "1,1/2x1", "right": "2,1/2x1"}
OPENING_S = 90.0
SEAMLESS = 2.0
POSE = CameraPose(
    target=(WEST + 150.0, SOUTH + 120.0, 20.0), heading_deg=30.0, pitch_deg=-30.0, distance_m=420.0, fov_deg=38.0
)


class WallTile:
    """One tile of a wall on a machine of its own."""

    def __init__(self, tile: str, folder: Path, twin: Path, hub: str, token: str) -> None:
        self.screen = VirtualScreen(TILE_PX, folder)
        self.notes: list[dict[str, Any]] = []
        environment = {
            **os.environ, "DISPLAY": self.screen.display, "PYTHONPATH": str(REPOSITORY / "tests"),
            "SANPING_QUALITY": "soft", "SANPING_ANIMATION_HZ": "0", "SANPING_HOME": str(folder / "home"),
        }  # fmt: skip
        words = [
            str(twin),
            "--hub",
            hub,
            "--token",
            token,
            "--tile",
            tile,
            "--bezel",
            "0",
            "--pitch",
            "1",
            "--name",
            tile,
        ]
        self._process = subprocess.Popen(
            [sys.executable, str(PROGRAM), *words], env=environment, stdout=subprocess.PIPE, text=True
        )
        self._hearing = threading.Thread(target=self._hear)
        self._hearing.start()

    def _hear(self) -> None:
        assert self._process.stdout is not None
        self.notes.extend(map(json.loads, self._process.stdout))

    @property
    def is_whole(self) -> bool:
        return any("whole" in note for note in self.notes)

    @property
    def poses(self) -> list[tuple[float, float]]:
        """When by the hub's clock it presented which heading."""
        return [(note["at_ms"], note["heading_deg"]) for note in self.notes if "at_ms" in note]

    def shows(self, heading_deg: float) -> bool:
        return bool(self.poses) and self.poses[-1][1] == heading_deg

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(30)
        self._hearing.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self.screen.close()


class Place:
    """Two tiles and a hub on three machines, and a desk beside the hub that leads."""

    def __init__(self, machines: Machines, hub: RunningHub, tiles: dict[str, WallTile], desk: HubLink) -> None:
        self.machines, self.hub, self.tiles, self.desk = machines, hub, tiles, desk

    def lead(self, heading_deg: float) -> tuple[float, CameraPose]:
        """Turn the camera and return the moment that the hub agreed with all, and the pose."""
        pose = replace(POSE, heading_deg=heading_deg)
        self.desk.share("camera", pose)
        until(lambda: self.camera[1] == heading_deg)
        return self.camera[0], pose

    @property
    def camera(self) -> tuple[float, float]:
        value = self.desk.show.values.get("camera")
        return (0.0, 0.0) if value is None else (float(value.at_ms), json.loads(value.value)["heading_deg"])

    def pictures(self) -> dict[str, Any]:
        return {name: tile.screen.picture() for name, tile in self.tiles.items()}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    reason = missing_machines()
    if reason:
        pytest.skip(reason)
    twin, port = write_town(tmp_path / "town", free_port()), free_port()
    machines = Machines(tuple(TILES))
    with contextlib.ExitStack() as stack:
        stack.callback(machines.close)
        machines.open()
        with machines.inside(HUB):
            hub = stack.enter_context(
                running_hub(twin, tmp_path / "hub", "--port", str(port), "--lan", "--no-simulators")
            )
        tiles = {}
        for name, tile in TILES.items():
            with machines.inside(name):
                tiles[name] = WallTile(tile, tmp_path / name, twin, f"http://{machines.address}:{port}", hub.token)
            stack.callback(tiles[name].close)
        with machines.inside(HUB):
            desk = HubLink(hub.where, screen="desk", kind="desk")
            desk.start()
        stack.callback(desk.close)
        until(lambda: all(tile.is_whole for tile in tiles.values()), OPENING_S)
        desk.floor("request")
        until(lambda: desk.show.is_leading and len(desk.show.members) == 3)
        yield Place(machines, hub, tiles, desk)


def crossing(left: Any, right: Any) -> float:
    """Return how much the picture changes from one tile to the other, as a multiple of what it does beside the seam."""
    rows = slice(round(0.2 * TILE_PX[1]), round(0.8 * TILE_PX[1]))
    columns = np.concatenate((left[rows, -6:], right[rows, :6]), axis=1).astype(float)
    steps = np.abs(np.diff(columns, axis=1)).mean(axis=(0, 2))
    return float(steps[5] / max(1.0, np.median(np.delete(steps, 5))))


def settled(place: Place, since: dict[str, Any]) -> dict[str, Any]:
    """Return the pictures once both tiles show other ones than before, which make one picture."""
    seen: list[dict[str, Any]] = []

    def is_one() -> bool:
        seen[:] = [place.pictures()]
        is_other = all(not np.array_equal(seen[0][name], old) for name, old in since.items())
        return is_other and crossing(seen[0]["left"], seen[0]["right"]) < SEAMLESS

    until(is_one)
    return seen[0]


def test_two_machines_show_one_picture_at_one_moment_and_one_that_was_cut_off_catches_up(place: Place) -> None:
    # given two tiles on two machines, at rest on one camera
    tiles, ahead = place.tiles, []
    opening = place.pictures()
    began_ms, first = place.lead(20.0)
    until(lambda: all(tile.shows(20.0) for tile in tiles.values()))
    before = settled(place, opening)

    # when the desk turns its camera
    at_ms, pose = place.lead(75.0)
    until(lambda: all(tile.shows(75.0) for tile in tiles.values()))
    after = settled(place, before)

    # then no tile was before the moment that the hub had agreed with both
    way = led_to(led_to(standing(first), first, began_ms, began_ms), pose, at_ms, at_ms)
    for tile in tiles.values():
        turned = [
            (moment_ms, heading) for moment_ms, heading in tile.poses if 20.0 < heading < 75.0 and moment_ms >= at_ms
        ]
        ahead += [heading - pose_at(way, moment_ms).heading_deg for moment_ms, heading in turned]
    assert max(ahead, default=0.0) <= 0.0

    # and both make one picture, which old and new do not
    assert crossing(before["left"], after["right"]) > SEAMLESS
    assert crossing(after["left"], before["right"]) > SEAMLESS

    # when one machine is cut off while the desk goes on, and is linked again
    place.machines.cut("right")
    place.lead(120.0)
    until(lambda: tiles["left"].shows(120.0))
    was_cut = tiles["right"].shows(75.0)
    place.machines.heal("right")
    until(lambda: tiles["right"].shows(120.0))

    # then it had stood still, and both make one picture again
    assert was_cut
    settled(place, after)
