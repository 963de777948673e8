"""Processor time from file to render-ready tiles, against the parse floor and against peers, in one run.

    python benchmarks/reading.py [--rounds 9]

Floors: orjson.loads with the garbage collector off (CityJSON, GeoJSON), lxml.etree.parse (CityGML).
Peers: cjio triangulation, vtkCityGMLReader, one PyVista mesh a building. Warm: the same twin from its tile cache.
Medians of interleaved rounds, the slow peers in every fourth; CPU of this process. Before each run, garbage is
collected and one large block allocated: otherwise whoever runs after lxml.etree.parse pays 5 ms for putting in order
the memory of its tree.
"""

import argparse
import gc
import importlib
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import lxml.etree
import numpy as np
import orjson

from sanping.formats.catalog import read
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles
from sanping.tiles.stored import load, save

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SETTLING_BYTES = 100 << 20
PEER_EVERY = 4
CASES = (
    ("CityJSON", DATA / "cityjson/DenHaag_01.city.json", "orjson.loads", 2.4),
    ("CityGML", DATA / "citygml/LOD2_4424_5482_Munich.gml", "lxml.etree.parse", 2.0),
    ("GeoJSON", DATA / "footprints/tudcampus.geojson", "orjson.loads", 3.0),
)


def ours(path: Path) -> None:
    build_tiles(read(path, ReadOptions(role="buildings"), SilentProgress()))


def floor(path: Path) -> None:
    if path.suffix == ".gml":
        lxml.etree.parse(str(path))
        return
    gc.disable()
    parsed = orjson.loads(path.read_bytes())
    gc.enable()
    del parsed


def warm(cache: Path) -> None:
    tiles, _ = load(cache)
    for tile in tiles.tiles:
        tile.near.points.sum()


def cjio_triangulated(path: Path) -> None:
    cityjson = importlib.import_module("cjio.cityjson")
    with path.open() as file:
        model = cityjson.reader(file=file, ignore_duplicate_keys=True)
    model.triangulate(sloppy=True)


def vtk_citygml(path: Path) -> None:
    reader = importlib.import_module("vtkmodules.vtkIOCityGML").vtkCityGMLReader()
    reader.SetLOD(2)
    reader.SetFileName(str(path))
    reader.Update()


def pyvista_a_building(path: Path) -> None:
    """Build one PyVista mesh a city object, with its own triangulation, as a first script would."""
    pv = importlib.import_module("pyvista")
    features = json.loads(path.read_bytes())["features"]
    for feature in features[:2000]:
        rings = feature["geometry"]["coordinates"]
        ring = np.array(rings[0][0] if feature["geometry"]["type"] == "MultiPolygon" else rings[0])[:-1]
        flat = pv.PolyData(np.c_[ring[:, :2], np.zeros(len(ring))], faces=[len(ring), *range(len(ring))])
        flat.triangulate().extrude((0, 0, 10.0), capping=True)


PEERS: dict[str, tuple[str, Callable[[Path], None]]] = {
    "CityJSON": ("cjio triangulate", cjio_triangulated),
    "CityGML": ("vtkCityGMLReader", vtk_citygml),
    "GeoJSON": ("PyVista a building", pyvista_a_building),
}


def cpu_ms(work: Callable[[Path], None], path: Path) -> float:
    gc.collect()
    bytearray(SETTLING_BYTES)
    begin = time.process_time()
    work(path)
    return (time.process_time() - begin) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    titles = ("floor ms", "ours ms", "× floor", "limit", "warm ms", "× cold", "peer ms", "peer ÷ ours")
    print(f"{'':<10}" + "".join(f"{title:>12}" for title in titles))
    with tempfile.TemporaryDirectory() as place:
        for name, path, floor_name, limit in CASES:
            cache = Path(place) / f"{name}.tiles"
            model = read(path, ReadOptions(role="buildings"), SilentProgress())
            save(cache, build_tiles(model), model.origin)
            peer_name, peer = PEERS[name]
            works = {"floor": (floor, path), "ours": (ours, path), "warm": (warm, cache), "peer": (peer, path)}
            times: dict[str, list[float]] = {key: [] for key in works}
            for turn in range(rounds):
                for key, (work, subject) in works.items():
                    if key != "peer" or turn % PEER_EVERY == 0:
                        times[key].append(cpu_ms(work, subject))
            f, o, w, p = (median(times[key]) for key in works)
            figures = (f, o, o / f, limit, w, w / o, p, p / o)
            line = "".join(f"{figure:>12.2f}" for figure in figures)
            print(f"{name:<10}{line}  floor: {floor_name}; peer: {peer_name}", flush=True)


if __name__ == "__main__":
    main()
