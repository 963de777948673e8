"""How long analyses take beside what one writes without thinking, and whether both say the same.

    python benchmarks/analysis.py [--quick]

Sunlight on 1 000 plots among 3 000 buildings, a viewshed of a million lines over buildings and ground, water rising on
4 000 × 4 000 cells. The peers are trimesh's ray test (in numpy, and Embree where it is installed), PyVista's
`ray_trace` and scipy's `label`. Slow peers do a part of the
work, and their time is told for the whole by proportion, and marked. Compiling is done before the clock starts.
"""

import argparse
import importlib.util
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyvista
import shapely
import trimesh
from scipy import ndimage
from trimesh.ray.ray_triangle import RayMeshIntersector

from sanping.analysis.blockers import Blockers, Solids, solids_of
from sanping.analysis.inundation import inundated
from sanping.analysis.samples import on_plots
from sanping.analysis.sun_track import sun_directions
from sanping.analysis.sunlight import Place, counted_minutes, sunlit_hours
from sanping.analysis.sunlight_rules import SunlightRule
from sanping.analysis.viewshed import surface_around, viewshed
from sanping.domain.city import Origin
from sanping.domain.geo import Float64Array, GeoFrame
from sanping.domain.ground import Terrain
from sanping.domain.text import Text
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles
from sanping.tiles.sample_city import city_model

PLACE = Place(latitude_deg=31.24, longitude_deg=121.42)
ANY = Text("", "")
RULE = SunlightRule(
    id="dwelling", title=ANY, uses=(), day="greater_cold", hours=2.0, from_h=8.0, to_h=16.0, source=ANY, spacing_m=4.0
)
FAR_M = 4000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """What a peer took for a `share` of the work, and how many of how many answers differ from ours."""

    name: str
    seconds: float
    share: float
    differ: int
    of: int


def tell(title: str, ours_s: float, peers: list[Peer], more: str = "") -> None:
    print(f"\n{title}\n  Sanping {ours_s:.2f} s{more}")
    for peer in peers:
        whole = peer.seconds / peer.share
        mark = "" if peer.share == 1.0 else f", {peer.share:.2%} done in {peer.seconds:.1f} s"
        print(f"  {peer.name} {whole:.1f} s ({whole / ours_s:.1f}×{mark}); {peer.differ} of {peer.of} answers differ")


def timed(work: Callable[[], object]) -> tuple[float, object]:
    begin = time.perf_counter()
    found = work()
    return time.perf_counter() - begin, found


def rays_of(solids: Solids, *, is_embree: bool, is_endless: bool) -> Callable[[Float64Array, Float64Array], np.ndarray]:
    """Return a function of starts and ways (r, 3): which hit anything, before their end unless `is_endless`."""
    middle = solids.corners[0, 0]
    mesh = trimesh.Trimesh(
        vertices=solids.corners.reshape(-1, 3) - middle,
        faces=np.arange(len(solids.corners) * 3).reshape(-1, 3), process=False
    )  # fmt: skip
    if is_embree:
        from trimesh.ray.ray_pyembree import RayMeshIntersector as Embree  # noqa: PLC0415  may be missing

        engine = Embree(mesh)
    else:
        engine = RayMeshIntersector(mesh)

    def blocked(starts: Float64Array, ways: Float64Array) -> np.ndarray:
        if is_endless:
            return np.asarray(engine.intersects_any(starts - middle, ways))
        at, ray, _ = engine.intersects_location(starts - middle, ways, multiple_hits=False)
        far = np.linalg.norm(at - (starts - middle)[ray], axis=1)
        found = np.zeros(len(starts), np.bool_)
        found[ray[far <= np.linalg.norm(ways[ray], axis=1)]] = True
        return found

    return blocked


def pyvista_of(solids: Solids) -> Callable[[Float64Array, Float64Array], np.ndarray]:
    middle = solids.corners[0, 0]
    faces = np.column_stack([np.full(len(solids.corners), 3), np.arange(len(solids.corners) * 3).reshape(-1, 3)])
    mesh = pyvista.PolyData(solids.corners.reshape(-1, 3) - middle, faces.ravel())

    def blocked(starts: Float64Array, ways: Float64Array) -> np.ndarray:
        return np.array(
            [len(mesh.ray_trace(start - middle, start - middle + way, first_point=True)[0]) > 0
             for start, way in zip(starts, ways, strict=True)]
        )  # fmt: skip

    return blocked


def engines(
    solids: Solids, numpy_rays: int, pyvista_rays: int, *, is_endless: bool
) -> list[tuple[str, Callable, int | None]]:
    """Return names, functions and how many rays each is given; None for all."""
    found: list[tuple[str, Callable, int | None]] = [
        ("trimesh ray (numpy)", rays_of(solids, is_embree=False, is_endless=is_endless), numpy_rays),
        ("PyVista ray_trace", pyvista_of(solids), pyvista_rays),
    ]
    if importlib.util.find_spec("embreex"):
        found.append(("trimesh ray (Embree)", rays_of(solids, is_embree=True, is_endless=is_endless), None))
    return found


def sunlight(solids: Solids, middle: Float64Array, plots: int) -> None:
    random = np.random.default_rng(2)
    spots = middle[:2] + random.uniform(-800, 800, (plots, 2))
    shapes = [shapely.box(x, y, x + 20, y + 20) for x, y in spots]
    samples = on_plots([str(number) for number in range(plots)], shapes, None, RULE.spacing_m)
    samples.points[:, 2] = 6.0
    sunlit_hours(Blockers(solids), on_plots(["0"], shapes[:1], None, 4.0), RULE, PLACE, SilentProgress())
    ours_s, hours = timed(lambda: sunlit_hours(Blockers(solids), samples, RULE, PLACE, SilentProgress()))
    directions = sun_directions(RULE.date, RULE.solar_hours, PLACE.latitude_deg, PLACE.longitude_deg)
    peers = []
    for name, blocked, rays in engines(solids, 2, 40, is_endless=True):
        count = len(samples) // 25 if rays is None else rays
        some = random.choice(len(samples), count, replace=False)
        starts, ways = np.repeat(samples.points[some], len(directions), axis=0), np.tile(directions * FAR_M, (count, 1))
        seconds, found = timed(lambda blocked=blocked, starts=starts, ways=ways: blocked(starts, ways))
        lit = (~np.asarray(found)).reshape(count, -1).astype(np.uint8)
        differ = np.abs(counted_minutes(lit, RULE.step_min, RULE) / 60.0 - hours[some]) > 1.5 / 60.0
        peers.append(Peer(name=name, seconds=seconds, share=count / len(samples), differ=int(differ.sum()), of=count))
    rays_s = len(samples) * len(directions) / ours_s / 1e6
    size = f"{plots} plots ({len(samples)} points × {len(directions)} minutes)"
    title = f"Sunlight: {size}, {solids.owner.max() + 1} buildings"
    tell(title, ours_s, peers, f" ({rays_s:.1f} M lines a second, grid and hours included)")


def seen_from(solids: Solids, middle: Float64Array, cell_m: float) -> None:
    terrain = rolling(220, 10.0, middle)
    blockers = Blockers(solids, terrain)
    eye = np.array([[middle[0] + 7.0, middle[1] + 3.0, blockers.top_m + 12.0]])
    small = surface_around(blockers, (middle[0], middle[1]), 40.0, 20.0, 0.0)
    viewshed(blockers, eye, small, 40.0, SilentProgress())
    surface_s, surface = timed(lambda: surface_around(blockers, (middle[0], middle[1]), 1000.0, cell_m, 0.0))
    sight_s, seen = timed(lambda: viewshed(blockers, eye, surface, 1500.0, SilentProgress(), target_m=1.6))
    both = Solids.joined([solids, Solids(corners=facets(terrain), owner=np.zeros(2 * 219 * 219, np.int64))])
    east, north = np.meshgrid(surface.x_m, surface.y_m)
    targets = np.column_stack([east.ravel(), north.ravel(), surface.heights_m.ravel() + 1.6])
    ours = seen.seen.ravel() > 0
    random, peers = np.random.default_rng(4), []
    for name, blocked, rays in engines(both, 400, 4000, is_endless=False):
        some = np.arange(len(targets)) if rays is None else random.choice(len(targets), rays, replace=False)
        way = targets[some] - eye[0]
        way *= 1.0 - 0.3 / np.linalg.norm(way, axis=1)[:, None]
        seconds, found = timed(lambda blocked=blocked, way=way: blocked(np.repeat(eye, len(way), axis=0), way))
        differ = int((np.asarray(found) == ours[some]).sum())
        peers.append(Peer(name=name, seconds=seconds, share=len(some) / len(targets), differ=differ, of=len(some)))
    title = f"Viewshed: {len(targets):,} lines over {len(solids.corners):,} triangles and {219 * 219:,} ground cells"
    tell(title, sight_s, peers, f" (and {surface_s:.2f} s to find what lies on top); {ours.mean():.0%} seen")


def rolling(count: int, cell_m: float, middle: Float64Array) -> Terrain:
    heights = ndimage.gaussian_filter(np.random.default_rng(6).normal(size=(count, count)), 5.0) * 12.0
    half = (count - 1) * cell_m / 2.0
    return Terrain(
        frame=GeoFrame(crs="EPSG:4549"), origin=Origin(format="made up"), heights_m=heights.astype(np.float32),
        west=middle[0] - half, north=middle[1] + half, cell_x_m=cell_m, cell_y_m=cell_m,
    )  # fmt: skip


def facets(terrain: Terrain) -> Float64Array:
    rows, columns = terrain.heights_m.shape
    column, row = np.meshgrid(np.arange(columns), np.arange(rows))
    at = np.stack(
        [terrain.west + column * terrain.cell_x_m, terrain.north - row * terrain.cell_y_m, terrain.heights_m], axis=-1
    ).astype(np.float64)
    nw, ne, sw, se = at[:-1, :-1], at[:-1, 1:], at[1:, :-1], at[1:, 1:]
    return np.stack([np.stack([sw, se, ne], axis=2), np.stack([sw, ne, nw], axis=2)], axis=2).reshape(-1, 3, 3)


def water(side: int, rounds: int, counts: list[int]) -> None:
    """Compare levels with what a user of scipy writes: label what is low, keep the labels of the sources.

    The peers are asked for what is wet; ours tells the first level of each cell too. All use one core: seconds are
    those of the processor, so that other work on the machine counts less. Rounds are interleaved, medians told.
    `labels == label` is the shortest way for a single source, `isin` the one for any sources.
    """

    def timed(work: Callable[[], object]) -> tuple[float, object]:
        begin = time.process_time()
        found = work()
        return time.process_time() - begin, found

    noise = np.random.default_rng(9).normal(size=(side, side)).astype(np.float32)
    heights = ndimage.gaussian_filter(noise, 12.0)
    heights = (heights - heights.min()) / np.ptp(heights) * 10.0
    terrain = Terrain(
        frame=GeoFrame(crs="EPSG:4549"), origin=Origin(format="made up"), heights_m=heights, west=0.0, north=0.0,
        cell_x_m=2.0, cell_y_m=2.0,
    )  # fmt: skip
    lowest = np.unravel_index(int(heights.argmin()), heights.shape)
    source = [shapely.Point(lowest[1] * 2.0, -lowest[0] * 2.0)]

    def equal(level: float) -> np.ndarray:
        labels, _ = ndimage.label(heights < level)
        return labels == labels[lowest] if labels[lowest] else np.zeros(heights.shape, np.bool_)

    def among(level: float) -> np.ndarray:
        labels, _ = ndimage.label(heights < level)
        return np.isin(labels, np.setdiff1d(labels[lowest], [0]))

    for levels in (np.linspace(0.5, 1.0, 20), [0.5]):  # compiled
        inundated(terrain, source, levels, SilentProgress())
    wished = [[5.0], [5.5], [6.0]] if 1 in counts else []
    for levels in (*wished, *(np.linspace(3.5, 6.5, count) for count in counts if count > 1)):
        times: dict[str, list[float]] = {"ours": [], "scipy label ==": [], "scipy label, isin": []}
        for _ in range(rounds if len(levels) == 1 else 1):
            ours_s, flood = timed(lambda levels=levels: inundated(terrain, source, levels, SilentProgress()))
            times["ours"].append(ours_s)
            for name, labelled in (("scipy label ==", equal), ("scipy label, isin", among)):
                differ, seconds = 0, 0.0
                for number, level in enumerate(levels):
                    took, wet = timed(lambda level=level, labelled=labelled: labelled(level))
                    seconds += took
                    differ += int((((flood.stage >= 0) & (flood.stage <= number)) != wet).sum())
                times[name].append(seconds)
        size = f"{side} × {side} cells, {len(levels)} level(s), {(flood.stage >= 0).mean():.0%} wet at the end"
        peers = [
            Peer(name=name, seconds=float(np.median(took)), share=1.0, differ=differ, of=side * side * len(levels))
            for name, took in times.items()
            if name != "ours"
        ]
        ours_s = float(np.median(times["ours"]))
        tell(f"Inundation: {size}", ours_s, peers, f" ({ours_s * 1000:.1f} ms of one core)")


def main() -> None:
    parser = argparse.ArgumentParser(description="Analyses beside their peers")
    parser.add_argument("--quick", action="store_true", help="a tenth of the plots and cells")
    parser.add_argument("--water", action="store_true", help="inundation alone")
    parser.add_argument("--rounds", type=int, default=7, help="of inundation at a single level")
    parser.add_argument("--levels", type=int, nargs="*", default=[1, 31, 121], help="of inundation")
    wished = parser.parse_args()
    is_quick = wished.quick
    if wished.water:
        water(1000 if is_quick else 4000, wished.rounds, wished.levels)
        return
    tiles = build_tiles(city_model(3000))
    solids, middle = solids_of(tiles), np.array(tiles.extent.centre)
    sunlight(solids, middle, 100 if is_quick else 1000)
    seen_from(solids, middle, 6.0 if is_quick else 2.0)
    water(1000 if is_quick else 4000, wished.rounds, wished.levels)


if __name__ == "__main__":
    main()
