"""What VTK and Python cost a frame, a pick and a recolouring, with a driver that draws nothing; and memory a building.

    python benchmarks/frame_cost.py [--rounds 15]

Mesa's GALLIUM_NOOP=1 swallows the drawing, so that what is left is the part that carries over to a machine with a GPU.
The peer is PyVista with one merged mesh: frame, vtkCellPicker, and its scalars replaced. Medians; processor time.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from sanping.analysis.picking import Picker
from sanping.settings import paths
from sanping.stage.camera import framed, orbited
from sanping.stage.state import Stage
from sanping.tiles.build import build_tiles
from sanping.tiles.sample_city import city_model

COUNTS = (100_000, 1_000_000)
LIMITS = {"frame": {100_000: 1.0, 1_000_000: 2.0}, "pick": 1.0, "recolour 1 000": 1.0, "recolour all": {100_000: 5.0}}


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def timed(work: Any, rounds: int) -> float:
    """Return the median processor time in ms; `work` takes the number of the round."""
    times = []
    for number in range(rounds):
        begin = time.process_time()
        work(number)
        times.append((time.process_time() - begin) * 1e3)
    return median(times)


def ours(count: int, rounds: int) -> dict[str, float]:
    """Measure our scene over `count` buildings in a 64×64 window."""
    from sanping.scene.window import offscreen_scene  # noqa: PLC0415  after the driver was chosen

    before = resident_mb()
    tiles = build_tiles(city_model(count))
    scene = offscreen_scene(
        64, 64, centre=(tiles.extent.centre[0], tiles.extent.centre[1], 0.0), latitude_deg=31.24, longitude_deg=121.42,
        quality="soft", language="zh", assets=paths.assets(),
    )  # fmt: skip
    scene.add_tiles("city", "buildings", tiles)
    stage = Stage(
        camera=framed(tiles.extent), style="night", moment=datetime.fromisoformat("2026-06-21T20:00:00+08:00")
    )
    state = {"stage": stage}

    def frame(number: int) -> None:
        turned = Stage(camera=orbited(stage.camera, number * 0.5, 0), style="night", moment=stage.moment)
        scene.show(turned, state["stage"])
        state["stage"] = turned
        scene.window.Render()

    scene.show(stage, None)
    scene.window.Render()
    frame(1)
    figures = {"frame": timed(frame, rounds)}
    states = next(iter(scene._content._tiles.values())).states
    random = np.random.default_rng(3)
    some = np.sort(random.choice(count, 1000, replace=False)).astype(np.int64)
    colours = random.integers(0, 255, (count, 3), dtype=np.uint8)

    def recoloured(features: Any, shades: Any) -> float:
        def work(number: int) -> None:
            states.colour(features, shades)
            frame(number)

        return max(0.0, timed(work, rounds) - figures["frame"])

    figures["recolour 1 000"] = recoloured(some, colours[:1000])
    figures["recolour all"] = recoloured(None, colours)
    picker = Picker(tiles)
    eye = stage.camera.position
    spots = random.uniform(-0.3, 0.3, (rounds, 2)) * [tiles.extent.east - tiles.extent.west] * 2
    aims = [np.subtract(np.add(stage.camera.target, (*spot, 0)), eye) for spot in spots]
    for aim in aims:
        picker.along(eye, tuple((aim / np.linalg.norm(aim)).tolist()))
    figures["pick"] = timed(lambda n: picker.along(eye, tuple((aims[n] / np.linalg.norm(aims[n])).tolist())), rounds)
    figures["bytes a building"] = (resident_mb() - before) * 1e6 / count
    mesh = sum(t.near.points.nbytes + t.near.triangles.nbytes + t.near.point_feature.nbytes for t in tiles.tiles)
    figures["of them tiles"] = mesh / count
    scene.close()
    return figures


def pyvista(count: int, rounds: int) -> dict[str, float]:
    """Measure PyVista with one merged mesh of the same city."""
    import pyvista as pv  # noqa: PLC0415  after the driver was chosen
    from vtkmodules.vtkRenderingCore import vtkCellPicker  # noqa: PLC0415

    before = resident_mb()
    model = city_model(count)
    points = (model.points - model.points.mean(axis=0)).astype(np.float32)
    mesh = pv.PolyData.from_regular_faces(points, model.triangles)
    mesh.cell_data["shade"] = np.zeros(len(model.triangles), np.float32)
    plotter = pv.Plotter(off_screen=True, window_size=(64, 64))
    plotter.add_mesh(mesh, scalars="shade")
    plotter.show(auto_close=False)

    def frame(_: int) -> None:
        plotter.camera.Azimuth(0.5)
        plotter.render()

    figures = {"frame": timed(frame, rounds)}
    random = np.random.default_rng(3)

    def recolour(number: int) -> None:
        mesh.cell_data["shade"][:] = random.random(len(model.triangles), np.float32)
        mesh.GetCellData().GetScalars().Modified()
        frame(number)

    figures["recolour all"] = max(0.0, timed(recolour, max(3, rounds // 3)) - figures["frame"])
    picker = vtkCellPicker()
    figures["pick"] = timed(lambda n: picker.Pick(20 + n, 32, 0, plotter.renderer), min(rounds, 5))
    figures["bytes a building"] = (resident_mb() - before) * 1e6 / count
    return figures


def measured(who: str, count: int, rounds: int) -> dict[str, float]:
    """Run one measurement in a process of its own, with the driver that draws nothing."""
    done = subprocess.run(
        [sys.executable, __file__, "--who", who, "--count", str(count), "--rounds", str(rounds)],
        capture_output=True, text=True, check=False, env={**os.environ, "GALLIUM_NOOP": "1"},
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--who", default="")
    parser.add_argument("--count", type=int, default=0)
    wished = parser.parse_args()
    if wished.who:
        print(json.dumps({"ours": ours, "pyvista": pyvista}[wished.who](wished.count, wished.rounds)))
        return
    print(f"{'buildings':>10}  {'':<18}{'ours':>10}{'limit':>8}{'PyVista':>10}{'ratio':>8}")
    for count in COUNTS:
        own, peer = measured("ours", count, wished.rounds), measured("pyvista", count, wished.rounds)
        for name, value in own.items():
            limit = LIMITS.get(name, "")
            limit = limit.get(count, "") if isinstance(limit, dict) else limit
            other = peer.get(name)
            compared = f"{other:>10.2f}{other / max(value, 1e-3):>8.1f}" if other is not None else ""
            print(f"{count:>10}  {name:<18}{value:>10.2f}{limit!s:>8}{compared}", flush=True)


if __name__ == "__main__":
    main()
