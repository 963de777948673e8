"""What governance costs in a frame: cases, a hundred thousand components, ten thousand moving things.

    python benchmarks/governed_scene.py [--rounds 12] [--size 1280x720]
    GALLIUM_NOOP=1 python benchmarks/governed_scene.py     # what VTK and Python cost, without the drawing

The bundled twin at dusk is drawn with and without each of them, in turns, the camera turning a little for every frame;
moving things get a new moment for every frame. Medians of wall time and of the processor's. Then what data cost:
showing components, a new status of a thousand, a new moment of ten thousand; and which of a thousand cameras sees a
place among a hundred thousand buildings, in milliseconds of the processor.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median

import numpy as np
import shapely

from sanping.analysis.prisms import Obstacles, prisms_of
from sanping.analysis.sight import Cameras, cameras_seeing
from sanping.bootstrap.pictures import Shot, staged_layers
from sanping.domain.ground import VectorLayer
from sanping.formats.project import load_project
from sanping.ports.progress import SilentProgress
from sanping.scene.case_marks import CaseMark
from sanping.scene.city_scene import CityScene
from sanping.scene.component_symbols import SYMBOLS
from sanping.scene.governed_values import Components, Movers
from sanping.settings import paths
from sanping.settings.settings import Settings
from sanping.stage.camera import orbited
from sanping.stage.state import Stage
from sanping.tiles.build import build_tiles
from sanping.tiles.sample_city import city_model

COMPONENTS, MOVERS, CASES, CAMERAS, BUILDINGS = 100_000, 10_000, 500, 1000, 100_000


class Streets:
    """Places along the roads of the twin."""

    def __init__(self, roads: VectorLayer) -> None:
        lines = [line for line in shapely.get_parts(roads.geometries) if line.length > 60.0]
        self._lines = np.array(lines, object)
        self._length = shapely.length(self._lines)
        self._random = np.random.default_rng(11)

    def components(self) -> Components:
        """Return components beside the roads."""
        row, along = self._spread(COMPONENTS)
        x, y, way = self._at(row, along)
        aside = self._random.choice([-1.0, 1.0], COMPONENTS) * self._random.uniform(6.0, 16.0, COMPONENTS)
        status = self._random.choice(5, COMPONENTS, p=[0.02, 0.94, 0.02, 0.01, 0.01])
        return Components(
            ids=[f"k{number}" for number in range(COMPONENTS)],
            class_code=np.array(SYMBOLS)[self._random.integers(0, len(SYMBOLS), COMPONENTS)].tolist(),
            x_m=x + np.cos(way) * aside, y_m=y - np.sin(way) * aside, z_m=np.full(COMPONENTS, np.nan),
            status=status.astype(np.uint8),
        )  # fmt: skip

    def movers(self, seconds: float) -> Movers:
        """Return vehicles on the roads at a moment."""
        self._random = np.random.default_rng(12)
        row, along = self._spread(MOVERS)
        speed = self._random.uniform(5.0, 15.0, MOVERS)
        x, y, way = self._at(row, np.mod(along + speed * seconds, self._length[row]))
        kind = self._random.choice([0, 0, 0, 0, 1, 2, 3], MOVERS).astype(np.uint8)
        return Movers(number=np.arange(MOVERS), x_m=x, y_m=y, heading_deg=np.degrees(way), kind=kind)

    def cases(self) -> list[CaseMark]:
        """Return cases on the roads."""
        row, along = self._spread(CASES)
        x, y, _ = self._at(row, along)
        return [
            CaseMark(id=f"c{n}", x_m=float(x[n]), y_m=float(y[n]), colour="orange", left=0.2, is_new=n % 5 == 0)
            for n in range(CASES)
        ]

    def _spread(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        row = self._random.choice(len(self._lines), count, p=self._length / self._length.sum())
        return row, self._random.uniform(0.0, 1.0, count) * self._length[row]

    def _at(self, row: np.ndarray, along: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        here = shapely.get_coordinates(shapely.line_interpolate_point(self._lines[row], along))
        back = shapely.get_coordinates(shapely.line_interpolate_point(self._lines[row], np.maximum(along - 2.0, 0.0)))
        way = here - back
        return here[:, 0], here[:, 1], np.arctan2(way[:, 0], way[:, 1])


def nothing(_: int) -> None:
    """Change nothing before a frame."""


def frames(scene: CityScene, stage: Stage, streets: Streets, rounds: int) -> dict[str, tuple[float, float]]:
    """Return wall and processor milliseconds of a frame by what is shown, in turns."""
    parts, no_ids = streets.components(), np.zeros(0)
    none = Components(ids=[], class_code=[], x_m=no_ids, y_m=no_ids, z_m=no_ids, status=np.zeros(0, np.uint8))
    gone = Movers(number=np.zeros(0, np.int64), x_m=no_ids, y_m=no_ids, heading_deg=no_ids, kind=np.zeros(0, np.uint8))
    cases = streets.cases()
    moments = [streets.movers(number * 0.1) for number in range(rounds + 2)]

    def move(number: int) -> None:
        scene.governed.show_movers(moments[number], number * 100.0)

    variants: dict[str, tuple[Components, list[CaseMark], Callable[[int], None]]] = {
        "the city alone": (none, [], nothing),
        "500 cases": (none, cases, nothing),
        "100 000 components": (parts, [], nothing),
        "10 000 moving": (none, [], move),
        "all of them": (parts, cases, move),
    }
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in variants}
    for turn in range(3):
        for name, (shown, marks, change) in variants.items():
            scene.governed.show_components(shown)
            scene.governed.show_cases(marks)
            scene.governed.show_movers(gone, 0.0)
            for number in range(rounds // 3 + 2):
                begun = time.perf_counter(), time.process_time()
                change(number)
                scene.animate(20.0 + number * 0.1)
                turned = Stage(
                    camera=orbited(stage.camera, number * 0.4 + turn, 0), style=stage.style, moment=stage.moment
                )
                scene.show(turned, stage)
                scene.window.Render()
                scene.window.WaitForCompletion()
                if number > 1:
                    took[name].append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
    return {name: (median(w for w, _ in all_) * 1e3, median(c for _, c in all_) * 1e3) for name, all_ in took.items()}


def milliseconds(work: Callable[[int], object], times: int) -> float:
    """Return the median processor time of a piece of work."""
    took = []
    for number in range(times):
        begun = time.process_time()
        work(number)
        took.append((time.process_time() - begun) * 1e3)
    return median(took)


def data(scene: CityScene, streets: Streets) -> None:
    """Print what changes of data cost, without the frame."""
    parts = streets.components()
    moments = [streets.movers(number * 0.1) for number in range(8)]
    random = np.random.default_rng(4)
    some = [[f"k{n}" for n in random.integers(0, COMPONENTS, 1000)] for _ in range(8)]
    print(f"show {COMPONENTS} components  {milliseconds(lambda _: scene.governed.show_components(parts), 5):8.1f} ms")
    scene.governed.set_component_status(some[0], [1] * 1000)
    changed = milliseconds(lambda n: scene.governed.set_component_status(some[n], [n % 5] * 1000), 8)
    print(f"new status of 1000        {changed:8.1f} ms")
    moved = milliseconds(lambda n: scene.governed.show_movers(moments[n], n * 100.0), 8)
    print(f"a moment of {MOVERS} movers {moved:8.1f} ms")


def sights() -> None:
    """Print how long it takes to rank cameras for a place among many buildings."""
    tiles = build_tiles(city_model(BUILDINGS))
    obstacles = Obstacles(prisms_of(tiles))
    random, box = np.random.default_rng(1), tiles.extent
    for range_m in (300.0, 1000.0, 20_000.0):
        cameras = Cameras(
            ids=[str(number) for number in range(CAMERAS)], x_m=random.uniform(box.west, box.east, CAMERAS),
            y_m=random.uniform(box.south, box.north, CAMERAS), z_m=random.uniform(5.0, 15.0, CAMERAS),
            heading_deg=random.uniform(0.0, 360.0, CAMERAS), fov_deg=np.full(CAMERAS, 360.0),
            range_m=np.full(CAMERAS, range_m),
        )  # fmt: skip
        places = [(random.uniform(box.west, box.east), random.uniform(box.south, box.north), 2.0) for _ in range(31)]
        cameras_seeing(cameras, places[0], obstacles)
        took = milliseconds(lambda n, c=cameras, p=places: cameras_seeing(c, p[n], obstacles), 31)  # type: ignore[misc]
        reached = median(len(cameras_seeing(cameras, place, obstacles)) for place in places)
        print(f"{CAMERAS} cameras that see {range_m:.0f} m, {reached:.0f} in range  {took:8.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--size", default="1280x720")
    chosen = parser.parse_args()
    width, height = map(int, chosen.size.split("x"))
    project = load_project(paths.default_twin())
    shot = Shot(width=width, height=height, style="night", view="", quality="soft", moment=None)
    scene, stage, _, layers = staged_layers(project, shot, SilentProgress(), Settings())
    roads = next(layer.content for layer in layers if layer.entry.role == "roads")
    streets = Streets(roads)  # type: ignore[arg-type]
    scene.show(stage, None)
    scene.window.Render()
    for view, distance_m in (("the district", stage.camera.distance_m), ("some streets", 600.0)):
        looked = Stage(camera=replace(stage.camera, distance_m=distance_m), style=stage.style, moment=stage.moment)
        scene.show(looked, None)
        found = frames(scene, looked, streets, chosen.rounds)
        alone = found["the city alone"]
        print(view)
        for name, (wall, cpu) in found.items():
            print(f"  {name:20s} {wall:8.1f} ms  ×{wall / alone[0]:.2f}   processor {cpu:8.1f}  ×{cpu / alone[1]:.2f}")
    data(scene, streets)
    scene.close()
    sights()


if __name__ == "__main__":
    main()
