"""Which tiles of a tileset a view draws, which it still wants and which it can do without; pure.

A tile is fine enough when its geometric error, seen from the eye, is no more than some pixels of the screen. Parents
stay until all their children in sight are there, so that nothing ever disappears for a moment. A tile that holds
nothing itself is passed through at any distance.
"""

from dataclasses import dataclass
from math import radians, tan

import numpy as np

from sanping.analysis.tile_tree import ROOT, BoolArray, IndexArray, TileTree
from sanping.analysis.visibility import Sight, sight_of
from sanping.domain.geo import Float64Array, UInt8Array
from sanping.domain.view import CameraPose

ABSENT, ASKED, LOADED, FAILED = range(4)
"""What has become of a tile: not asked for, on its way, there, or lost for good (then it holds nothing)."""
NEAREST_M = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaze:
    """A sight and its sharpness: something as large as its distance covers `reach_px` pixels."""

    sight: Sight
    reach_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a view makes of a tree, as tile numbers.

    `drawn` are drawn now; `wanted` are to be asked for, the most urgent first; `needed` are all that the view looked
    at: what is loaded and not among them may go, what is on its way and not among them is no longer wanted.
    """

    drawn: IndexArray
    wanted: IndexArray
    needed: IndexArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """Tiles in sight at one depth; `place` is the row of each one's parent in the level above."""

    tiles: IndexArray
    place: IndexArray
    error_px: Float64Array
    is_split: BoolArray


def gaze_of(pose: CameraPose, width_px: int, height_px: int) -> Gaze:
    """Return the gaze of a camera into a picture of so many pixels."""
    sight = sight_of(pose, width_px / max(1, height_px))
    return Gaze(sight=sight, reach_px=height_px / (2.0 * tan(radians(pose.fov_deg / 2.0))))


def errors_px(error_m: Float64Array, distance_m: Float64Array, gaze: Gaze) -> Float64Array:
    """Return geometric errors (n,) as seen from distances (n,), in pixels; nearer than a metre counts as a metre."""
    return error_m * gaze.reach_px / np.maximum(distance_m, NEAREST_M)


def chosen(tree: TileTree, state: UInt8Array, gaze: Gaze, most_px: float) -> Choice:
    """Choose among the tiles (n,) of a tree by their screen-space error, `state` being what has become of each."""
    levels = _levels_in_sight(tree, gaze, most_px)
    if not levels:
        nothing = np.zeros(0, np.int64)
        return Choice(drawn=nothing, wanted=nothing, needed=nothing)
    needed = np.concatenate([level.tiles for level in levels])
    pixels = np.concatenate([level.error_px for level in levels])
    holds = tree.has_content[needed] | tree.is_closed[needed]
    asked_for = np.flatnonzero(holds & (state[needed] == ABSENT))
    order = asked_for[np.argsort(-pixels[asked_for], kind="stable")]
    return Choice(drawn=_drawn(tree, state, levels), wanted=needed[order], needed=needed)


def _levels_in_sight(tree: TileTree, gaze: Gaze, most_px: float) -> list[_Level]:
    levels: list[_Level] = []
    tiles, place = np.array([ROOT], np.int64), np.array([0], np.int64)
    while len(tiles):
        boxes = tree.volumes.at(tiles)
        seen = boxes.are_seen(gaze.sight.planes) & tree.are_shown_to(gaze.sight.eye, tiles)
        tiles, place = tiles[seen], place[seen]
        pixels = errors_px(tree.error_m[tiles], boxes.distances(gaze.sight.eye)[seen], gaze)
        is_split = (tree.children[tiles] > 0) & ((pixels > most_px) | ~tree.has_content[tiles])
        if len(tiles):
            levels.append(_Level(tiles=tiles, place=place, error_px=pixels, is_split=is_split))
        rows = np.flatnonzero(is_split)
        place = np.repeat(rows, tree.children[tiles[rows]])
        tiles = tree.below(tiles[rows])
    return levels


def _drawn(tree: TileTree, state: UInt8Array, levels: list[_Level]) -> IndexArray:
    """Go up to learn what is covered by what is there, then down to draw it."""
    covered: list[BoolArray] = []
    lacking = np.zeros(0, np.int64)
    for level in reversed(levels):
        is_covered = level.is_split & (np.bincount(lacking, minlength=len(level.tiles)) == 0)
        covered.append(is_covered)
        lacking = level.place[~_is_ready(tree, state, level, is_covered)]
    covered.reverse()
    drawn, goes_down = [], np.ones(1, np.bool_)
    for level, is_covered in zip(levels, covered, strict=True):
        is_reached = goes_down[level.place]
        is_loaded = tree.has_content[level.tiles] & (state[level.tiles] == LOADED)
        is_added = ~tree.is_replaced[level.tiles]
        goes_down = is_reached & level.is_split & (is_added | is_covered | ~is_loaded)
        drawn.append(level.tiles[is_reached & is_loaded & (is_added | ~goes_down)])
    return np.concatenate(drawn)


def _is_ready(tree: TileTree, state: UInt8Array, level: _Level, is_covered: BoolArray) -> BoolArray:
    """Say which tiles of a level can stand for what their parents showed there."""
    tiles = level.tiles
    is_loaded = tree.has_content[tiles] & (state[tiles] == LOADED)
    is_whole = is_loaded | (~tree.has_content[tiles] & ~tree.is_closed[tiles]) | (state[tiles] == FAILED)
    of_replaced = is_covered | is_loaded
    of_added = is_whole & (is_covered | tree.has_content[tiles])
    ready: BoolArray = np.where(level.is_split, np.where(tree.is_replaced[tiles], of_replaced, of_added), is_whole)
    return ready


def standing_for_loaded(tree: TileTree, state: UInt8Array, drawn: IndexArray) -> IndexArray:
    """Return the tiles that tell what is loaded, nothing twice: those drawn, elsewhere the finest that are there.

    What lies outside the view and is not loaded is not told.
    """
    loaded = set(np.flatnonzero(tree.has_content & (state == LOADED)).tolist())
    known = _with_parents(tree, loaded)
    above_drawn = _with_parents(tree, set(drawn.tolist())) - set(drawn.tolist())
    ready_below: dict[int, int] = {}
    covered: set[int] = set()
    for tile in sorted(known, reverse=True):  # children have higher numbers
        if 0 < tree.children[tile] == ready_below.get(tile, 0):
            covered.add(tile)
        if tile in loaded or (tile in covered and not tree.has_content[tile]):
            parent = int(tree.parent[tile])
            ready_below[parent] = ready_below.get(parent, 0) + 1
    chosen_tiles, shown, goes_down = [], set(drawn.tolist()), {-1}
    for tile in sorted(known):
        if int(tree.parent[tile]) not in goes_down:
            continue
        is_added, is_above = not tree.is_replaced[tile], tile in above_drawn
        passes = tile not in shown and (is_above or tile in covered or tile not in loaded)
        if is_added or passes:
            goes_down.add(tile)
        if tile in shown or (tile in loaded and (is_added or not passes)):
            chosen_tiles.append(tile)
    return np.array(chosen_tiles, np.int64)


def _with_parents(tree: TileTree, tiles: set[int]) -> set[int]:
    found: set[int] = set()
    for one in tiles:
        tile = one
        while tile >= 0 and tile not in found:
            found.add(tile)
            tile = int(tree.parent[tile])
    return found
