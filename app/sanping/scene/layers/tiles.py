"""Buildings and bridges: tiles with two levels of detail, coloured feature by feature."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from sanping.analysis.picking import Picker
from sanping.analysis.stream_budget import FINEST_PX
from sanping.analysis.visibility import Sight, Wish, boxes_of, chosen_levels, far_errors_px
from sanping.domain.geo import Float32Array, Float64Array, Int32Array, UInt8Array
from sanping.domain.tile import Tile, TileMesh, TileSet
from sanping.domain.view import Point
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.faces import faces_of, is_closed
from sanping.scene.far_groups import FarGroup, Piece, groups_of, joined, split
from sanping.scene.features import FeaturePage, FeatureStates, IndexArray, page_of, page_starts
from sanping.scene.layers.skins import TileSkins, triangles_without
from sanping.scene.lifetimes import Lifetimes
from sanping.scene.material import Material
from sanping.scene.mesh import DataTexture, mapper_of, poly_data

_FORGET_AFTER_FRAMES = 600
_FAR_BEYOND_M = {-1: 1500.0, 0: 2200.0, 1: 5000.0, 2: 9000.0}
_BUDGETS = {-1: 350_000, 0: 500_000, 1: 2_000_000, 2: 6_000_000}


@dataclass(slots=True)
class _Drawn:
    """The actors of one tile; made when it is first seen."""

    tile: Tile
    page: int
    actors: list[Any]
    caster: Any = None
    level: int = 0
    last_seen: int = 0


class TileLayer:
    """All tiles of one model. Levels: 0 hidden, 1 far blocks, 2 full model."""

    def __init__(self, context: SceneContext, tiles: TileSet, *, is_bridge: bool) -> None:
        self.tiles, self.centre, self.is_bridge = tiles, context.centre, is_bridge
        self._renderer, self._buffers, self._cut = context.renderer, context.buffers, context.cut
        starts = page_starts(tiles.tiles)
        runs = [tiles.tiles[a:b] for a, b in zip(starts, [*starts[1:], len(tiles.tiles)], strict=True)]
        self._pages: list[FeaturePage] = [page_of(run, self.centre, is_bridge=is_bridge) for run in runs if run]
        self.states = FeatureStates(tiles, self._pages)
        self.lifetimes = Lifetimes(tiles)
        self._has_gaps: UInt8Array = np.zeros(len(tiles.tiles), np.uint8)
        self._is_cut: UInt8Array = np.zeros(len(tiles.tiles), np.uint8)
        self._materials = [_facade(context, page) for page in self._pages]
        self._skins = TileSkins(context, self._pages, _facade) if any(tile.skin for tile in tiles.tiles) else None
        if self._skins is not None:
            self._materials += self._skins.materials
        self._casting = [_caster(context, page) for page in self._pages]
        self._drawn = [
            _Drawn(tile=tile, page=page, actors=[None, None]) for page, run in enumerate(runs) for tile in run
        ]
        self._groups = groups_of([drawn.page for drawn in self._drawn])
        self._boxes = boxes_of(tiles)
        self._levels: UInt8Array = np.zeros(len(self._drawn), np.uint8)
        self._alone = self._levels
        self._picker = Picker(tiles)
        self._frame = 0
        self._opacity = 1.0

    def show(self, look: LayerLook) -> None:
        """Draw as `look` says; visibility is a matter of levels."""
        for material in self._materials:
            material.define(DETAIL=look.detail)
            material.toggle("SCREEN", is_on=look.opacity < 0.995)
            material.toggle("CUT", is_on=look.cut > 0)
            material.see_through(is_on=look.opacity < 0.995 or look.cut > 0)
            material.toggle("DRAFT_DAY", is_on=look.skin == "draft_day")
            material.set_fragment(f"facade_{look.skin}")
            if look.opacity != self._opacity:
                material.set_number("uOpacity", look.opacity)
        if self._skins is not None:
            self._skins.show(look)
        for material in self._casting:
            material.toggle("CUT", is_on=look.cut > 0)
        self._opacity = look.opacity

    def set_textures(self, textures: dict[str, DataTexture]) -> None:
        """Bind the textures that all layers share."""
        for material in self._materials:
            for name, texture in textures.items():
                material.set_texture(name, texture)

    def show_moment(self, at_ms: float) -> bool:
        """Show the objects that stand at a moment; say whether any came or went.

        A tile where only some stand is drawn in full: its far blocks join several objects into one.
        """
        if not self.lifetimes.show(at_ms, self.states):
            return False
        absent = self.lifetimes.absent
        for index, tile in enumerate(self.tiles.tiles):
            here = None if absent is None else absent[tile.first_feature : tile.first_feature + len(tile.features)]
            self._has_gaps[index] = here is not None and here.any() and not here.all()
        return True

    def draw_in_full(self, features: Iterable[int]) -> None:
        """Draw the tiles of these features without far blocks from now on, which join several objects into one."""
        numbers = np.fromiter(features, np.int64)
        first = [tile.first_feature for tile in self.tiles.tiles]
        self._is_cut[:] = 0
        self._is_cut[np.searchsorted(first, numbers, side="right") - 1] = 1

    def show_seen(self, sight: Sight, *, is_visible: bool, detail: int) -> None:
        """Draw each tile at the level its distance deserves."""
        self.draw(self.wish(sight, is_visible=is_visible, detail=detail).levels, sight)

    def wish(self, sight: Sight, *, is_visible: bool, detail: int, error_px: float = FINEST_PX) -> Wish:
        """Return the level that each tile deserves where an error of `error_px` on the screen is allowed."""
        far_beyond_m = _FAR_BEYOND_M[detail]
        levels: UInt8Array = np.zeros(len(self._drawn), np.uint8)
        if is_visible:
            levels = chosen_levels(
                self._boxes,
                sight,
                far_beyond_m=far_beyond_m * FINEST_PX / error_px,
                budget_triangles=_BUDGETS[detail],
                previous=self._levels,
            )
            levels = np.where((self._has_gaps | self._is_cut) & (levels == 1), np.uint8(2), levels)
        errors = far_errors_px(self._boxes, sight, far_beyond_m, FINEST_PX)
        # What is cut, or where only some objects stand, has no far level to be drawn at.
        return Wish(
            boxes=self._boxes, levels=levels, far_error_px=np.where(self._has_gaps | self._is_cut, np.inf, errors)
        )

    @property
    def drawn_bytes(self) -> int:
        """What is drawn at present takes on the graphics card."""
        skins = 0 if self._skins is None else self._skins.drawn_bytes
        return int(self._boxes.bytes_at(self._levels).sum()) + skins

    def draw(self, levels: UInt8Array, sight: Sight) -> None:
        """Draw each tile at a level; buffers of tiles long unseen are given back."""
        self._frame += 1
        alone, is_whole = split(levels, self._groups)
        for group, is_drawn in zip(self._groups, is_whole.tolist(), strict=True):
            if group.is_drawn != is_drawn:
                self._set_group(group, is_drawn=is_drawn)
        for index in np.flatnonzero(alone != self._alone).tolist():
            drawn = self._drawn[index]
            self._set_level(index, int(alone[index]))
            drawn.last_seen = self._frame
        self._levels, self._alone = levels, alone
        if self._frame % 120 == 0:
            self._forget_unseen()
        if self._skins is not None:
            self._skins.refine(sight.eye - self.centre)

    def free_m(self, eye: Float64Array) -> float:
        """How far the nearest tile is from an eye point in scene metres; infinite without tiles."""
        at = eye + self.centre
        off = np.maximum(np.maximum(self._boxes.low - at, at - self._boxes.high), 0.0)
        return float(np.sqrt(np.einsum("ij,ij->i", off, off).min(initial=np.inf)))

    def nearest_first(self, sight: Sight) -> list[Any]:
        """Actors drawn at present, nearest tile first."""
        middle = (self._boxes.low + self._boxes.high) * 0.5 - sight.eye
        order = np.argsort(np.einsum("ij,ij->i", middle, middle))
        rank = np.argsort(order)
        near = [
            (int(rank[index]), actor)
            for index in np.flatnonzero(self._alone).tolist()
            for actor in (*self._drawn[index].actors, *self._skin_actors(index))
            if actor is not None
        ]
        near += [(int(rank[g.first : g.last].min()), g.actor) for g in self._groups if g.is_drawn]
        return [actor for _, actor in sorted(near, key=lambda pair: pair[0])]

    def found(self, eye: Float64Array, way: Float64Array, under: Point | None) -> tuple[float, int, Point] | None:
        """Return distance, feature and world point of the object at a scene point, or first along a scene ray."""
        start = eye + self.centre
        if under is not None:
            point = (under[0] + self.centre[0], under[1] + self.centre[1], under[2] + self.centre[2])
            reach = float(np.linalg.norm(np.subtract(point, start)))
            feature = self._picker.at(point, tolerance_m=min(3.0, 0.4 + reach * 0.002))
            if feature is None and self._cut.closes(point):  # a cut face is of whoever is met behind it
                hit = self._cut.first_kept(self._picker.along, start, way)
                feature = None if hit is None else hit.feature
            return None if feature is None else (reach, feature, point)
        hit = self._cut.first_kept(self._picker.along, start, way)
        return None if hit is None else (float(np.linalg.norm(np.subtract(hit.point, start))), hit.feature, hit.point)

    def roof_tops(self, above_m: float) -> tuple[IndexArray, Float64Array]:
        """Features (k,) higher than `above_m`, and scene points (k, 3) in the middle of the highest roof of each."""
        features, tops = [], []
        for tile in self.tiles.tiles:
            for row in np.flatnonzero(tile.features.height_m > above_m).tolist():
                corners = tile.near.triangles[tile.first_triangle[row] : tile.first_triangle[row + 1]]
                if not len(corners):
                    continue
                points = tile.near.points[np.unique(corners)]
                high = points[points[:, 2] > points[:, 2].max() - 0.5]
                tops.append(high.mean(axis=0) + (tile.origin - self.centre) + (0.0, 0.0, 2.5))
                features.append(tile.first_feature + row)
        return np.array(features, np.int64), np.array(tops).reshape(-1, 3)

    def solids(self, only: frozenset[int] | None = None) -> Iterator[tuple[Float32Array, Int32Array]]:
        """Yield points in scene metres and triangles of each full tile: of what stands, of some `only` if named."""
        wanted = None if self.lifetimes.absent is None else ~self.lifetimes.absent
        if only is not None:
            chosen = np.zeros(self.tiles.feature_count, np.bool_)
            chosen[list(only)] = True
            wanted = chosen if wanted is None else chosen & wanted
        for tile in self.tiles.tiles:
            triangles = tile.near.triangles
            if wanted is not None:
                rows = np.flatnonzero(wanted[tile.first_feature : tile.first_feature + len(tile.features)])
                runs = [triangles[tile.first_triangle[row] : tile.first_triangle[row + 1]] for row in rows.tolist()]
                triangles = np.concatenate([triangles[:0], *runs])
            if len(triangles):
                yield _scene_points(tile, tile.near, self.centre), triangles

    @property
    def scene_boxes(self) -> tuple[Float64Array, Float64Array]:
        """Lowest and highest corners (n, 3) of the tiles, scene metres."""
        return self._boxes.low - self.centre, self._boxes.high - self.centre

    def casters(self, numbers: Iterable[int]) -> list[Any]:
        """Actors of some tiles for a map of depths; they share the buffers of what is drawn."""
        actors = []
        for number in numbers:
            drawn = self._drawn[number]
            if drawn.caster is None:
                near = drawn.actors[1]
                is_whole = near is not None and drawn.tile.skin is None
                data = near.GetMapper().GetInput() if is_whole else self._data(drawn, drawn.tile.near)
                drawn.caster = self._casting[drawn.page].dress(mapper_of(data, ("feature",)))
            drawn.last_seen = self._frame
            actors.append(drawn.caster)
        return actors

    def release(self) -> None:
        """Remove every actor."""
        for number in range(len(self._drawn)):
            self._forget(number)
        for group in self._groups:
            self._forget_group(group)
        if self._skins is not None:
            self._skins.release()
        for material in (*self._materials, *self._casting):
            material.release()

    def _skin_actors(self, number: int) -> list[Any]:
        return [] if self._skins is None else self._skins.actors(number)

    @property
    def drawn_tiles(self) -> int:
        """Number of tiles drawn at present."""
        return int(np.count_nonzero(self._levels))

    def _set_group(self, group: FarGroup, *, is_drawn: bool) -> None:
        group.is_drawn, group.last_seen = is_drawn, self._frame
        self._buffers.drawn((self, group.first, -1))
        if is_drawn and group.actor is None:
            tiles = self._drawn[group.first : group.last]
            pieces = [self._piece(drawn, drawn.tile.far) for drawn in tiles if drawn.tile.far is not None]
            piece = joined(pieces)
            group.actor = self._dressed(piece, tiles[0].page)
            self._renderer.AddActor(group.actor)
            self._buffers.hold((self, group.first, -1), _size(piece), partial(self._let_group_go, group))
        elif group.actor is not None:
            group.actor.SetVisibility(is_drawn)

    def _set_level(self, number: int, level: int) -> None:
        drawn = self._drawn[number]
        mesh = drawn.tile.far if level == 1 and drawn.tile.far is not None else drawn.tile.near
        slot = 0 if mesh is drawn.tile.far else 1
        for index, actor in enumerate(drawn.actors):
            if actor is not None:
                actor.SetVisibility(bool(level) and index == slot)
        drawn.level = level
        if level and drawn.actors[slot] is None:
            points, triangles, feature = self._piece(drawn, mesh)
            piece = points, triangles_without(drawn.tile.skin if slot else None, triangles), feature
            drawn.actors[slot] = self._dressed(piece, drawn.page)
            self._renderer.AddActor(drawn.actors[slot])
            self._buffers.hold((self, number, slot), _size(piece), partial(self._let_go, drawn, slot))
        for held in (0, 1):
            self._buffers.drawn((self, number, held))
        if self._skins is not None and drawn.tile.skin is not None:
            is_on = bool(level) and slot == 1
            self._skins.set(number, drawn.page, partial(self._piece, drawn, mesh), drawn.tile.skin if is_on else None)

    def _piece(self, drawn: _Drawn, mesh: TileMesh) -> Piece:
        page = self._pages[drawn.page]
        feature = mesh.point_feature.astype(np.float32) + np.float32(drawn.tile.first_feature - page.first)
        return _scene_points(drawn.tile, mesh, self.centre), mesh.triangles, feature

    def _dressed(self, piece: Piece, page: int) -> Any:
        points, triangles, feature = piece
        faces = faces_of(points, triangles)
        attributes = {"feature": feature[faces.source], "face": faces.code}
        mapper = mapper_of(poly_data(points[faces.source], faces.triangles, attributes), tuple(attributes))
        return self._materials[page].dress(mapper, is_closed=is_closed(*piece))

    def _data(self, drawn: _Drawn, mesh: TileMesh) -> Any:
        points, triangles, feature = self._piece(drawn, mesh)
        return poly_data(points, triangles, {"feature": feature})

    def _let_go(self, drawn: _Drawn, slot: int) -> bool:
        """Give one mesh of a tile back, unless it is drawn or casts shadows."""
        actor = drawn.actors[slot]
        if actor is None or actor.GetVisibility() or (slot and drawn.caster is not None):
            return False
        self._renderer.RemoveActor(actor)
        drawn.actors[slot] = None
        return True

    def _let_group_go(self, group: FarGroup) -> bool:
        """Give the mesh of a group back, unless it is drawn."""
        if group.actor is None or group.is_drawn:
            return False
        self._forget_group(group)
        return True

    def _forget_unseen(self) -> None:
        for number, drawn in enumerate(self._drawn):
            if not drawn.level and self._frame - drawn.last_seen > _FORGET_AFTER_FRAMES:
                self._forget(number)
        for group in self._groups:
            if not group.is_drawn and self._frame - group.last_seen > _FORGET_AFTER_FRAMES:
                self._forget_group(group)

    def _forget(self, number: int) -> None:
        drawn = self._drawn[number]
        for slot, actor in enumerate(drawn.actors):
            self._buffers.drop((self, number, slot))
            if actor is not None:
                self._renderer.RemoveActor(actor)
        if self._skins is not None:
            self._skins.forget(number)
        drawn.actors, drawn.caster = [None, None], None
        drawn.level = 0

    def _forget_group(self, group: FarGroup) -> None:
        self._buffers.drop((self, group.first, -1))
        if group.actor is not None:
            self._renderer.RemoveActor(group.actor)
        group.actor, group.is_drawn = None, False


def _facade(context: SceneContext, page: FeaturePage) -> Material:
    present = {"BRIDGES": page.has_bridges, "OWN": page.own is not None}
    defines = {name: 1 for name, is_there in present.items() if is_there}
    material = context.material("facade.vert", "facade_night", DETAIL=0, **defines)
    material.set_texture("feature_box", page.box)
    material.set_texture("feature_state", page.state)
    return material


def _caster(context: SceneContext, page: FeaturePage) -> Material:
    material = context.material("cast_tiles.vert", "cast_tiles")
    material.set_texture("feature_state", page.state)
    return material


def _size(piece: Piece) -> int:
    return sum(array.nbytes for array in piece) + 4 * len(piece[0])


def _scene_points(tile: Tile, mesh: TileMesh, centre: Point) -> Float32Array:
    return mesh.points + (tile.origin - centre).astype(np.float32)
