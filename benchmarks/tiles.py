"""Building, keeping and picking tiles of a generated city, beside what one would use without them.

Usage: tiles.py [BUILDINGS] [ROUNDS]. CPU milliseconds, medians over rounds in which both sides take turns.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
import pyvista as pv
from vtkmodules.vtkCommonCore import mutable
from vtkmodules.vtkCommonDataModel import vtkStaticCellLocator

from sanping.analysis.picking import Picker
from sanping.analysis.visibility import boxes_of, chosen_levels, sight_of
from sanping.domain.city import CityModel
from sanping.domain.tile import TileMesh, TileSet
from sanping.domain.view import CameraPose
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles
from sanping.tiles.sample_city import city_model
from sanping.tiles.stored import load, save

PYVISTA_BUILDINGS = 2_000
RAYS = 200


def main() -> None:
    """Print every figure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    model = city_model(count)
    tiles = build_tiles(model)
    print(f"{count} buildings, {len(model.triangles)} triangles, {len(tiles.tiles)} tiles, {rounds} rounds")
    print(f"memory: {bytes_of(tiles) / count:.0f} B a building in arrays; far triangles {far_share(tiles):.1%} of near")
    building(model, rounds)
    with tempfile.TemporaryDirectory() as folder:
        keeping(model, tiles, Path(folder), rounds)
    picking(model, tiles, rounds)
    choosing(tiles)


def building(model: CityModel, rounds: int) -> None:
    """Cut into tiles, against one PyVista mesh for each building, merged; the latter at a size it can bear."""
    few = city_model(PYVISTA_BUILDINGS)
    ours, peer = alternating(lambda: build_tiles(model, SilentProgress()), lambda: merged_buildings(few), rounds)
    each = ours / len(model.features), peer / PYVISTA_BUILDINGS
    print(f"build: {ours:.0f} ms all, {each[0] * 1e3:.2f} µs a building")
    print(f"  PyVista per building ({PYVISTA_BUILDINGS}): {each[1] * 1e3:.0f} µs a building, {each[1] / each[0]:.0f}×")


def keeping(model: CityModel, tiles: TileSet, folder: Path, rounds: int) -> None:
    """Write and map the cache, against numpy's own archive of the same arrays, read until every array is there."""
    ours, theirs = folder / "tiles.arrow", folder / "tiles.npz"
    arrays = {f"{tile.key}/{name}": array for tile in tiles.tiles for name, array in arrays_of(tile.near, tile.far)}
    np.savez(folder / "tiles", **{key.replace("/", "_"): array for key, array in arrays.items()})
    written = alternating(
        lambda: save(ours, tiles, model.origin),
        lambda: np.savez(theirs, **{key.replace("/", "_"): array for key, array in arrays.items()}),
        rounds,
    )
    mapped = alternating(lambda: load(ours), lambda: unpacked(theirs), rounds)
    built = cpu_ms(lambda: build_tiles(model))
    size = ours.stat().st_size / 1e6
    print(
        f"save: {written[0]:.0f} ms with ids, attributes, checksum and fsync ({size:.0f} MB); npz {written[1]:.0f} ms"
    )
    print(f"load: {mapped[0]:.1f} ms checked and mapped; npz {mapped[1]:.1f} ms, {mapped[1] / mapped[0]:.1f}×")
    print(f"  load / build {mapped[0] / built:.3f}")


def picking(model: CityModel, tiles: TileSet, rounds: int) -> None:
    """Rays from 600 m up and from the street, against a cell locator over the merged mesh."""
    picker = Picker(tiles)
    start = time.process_time()
    locator, mesh = locator_of(model)
    print(f"pick: locator built in {(time.process_time() - start) * 1e3:.0f} ms, ours needs no building")
    for name, rays in rays_of(tiles).items():
        cold = cpu_ms(lambda rays=rays: [picker.along(*ray) for ray in rays]) / RAYS
        ours, peer = alternating(
            lambda rays=rays: [picker.along(*ray) for ray in rays],
            lambda rays=rays: [met(locator, mesh, *ray) for ray in rays],
            rounds,
        )
        found = [picker.along(*ray) for ray in rays]
        expected = [met(locator, mesh, *ray) for ray in rays]
        agreed = sum(
            (hit is None) == (id is None) and (hit is None or tiles.id_of(hit.feature) == model.features.ids[id])
            for hit, id in zip(found, expected, strict=True)
        )
        points = [hit.point for hit in found if hit is not None]
        at = cpu_ms(lambda points=points: [picker.at(point) for point in points]) / max(len(points), 1)
        print(
            f"  {name}: {ours / RAYS:.3f} ms a ray (first time {cold:.3f}), locator {peer / RAYS:.3f}, "
            f"{agreed} of {RAYS} agree; point {at:.3f} ms"
        )


def choosing(tiles: TileSet) -> None:
    """Choose the level of every tile for one frame."""
    boxes = boxes_of(tiles)
    sight = sight_of(CameraPose(target=tiles.extent.centre, distance_m=4000.0), 16 / 9)
    levels = chosen_levels(boxes, sight, far_beyond_m=3500.0, budget_triangles=1_500_000)

    def many() -> None:
        for _ in range(1000):
            chosen_levels(boxes, sight, far_beyond_m=3500.0, budget_triangles=1_500_000, previous=levels)

    hidden, far, near = np.bincount(levels, minlength=3)
    print(f"levels: {cpu_ms(many):.0f} µs for {len(tiles.tiles)} tiles ({near} near, {far} far, {hidden} hidden)")


def cpu_ms(work: Callable[[], object]) -> float:
    """Return the processor time of one call."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1e3


def alternating(ours: Callable[[], object], peer: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the medians of both, called in turn after one call that does not count."""
    ours()
    peer()
    figures = [(cpu_ms(ours), cpu_ms(peer)) for _ in range(rounds)]
    return median(pair[0] for pair in figures), median(pair[1] for pair in figures)


def merged_buildings(model: CityModel) -> pv.PolyData:
    """Make one PyVista mesh for each building, with its number on it, and merge them."""
    first = np.searchsorted(model.triangle_feature, np.arange(len(model.features) + 1))
    meshes = []
    for row in range(len(model.features)):
        triangles = model.triangles[first[row] : first[row + 1]]
        used, corners = np.unique(triangles, return_inverse=True)
        mesh = pv.PolyData.from_regular_faces(model.points[used], corners.reshape(-1, 3))
        mesh.cell_data["feature"] = np.full(len(triangles), row)
        meshes.append(mesh)
    return pv.merge(meshes, merge_points=False)


def arrays_of(*meshes: TileMesh | None) -> list[tuple[str, np.ndarray]]:
    """Return the named arrays of meshes."""
    return [
        (f"{number}_{name}", getattr(mesh, name))
        for number, mesh in enumerate(meshes)
        if mesh is not None
        for name in ("points", "triangles", "point_feature")
    ]


def unpacked(path: Path) -> int:
    """Read every array of an archive."""
    with np.load(path, allow_pickle=False) as archive:
        return sum(archive[name].nbytes for name in archive.files)


def bytes_of(tiles: TileSet) -> int:
    """Return the size of all arrays that a scene needs."""
    meshes = sum(array.nbytes for tile in tiles.tiles for _, array in arrays_of(tile.near, tile.far))
    return meshes + sum(
        tile.triangle_surface.nbytes + tile.first_triangle.nbytes + tile.anchor.nbytes for tile in tiles.tiles
    )


def far_share(tiles: TileSet) -> float:
    """Return far triangles over near triangles."""
    far = sum(len(tile.far.triangles) for tile in tiles.tiles if tile.far is not None)
    return far / sum(len(tile.near.triangles) for tile in tiles.tiles)


Ray = tuple[tuple[float, float, float], tuple[float, float, float]]


def rays_of(tiles: TileSet) -> dict[str, list[Ray]]:
    """Return rays as people shoot them: down from a district view, and along a street."""
    random = np.random.default_rng(11)
    east, north, _ = tiles.extent.centre
    half = tiles.extent.diagonal_m / 6
    found: dict[str, list[Ray]] = {"district": [], "street": []}
    for _ in range(RAYS):
        x, y = random.uniform(-half, half, 2)
        sideways = random.uniform(-500, 500, 2)
        found["district"].append(((east + x, north + y, 600.0), (sideways[0], 1200 + sideways[1], -590.0)))
        level = random.uniform(-1, 1, 2)
        found["street"].append(((east + x, north + y, 6.0), (level[0], level[1], random.uniform(-0.02, 0.06))))
    return found


def locator_of(model: CityModel) -> tuple[vtkStaticCellLocator, np.ndarray]:
    """Build VTK's locator over the merged mesh, in local coordinates."""
    origin = model.points.mean(axis=0)
    mesh = pv.PolyData.from_regular_faces(model.points - origin, model.triangles)
    locator = vtkStaticCellLocator()
    locator.SetDataSet(mesh)
    locator.BuildLocator()
    locator.kept = (mesh, model.triangle_feature)
    return locator, origin


def met(locator: vtkStaticCellLocator, origin: np.ndarray, start: tuple, way: tuple) -> int | None:
    """Return the row of the building that a ray meets first."""
    begin = np.array(start) - origin
    unit = np.array(way) / np.linalg.norm(way)
    end = begin + unit * 100_000.0
    share, cell, place, parametric, sub = mutable(0.0), mutable(0), [0.0] * 3, [0.0] * 3, mutable(0)
    if not locator.IntersectWithLine(begin, end, 1e-6, share, place, parametric, sub, cell):
        return None
    return int(locator.kept[1][int(cell)])


if __name__ == "__main__":
    main()
