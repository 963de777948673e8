"""Draws the same generated city with Sanping and with peers, interleaved, on one software renderer.

    python benchmarks/drawing.py [--buildings 100000] [--rounds 3] [--frames 8] [--only ours,three]

Peers: PyVista with one merged mesh, three.js with the same tiles, MapLibre fill-extrusion, CesiumJS 3D Tiles.
Run `npm ci` in benchmarks/peers first; Debian's chromium must be installed. Everything renders 1280×720 without
multisampling on Mesa llvmpipe. Prints medians over the rounds and the ratio of each engine to ours.
"""

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from browser_peers import browser_figures
from city_generator import write_geojson
from peer_city import write_tiles
from pyproj import Transformer

from sanping.tiles.build import build_tiles
from sanping.tiles.sample_city import city_model
from sanping.tiles.stored import save

WIDTH, HEIGHT, FOV_DEG, TURN_DEG = 1280, 720, 38.0, 0.4
HERE = Path(__file__).parent
NATIVE = {
    "ours draft": ["draw_ours.py", "day", "draft"],
    "ours day": ["draw_ours.py", "day", "soft"],
    "ours night": ["draw_ours.py", "night", "soft"],
    "pyvista merged": ["draw_pyvista.py"],
}
BROWSER = {"three": "three", "maplibre": "maplibre", "cesium": "cesium"}
VIEWS = ("orbit", "district", "street")


def plan(side_m: float, lonlat: tuple[float, float], frames: int) -> dict[str, object]:
    """Return the shared cameras in metres about the middle of the city, and the size of the run."""
    far = side_m / 2 / math.tan(math.radians(FOV_DEG / 2))
    views = [
        {"name": "orbit", "eye": [-far * 0.36, -far * 0.5, far * 0.36], "target": [0.0, 0.0, 0.0]},
        {"name": "district", "eye": [-900.0, -1300.0, 600.0], "target": [0.0, 0.0, 40.0]},
        {"name": "street", "eye": [-15.0, -400.0, 2.0], "target": [-15.0, 600.0, 40.0]},
    ]
    return {
        "width": WIDTH, "height": HEIGHT, "fov_deg": FOV_DEG, "turn_deg": TURN_DEG, "frames": frames,
        "lonlat": lonlat, "views": views,
    }  # fmt: skip


def prepare(buildings: int, frames: int, folder: Path) -> None:
    """Write the city once in every form."""
    model = city_model(buildings)
    tiles = build_tiles(model)
    extent = tiles.extent
    side_m = max(extent.east - extent.west, extent.north - extent.south)
    lonlat = Transformer.from_crs(tiles.frame.crs, "EPSG:4326", always_xy=True).transform(*extent.centre[:2])
    (folder / "plan.json").write_text(json.dumps(plan(side_m, lonlat, frames)))
    save(folder / "tiles.arrow", tiles, model.origin)
    write_tiles(tiles, folder, lonlat)
    write_geojson(buildings, folder / "city.geojson")
    print(f"{tiles.feature_count} buildings, {len(model.triangles)} triangles, {len(tiles.tiles)} tiles", flush=True)


def figures_of(engine: str, folder: Path) -> dict[str, object]:
    """Run one engine in a process of its own."""
    if engine in BROWSER:
        return browser_figures(BROWSER[engine], folder)
    script, *arguments = NATIVE[engine]
    done = subprocess.run(
        [sys.executable, str(HERE / script), str(folder), *arguments], capture_output=True, text=True, timeout=600,
        check=False,
    )  # fmt: skip
    if done.returncode:
        return {"error": done.stderr[-600:]}
    return json.loads(done.stdout.splitlines()[-1])


def report(runs: dict[str, list[dict[str, object]]], frames: int) -> None:
    """Print one line an engine: medians over rounds of the rounds' median frames, and CPU time a frame."""
    print(
        f"{'engine':<16}{'load s':>8}{'first ms':>10}" + "".join(f"{view + ' ms (cpu)':>20}{'×':>6}" for view in VIEWS)
    )
    base: dict[str, float] = {}
    for engine, rounds in runs.items():
        good = [run for run in rounds if "error" not in run]
        if not good:
            print(f"{engine:<16} failed: {rounds[0].get('error')}")
            continue
        line = (
            f"{engine:<16}{median(r['load_ms'] for r in good) / 1e3:>8.2f}{median(r['first_ms'] for r in good):>10.0f}"
        )
        for view in VIEWS:
            wall = median(median(run["times"][view]) for run in good)
            cpu = median(run[f"{view}_cpu_s"] for run in good) / frames * 1e3
            base.setdefault(view, wall)
            line += f"{f'{wall:.0f} ({cpu:.0f})':>20}{wall / base[view]:>6.2f}"
        print(line + f"  {good[0].get('renderer', '')}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--buildings", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--only", default="")
    wished = parser.parse_args()
    engines = [name for name in (*NATIVE, *BROWSER) if not wished.only or name in wished.only.split(",")]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        prepare(wished.buildings, wished.frames, folder)
        runs: dict[str, list[dict[str, object]]] = {engine: [] for engine in engines}
        for _ in range(wished.rounds):
            for engine in engines:
                runs[engine].append(figures_of(engine, folder))
        report(runs, wished.frames)


if __name__ == "__main__":
    main()
