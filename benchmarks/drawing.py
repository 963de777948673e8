"""Draws the same generated city with Sanping and with peers, interleaved, on one software renderer.

    python benchmarks/drawing.py [--buildings 100000] [--rounds 3] [--frames 8] [--size 1920x1080] [--only ours,deck]

Peers: CesiumJS with our own export as 3D Tiles 1.1, MapLibre fill-extrusion and deck.gl SolidPolygonLayer from the same
footprints, three.js with the same tiles, PyVista with one merged mesh. Run `npm ci` in benchmarks/peers first; Debian's
chromium must be installed. Everything draws without multisampling on Mesa llvmpipe and leaves its pictures in
benchmarks/out. Prints medians over the rounds and the ratio of each engine to the first, and says the machine's load.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from browser_peers import browser_figures
from city_generator import write_geojson
from peer_city import write_3dtiles, write_tiles
from pyproj import Transformer

from sanping.tiles.build import build_tiles
from sanping.tiles.sample_city import city_model
from sanping.tiles.stored import save

FOV_DEG, TURN_DEG = 38.0, 0.4
HERE = Path(__file__).parent
NATIVE = {
    "ours draft": ["draw_ours.py", "day", "draft"],
    "ours day": ["draw_ours.py", "day", "soft"],
    "ours night": ["draw_ours.py", "night", "soft"],
    "pyvista merged": ["draw_pyvista.py"],
}
BROWSER = ("cesium", "maplibre", "deck", "three")
VIEWS = ("orbit", "district", "street")
CRS = "EPSG:4549"


def plan(side_m: float, middle: tuple[float, float], wished: argparse.Namespace) -> dict[str, object]:
    """Return the shared cameras in metres about the middle of the city, its place on earth, and the size of the run.

    `degrees` are longitude and latitude by a metre east and north on the map, `north_deg` is how far the map's north
    is turned clockwise from true north.
    """
    far = side_m / 2 / math.tan(math.radians(FOV_DEG / 2))
    views = [
        {"name": "orbit", "eye": [-far * 0.36, -far * 0.5, far * 0.36], "target": [0.0, 0.0, 0.0]},
        {"name": "district", "eye": [-900.0, -1300.0, 600.0], "target": [0.0, 0.0, 40.0]},
        {"name": "street", "eye": [0.0, -408.0, 6.5], "target": [0.0, -258.0, 12.0]},
    ]
    to_degrees = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    lonlat = to_degrees.transform(*middle)
    east = to_degrees.transform(middle[0] + 1000.0, middle[1])
    north = to_degrees.transform(middle[0], middle[1] + 1000.0)
    degrees = [[(way[axis] - lonlat[axis]) / 1000.0 for way in (east, north)] for axis in (0, 1)]
    north_deg = math.degrees(math.atan2(degrees[0][1] * math.cos(math.radians(lonlat[1])), degrees[1][1]))
    width, height = (int(side) for side in wished.size.split("x"))
    return {
        "width": width, "height": height, "fov_deg": FOV_DEG, "turn_deg": TURN_DEG, "frames": wished.frames,
        "lonlat": lonlat, "degrees": degrees, "north_deg": north_deg, "views": views,
    }  # fmt: skip


def prepare(wished: argparse.Namespace, folder: Path) -> None:
    """Write the city once in every form."""
    model = city_model(wished.buildings)
    tiles = build_tiles(model)
    extent = tiles.extent
    side_m = max(extent.east - extent.west, extent.north - extent.south)
    (folder / "plan.json").write_text(json.dumps(plan(side_m, extent.centre[:2], wished)))
    save(folder / "tiles.arrow", tiles, model.origin)
    write_tiles(tiles, folder)
    write_3dtiles(tiles, folder / "export")
    write_geojson(wished.buildings, folder / "city.geojson")
    print(f"{tiles.feature_count} buildings, {len(model.triangles)} triangles, {len(tiles.tiles)} tiles", flush=True)


def figures_of(engine: str, folder: Path) -> dict[str, object]:
    """Run one engine in a process of its own."""
    if engine in BROWSER:
        return browser_figures(engine, folder)
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
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--only", default="", help="names of engines, or how they begin, with commas between")
    wished = parser.parse_args()
    engines = [name for name in (*NATIVE, *BROWSER) if name.startswith(tuple(wished.only.split(",")))]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        prepare(wished, folder)
        runs: dict[str, list[dict[str, object]]] = {engine: [] for engine in engines}
        for _ in range(wished.rounds):
            for engine in engines:
                runs[engine].append(figures_of(engine, folder))
        report(runs, wished.frames)
        print(f"{wished.size}, load {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
