"""The layers of a scene: adds, shows, colours, picks and removes them."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from sanping.analysis.visibility import sight_of
from sanping.domain.geo import Float32Array, Float64Array, Int32Array
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.domain.view import CameraPose, Point
from sanping.scene.beacons import Beacons
from sanping.scene.camera import Lens
from sanping.scene.context import LayerLook, SceneContext, SceneLayer
from sanping.scene.cover import Flats
from sanping.scene.flat_picking import FlatPicker
from sanping.scene.governed_city import GovernedCity
from sanping.scene.groundwork import Groundwork, Solids
from sanping.scene.label_layout import Room
from sanping.scene.layers.far import FarLayer
from sanping.scene.layers.flows import FlowLayer, PulseLayer
from sanping.scene.layers.green import GreenLayer
from sanping.scene.layers.ground import GroundLayer
from sanping.scene.layers.labels import LabelLayer
from sanping.scene.layers.made import made_for
from sanping.scene.layers.roads import RoadLayer, half_widths
from sanping.scene.layers.tiles import TileLayer
from sanping.scene.layers.trees import plant
from sanping.scene.layers.water import WaterLayer
from sanping.scene.levels import TileLevels
from sanping.scene.living_city import STATIONS, LivingCity, station_marks
from sanping.scene.mesh import DataTexture
from sanping.scene.paint import Painter
from sanping.scene.picks import Pointer, flat_at, mark_at, object_at
from sanping.scene.ramps import load_ramps
from sanping.scene.reach import bases_outside, flat_bounds
from sanping.scene.sun_map import Casters, flat_casters
from sanping.scene.tints import Tints
from sanping.scene.tracing import Tracer
from sanping.scene.values import Legend, Pick
from sanping.stage.state import FLOWS, FeatureRef, Stage, WaterColour
from sanping.twin.project import Role
from sanping.twin.river_view import RiverView

_CELLS = {-1: 1536, 0: 1536, 1: 2048, 2: 3072}
_SORT_EVERY, _LOW_THINGS_M = 16, 45.0
_STATIONS_TITLE = Text("测站", "Stations")


class SceneContent:
    """What is drawn, by layer name."""

    def __init__(self, context: SceneContext) -> None:
        self._context = context
        self._ground = GroundLayer(context.renderer, context.shaders, context.uniforms)
        self._groundwork = Groundwork(context.uniforms, context.cut)
        self._far = FarLayer(context)
        self._far.set_textures(self._groundwork.textures)
        self._beacons, self._tracer = Beacons(context), Tracer(context)
        self.flows, self.pulses = FlowLayer(context), PulseLayer(context)
        self._living, self.governed = LivingCity(context), GovernedCity(context, self._groundwork.textures)
        self._ground.set_textures(self._groundwork.textures)
        self._tiles: dict[str, TileLayer] = {}
        self._vectors: dict[str, tuple[Role, Text, VectorLayer, SceneLayer]] = {}
        self._terrain_layer = ""
        self._pickers: dict[str, FlatPicker] = {}
        self._looks: Mapping[str, LayerLook] = {}
        self._has_selected_mark: dict[str, bool] = {}
        self._hidden: object = ((), {})
        self._is_stale = True
        self._painter = Painter(load_ramps(context.assets / "palettes"))
        self.levels = TileLevels(context.buffers)
        self._tints = self.governed.tints = Tints(self._tiles)
        self.top_m, self.expects_more = 100.0, False
        self._frame = self._laid_cells = self._laid = 0
        context.ground_m = -context.centre[2]
        self._settle()

    @property
    def legend(self) -> Legend | None:
        """How the present colouring is read."""
        return self._painter.legend

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all layers."""
        return tuple(name for name in (*self._tiles, *self._vectors, self._terrain_layer) if name)

    def add_tiles(self, layer: str, role: Role, tiles: TileSet) -> None:
        """Add buildings or bridges."""
        self.add_layer(layer, TileLayer(self._context, tiles, is_bridge=role == "bridges"))

    def add_layer(self, layer: str, made: TileLayer) -> None:
        """Add a layer of tiles that is made already."""
        self.remove(layer)
        self._tiles[layer] = made
        made.set_textures(self._groundwork.textures)
        self._change()
        if self._context.terrain is None:
            self._settle()

    def renew(self, layer: str, stage: Stage | None, *, is_settled: bool) -> None:
        """Colour the tiles that have come in a layer like the others; where no more come, lay their shadows too."""
        self._painter.forget(layer)
        self._beacons.forget(layer)
        if stage is not None:
            self._painter.paint(self._tiles, stage, None)
        if is_settled:
            self._change()

    def add_terrain(self, layer: str, terrain: Terrain) -> None:
        """Lay the ground; things that lie on it are laid again."""
        if self._terrain_layer:
            self.remove(self._terrain_layer)
        self._terrain_layer = layer
        self._context.terrain = terrain
        self._ground.set_terrain(terrain, self._context.centre)
        self._ground.set_textures(self._groundwork.textures)
        self._settle()
        self._lay_again()

    def add_vector(self, layer: str, role: Role, title: Text, data: VectorLayer) -> None:
        """Add flat things and points."""
        self.remove(layer)
        made = made_for(self._context, role, data)
        if made is not None:
            made.set_textures(self._groundwork.textures)
            self._vectors[layer] = (role, title, data, made)
            if role in ("water", "facilities"):
                self._living.lay_again(self._waters(), self._label_layers().values())
            if not isinstance(made, LabelLayer):
                self._pickers[layer] = FlatPicker(data, half_widths(data) if role == "roads" else None)
        self._change()

    def remove(self, layer: str) -> None:
        """Take a layer away."""
        if layer in self._tiles:
            self._tiles.pop(layer).release()
            self._painter.forget(layer)
            self._beacons.forget(layer)
        if layer in self._vectors:
            self._vectors.pop(layer)[3].release()
            self._pickers.pop(layer, None)
        if layer and layer == self._terrain_layer:
            self._terrain_layer = ""
            self._context.terrain = None
            self._ground.set_terrain(None, self._context.centre)
            self._settle()
            self._lay_again()
        self._change()

    def show(self, looks: Mapping[str, LayerLook]) -> None:
        """Draw every layer as its look says; the empty name is the look of the ground."""
        seen, self._looks = self._seen(), looks
        self._is_stale = self._is_stale or self._seen() != seen
        whole = looks[""]
        roles = {role for _, role in self._seen()}
        self._ground.show(whole, is_carved="water" in roles, is_covered=bool(roles & {"water", "roads", "green"}))
        self._far.show(whole)
        for light in (self._beacons, self._tracer, self.flows, self.pulses, self._living, self.governed):
            light.show(whole)
        self._living.flows.show(looks[FLOWS])
        for name, tiles in self._tiles.items():
            tiles.show(looks[name])
        for name, (_, _, _, layer) in self._vectors.items():
            layer.show(looks[name])

    def follow(self, view: RiverView, colour: WaterColour) -> bool:
        """Show what lives: water, banks, rain and the words of stations. Say whether anything differs from before."""
        has_marks = STATIONS in self._vectors
        if not has_marks:
            marked = frozenset(code for layer in self._label_layers().values() for code in layer.codes)
            marks = station_marks((item.station for item in view.stations), marked, view.centre)
            if marks is not None:
                self.add_vector(STATIONS, "facilities", _STATIONS_TITLE, marks)
        has_changed = self._living.follow(view, colour, self._waters(), self._label_layers().values())
        return has_changed or has_marks != (STATIONS in self._vectors)

    def show_moment(self, at_ms: float) -> None:
        """Show the objects that stand at a moment; their shadows and lights come and go with them."""
        for layer in self._tiles.values():
            self._is_stale = layer.show_moment(at_ms) or self._is_stale

    def paint(self, new: Stage, old: Stage | None) -> None:
        """Bring colouring, selection and hover from `old` to `new`."""
        with self._tints.lifted(new, old if old is None or new.scheme is old.scheme else None):
            self._painter.paint(self._tiles, new, old)
        self._mark(new, old)
        hidden = (new.isolated, {} if new.scheme is None else new.scheme.hides)
        self._is_stale, self._hidden = self._is_stale or hidden != self._hidden, hidden
        for name, labels in self._label_layers().items():
            labels.isolate(_ids_in(name, new.isolated) if new.isolated else None)

    def relabel(self) -> None:
        """Write texts in the context's language."""
        for layer in self._label_layers().values():
            layer.relabel()

    def prepare(self, pose: CameraPose, lens: Lens, sun: Point, room: Room, detail: int) -> None:
        """Make the frame ready: ground textures in step, labels in their room, tiles at their levels."""
        if self._is_stale or self._context.cut.must_be_laid or _CELLS[detail] > self._laid_cells:
            if (bounds := self._bounds()) is not None:
                self._context.uniforms.set("uExtent", *bounds)
            if not self.expects_more:
                self._lay_groundwork(detail)
        self._groundwork.follow_sun(sun)
        self._lay_labels(lens, room)
        sight = sight_of(pose, room.size_px[0] / max(1, room.size_px[1]))
        self.levels.show(self._tiles, self._looks, sight, detail)
        self._frame += 1
        if self._frame % _SORT_EVERY == 1:
            tiles = [actor for layer in self._tiles.values() for actor in layer.nearest_first(sight)]
            flat = [actor for _, _, _, layer in self._vectors.values() for actor in layer.actors]
            self._context.draw_in_order([*tiles, *flat, *self._far.actors, *self._ground.actors])

    @property
    def casters(self) -> Casters:
        """What casts sharp shadows at present; nothing while more is expected."""
        seen = set() if self.expects_more else {name for name, _ in self._seen()}
        flat = [layer for name, (*_, layer) in self._vectors.items() if name in seen]
        tiles = [layer for name, layer in self._tiles.items() if name in seen]
        return flat_casters(tiles, flat, (self._laid, self._context.cut.version))

    @property
    def textures(self) -> dict[str, DataTexture]:
        """The textures that all layers share."""
        return self._groundwork.textures

    def free_m(self, eye: Float64Array) -> float:
        """How far around an eye point (scene metres) nothing is drawn, at least; less than 0 where that is unknown."""
        above = float(eye[2]) - self.top_m
        west, south, east, north = self._context.uniforms.value("uExtent")
        if above > 0 or not self._tiles or not (west < eye[0] < east and south < eye[1] < north):
            return above
        low = float(eye[2]) - self._context.highest_ground_m - _LOW_THINGS_M
        return min(low, *(layer.free_m(eye) for layer in self._tiles.values()))

    def pick(self, pointer: Pointer) -> Pick | None:
        """Return the mark that is pointed at, else the object, else what lies on the ground there."""
        seen, centre = {name for name, _ in self._seen()}, self._context.centre
        labels = {name: layer for name, layer in self._label_layers().items() if name in seen}
        tiles = {name: layer for name, layer in self._tiles.items() if name in seen}
        pick = self.governed.pick(pointer) or mark_at(pointer, labels, centre)
        pick = pick or self.governed.component_at(pointer) or object_at(pointer, tiles, self._is_hidden)
        ground = pointer.under or self.ground_hit(pointer.lens.eye, pointer.way)
        if pick is not None or ground is None:
            return pick
        return flat_at(pointer, ground, {name: p for name, p in self._pickers.items() if name in seen}, centre)

    def _is_hidden(self, layer: str, feature: int) -> bool:
        """An object that is not there yet or any more cannot be picked, nor one that an isolation hides."""
        return self._tiles[layer].lifetimes.is_absent(feature) or self._painter.is_hidden(layer, feature)

    def solids_of(self, layer: str, ids: Iterable[str]) -> Iterator[tuple[Float32Array, Int32Array]]:
        """Return points (scene metres) and triangles of some objects of a layer of tiles."""
        return self._tiles[layer].solids(self._painter.numbers(self._tiles, layer, ids))

    def ground_hit(self, eye: Float64Array, way: Float64Array) -> Point | None:
        """Return where a ray meets the ground plane within 60 km, None above the horizon."""
        if way[2] > -1e-4:
            return None
        reach = (self._context.ground_m - eye[2]) / way[2]
        if not 0 < reach < 60_000:
            return None
        x, y, z = eye + way * reach
        return (float(x), float(y), float(z))

    def release(self) -> None:
        """Take everything away."""
        for layer in self.names:
            self.remove(layer)
        self._ground.release()
        self._far.release()
        for light in (self._beacons, self._tracer, self.flows, self.pulses, self._living, self.governed):
            light.release()

    def _change(self) -> None:
        """Something has come or gone: everything is laid anew, not only shown anew."""
        self._is_stale = True
        self._groundwork.forget()
        self._tracer.release()

    def _seen(self) -> frozenset[tuple[str, str]]:
        """Name and role of the layers that are shown at all."""
        roles = {**dict.fromkeys(self._tiles, "tiles"), **{name: item[0] for name, item in self._vectors.items()}}
        looks = self._looks
        return frozenset((n, role) for n, role in roles.items() if n not in looks or looks[n].is_seen)

    def _waters(self) -> list[WaterLayer]:
        return [layer for *_, layer in self._vectors.values() if isinstance(layer, WaterLayer)]

    def _label_layers(self) -> dict[str, LabelLayer]:
        return {name: layer for name, (*_, layer) in self._vectors.items() if isinstance(layer, LabelLayer)}

    def _lay_labels(self, lens: Lens, room: Room) -> None:
        """Place the labels of all layers: those with the selection first, then places, then facilities."""
        taken, layers = self.governed.prepare(lens, room), self._label_layers()
        order = sorted(layers, key=lambda name: (not self._has_selected_mark.get(name), layers[name].are_facilities))
        for name in order:
            taken = np.concatenate([taken, layers[name].prepare(lens, room, taken)])

    def _mark(self, new: Stage, old: Stage | None) -> None:
        """Make selected and hovered labels stand out, and outline what is selected on the ground."""
        hovered = (new.hovered,) if new.hovered is not None else ()
        self.governed.choose(new.selection)
        for name, labels in self._label_layers().items():
            self._has_selected_mark[name] = labels.mark(_ids_in(name, new.selection), _ids_in(name, hovered))
        if old is None or new.selection != old.selection or new.layers != old.layers:
            seen = {name for name, _ in self._seen()}
            chosen = {name: _ids_in(name, new.selection) for name in self._pickers if name in seen}
            self._tracer.trace({name: item[2] for name, item in self._vectors.items()}, chosen)

    def _lay_again(self) -> None:
        for name, (role, title, data, layer) in list(self._vectors.items()):
            layer.release()
            del self._vectors[name]
            self.add_vector(name, role, title, data)

    def _settle(self) -> None:
        """Find the height of the even ground and lay the plane."""
        context, hole = self._context, None
        if context.terrain is not None:
            box, (x, y, _) = context.terrain.extent, context.centre
            hole = (box.west - x, box.south - y, box.east - x, box.north - y)
            edge = context.terrain.heights_m
            rim = np.concatenate([edge[0], edge[-1], edge[:, 0], edge[:, -1]])
            context.ground_m = float(np.nanmedian(rim)) - context.centre[2] if np.isfinite(rim).any() else 0.0
        bases = bases_outside((layer.tiles for layer in self._tiles.values()), context.centre, hole)
        if len(bases):
            level = float(np.percentile(bases, 20)) - context.centre[2]
            context.ground_m = level if hole is None else min(level, context.ground_m)
        self._ground.set_plane(context.ground_m, hole)
        context.uniforms.set("uGround", context.ground_m)
        self.governed.lay_again()
        self._is_stale = True

    def _bounds(self) -> tuple[float, float, float, float] | None:
        boxes = [layer.tiles.extent for layer in self._tiles.values()]
        if not boxes and self._context.terrain is not None:
            boxes = [self._context.terrain.extent]
        if not boxes:
            return flat_bounds((data for _, _, data, _ in self._vectors.values()), self._context.centre)
        box = boxes[0]
        for other in boxes[1:]:
            box = box.merged(other)
        east, north, up = self._context.centre
        self.top_m = box.top - up
        return (box.west - east, box.south - north, box.east - east, box.north - north)

    def _lay_groundwork(self, detail: int) -> None:
        """Lay shadows, lights and beacons of what is shown; what is hidden leaves no trace."""
        self._is_stale, self._laid_cells = False, _CELLS[detail]
        self._laid += 1
        bounds = self._bounds()
        seen = {name for name, _ in self._seen()}
        tiles = [(name, layer, self._painter.kept(name)) for name, layer in self._tiles.items() if name in seen]
        self._far.surround(bounds if self._context.may_invent else None, self._context.ground_m)
        self._beacons.stand_on(self._tiles, {name: kept for name, _, kept in tiles})
        if self._looks:
            self._far.show(self._looks[""])
            self._beacons.show(self._looks[""])
        self._groundwork.rebuild(
            bounds,
            self._context.ground_at,
            [
                Solids(
                    key=name if kept is None and layer.lifetimes.absent is None else "",
                    pieces=partial(layer.solids, kept),
                )
                for name, layer, kept in tiles
            ],
            (frozenset(seen & set(self._vectors)), partial(self._flats, seen)),
            _CELLS[detail],
        )
        plant([layer for name, (*_, layer) in self._vectors.items() if name in seen], self._groundwork)

    def _flats(self, seen: set[str]) -> Flats:
        layers: list[Any] = [layer for name, (*_, layer) in self._vectors.items() if name in seen]
        return Flats(
            roads=[path for layer in layers if isinstance(layer, RoadLayer) for path in layer.light_paths],
            water=[layer.sheet for layer in layers if isinstance(layer, WaterLayer)],
            green=[layer.sheet for layer in layers if isinstance(layer, GreenLayer)],
        )


def _ids_in(layer: str, refs: Iterable[FeatureRef]) -> tuple[str, ...]:
    return tuple(ref.id for ref in refs if ref.layer == layer)
