"""The 3D picture of the city: one class for the window, the wall, the golden pictures and headless export.

Give it layers with `add_…`, tell it what to show with `show`, and let the owner of the window draw. Each frame is
prepared by an observer of VTK, so nobody calls `Render()`; only `picture()` draws on its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter, time_ns
from typing import Any

from vtkmodules.vtkCommonCore import vtkCommand

from sanping.analysis.sun import sun_position
from sanping.domain.geo import UInt8Array
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.text import Language, Text
from sanping.domain.tile import TileSet
from sanping.domain.view import CameraPose, Point, StyleName
from sanping.scene.camera import HORIZON_M, Lens, aim, lens_of
from sanping.scene.content import SceneContent
from sanping.scene.context import LayerLook, SceneContext
from sanping.scene.daylight import Light, Look, light_direction, load_look
from sanping.scene.label_layout import PixelBox, room_of, room_under
from sanping.scene.layers.sky import SkyLayer
from sanping.scene.part_vignette import PartVignette
from sanping.scene.picks import Pointer
from sanping.scene.picture_parts import Pane, PicturePart
from sanping.scene.plan_view import PlanView
from sanping.scene.post import PostProcess, Sight
from sanping.scene.readback import depth_at, picture_of
from sanping.scene.renderers import know_unit, renderers_of
from sanping.scene.shaders import ShaderLibrary
from sanping.scene.streamed_tiles import StreamedTiles
from sanping.scene.sun_map import SunMap
from sanping.scene.uniforms import SceneUniforms
from sanping.scene.values import Legend, Pick
from sanping.stage.state import FLOWS, QualityName, Stage
from sanping.twin.project import Role
from sanping.twin.river_view import RiverView

DETAIL = {"draft": -1, "soft": 0, "standard": 1, "high": 2}
_STYLES: tuple[StyleName, ...] = ("night", "day")
_LAMPS_BESIDE_COLOURS = 0.45
_SHADE_TAPS = {"standard": 8, "high": 16}


class CityScene:
    """Everything that is drawn into one render window.

    `centre` is the scene's origin in world metres; `latitude_deg`, `longitude_deg` place the sun; `assets` is the
    folder with shaders, palettes and fonts. The window belongs to the caller. `may_invent` continues the city beyond
    its data with made-up blocks and lights: for twins that declare themselves synthetic, never around real data.
    """

    def __init__(  # noqa: PLR0913  named, and each of them decides something
        self,
        window: Any,
        *,
        centre: Point,
        latitude_deg: float,
        longitude_deg: float,
        quality: QualityName,
        language: Language,
        assets: Path,
        may_invent: bool = False,
    ) -> None:
        self.window, self.centre, self._place = window, centre, (latitude_deg, longitude_deg)
        self._shaders, self._uniforms = ShaderLibrary(assets / "shaders"), SceneUniforms()
        self._looks: dict[StyleName, Look] = {style: load_look(assets / "palettes", style) for style in _STYLES}
        self._renderer, self._overlay = renderers_of(window)
        self._context = SceneContext(
            renderer=self._renderer,
            overlay=self._overlay,
            shaders=self._shaders,
            uniforms=self._uniforms,
            centre=centre,
            assets=assets,
            language=language,
            may_invent=may_invent,
        )
        self._uniforms.set("uInvent", float(may_invent))
        self._sky, self._content = SkyLayer(self._renderer, self._shaders, self._uniforms), SceneContent(self._context)
        self.governed, self._plan = self._content.governed, PlanView(self._context, self._content)
        self.streams = StreamedTiles(self._context, self._content)
        self._sun_map = SunMap(window, self._uniforms, self._content.textures["sun_map"], centre)
        self._post, self._corners = PostProcess(window, self._shaders), PartVignette(window, self._shaders)
        self._part: PicturePart | None = None
        self._pane: Pane | None = None
        self._panels: tuple[tuple[PixelBox, ...], tuple[int, int]] = ((), (1, 1))
        self._has_depth = self._is_covered = True
        self._quality: QualityName = quality
        self._stage: Stage | None = None
        self._drawn_from: CameraPose | None = None
        self._river: RiverView | None = None
        self._sun: Point = (0.0, 0.0, 1.0)
        self._seconds = self._frame_began = self.frame_ms = 0.0
        self._observers = self._observed()
        self._context.cut.follow(self._refresh_lights)

    def _observed(self) -> list[tuple[Any, int]]:
        """Hear of each frame: before it, after the city, after the labels."""
        heard = (
            (self._renderer, vtkCommand.StartEvent, self._before_frame),
            (self._renderer, vtkCommand.EndEvent, self._after_city),
            (self._overlay, vtkCommand.EndEvent, self._after_frame),
        )
        return [(renderer, renderer.AddObserver(event, called)) for renderer, event, called in heard]

    def add_tiles(self, layer: str, role: Role, tiles: TileSet) -> None:
        """Add buildings or bridges under a layer name; an older layer of that name is replaced."""
        self._content.add_tiles(layer, role, tiles)
        self._refresh()

    def add_terrain(self, layer: str, terrain: Terrain) -> None:
        """Lay the ground, with its imagery if it has one."""
        self._content.add_terrain(layer, terrain)
        self._refresh()

    def add_vector(self, layer: str, role: Role, title: Text, data: VectorLayer) -> None:
        """Add water, roads, green, places, facilities, grid or lines."""
        self._content.add_vector(layer, role, title, data)
        self._refresh()

    def expect_more(self, *, expects_more: bool) -> None:
        """Wait with the shadows and lights of the ground until no more layers are expected: laid once, not for each."""
        self._content.expects_more = expects_more

    def remove(self, layer: str) -> None:
        """Take a layer away; an unknown name is ignored."""
        self._content.remove(layer)
        self._refresh()

    def set_flows(self, flows: Sequence[tuple[Point, Point]]) -> None:
        """Show arcs with a running head from one world point to another; an empty sequence takes them away."""
        self._content.flows.set_flows(flows)
        self._refresh()

    def set_pulses(self, places: Sequence[Point], radius_m: float, colour: tuple[float, float, float]) -> None:
        """Show rings that pulse around world points; colour channels are 0 … 1."""
        self._content.pulses.set_pulses(places, radius_m, colour)
        self._refresh()

    def show_river(self, view: RiverView) -> bool:
        """Show what lives in the twin: water at its level, banks at risk, rain, values on the signs of stations.

        Say whether the picture differs: a view is new every two seconds, what it shows seldom is.
        """
        self._river = view
        has_changed = self._content.follow(view, "plain" if self._stage is None else self._stage.water_colour)
        if has_changed:
            self._refresh_lights()
        return has_changed

    def show(self, new: Stage, old: Stage | None) -> None:
        """Show a stage; only what differs from `old` (None: from nothing) is changed."""
        self._stage, has_changed = new, self._plan.follow(new.scheme)
        old = None if has_changed else old
        if old is None or (new.style, new.layers) != (old.style, old.layers):
            self._sky.show(new.style, is_draft=self._quality == "draft")
            self._content.show(self._layer_looks(new))
        if old is None or _lit(new) != _lit(old):
            self._set_light(new)
        self._content.show_moment(new.timeline.shown_ms(time_ns() // 1_000_000))
        self._content.paint(new, old)
        if self._river is not None and (old is None or new.water_colour != old.water_colour):
            self.show_river(self._river)
        if has_changed:
            self._context.draw_in_order(self._sky.actors)

    def cut(self, pane: Pane | None) -> None:
        """Draw only this pane of the view, for a tile of a wall; None for all. Panels are in pixels of the whole."""
        self._pane = pane

    def set_quality(self, quality: QualityName) -> None:
        """Draw with another preset from the next frame on."""
        self._quality = quality
        self._refresh()

    def set_language(self, language: Language) -> None:
        """Write labels and legend in another language."""
        self._context.language = language
        self._content.relabel()

    def keep_labels_off(self, panels: Sequence[PixelBox], size_px: tuple[int, int]) -> None:
        """Keep labels of the window off its panels: left, top, right, bottom in pixels of a window of `size_px`.

        Pictures that are taken have no panels.
        """
        self._panels = (tuple(panels), size_px)

    def animate(self, seconds: float) -> None:
        """Set the clock of everything that moves by itself."""
        self._seconds = seconds % 3600.0
        self.governed.animate(self._seconds)

    def pick(self, x_px: float, y_px: float) -> Pick | None:
        """Return what is meant by a pixel, counted from the upper left corner of the window.

        The mark of a facility or place, else the object, else the road, water, green or cell on the ground.
        """
        size_px = self.window.GetSize()
        at_px = (x_px, size_px[1] - y_px)
        under = self._depth_point(x_px, y_px)
        return self._content.pick(Pointer(lens=self._lens(), size_px=size_px, at_px=at_px, under=under))

    def world_under(self, x_px: float, y_px: float) -> Point | None:
        """Return the world point under a pixel, None for the sky."""
        point = self._depth_point(x_px, y_px)
        if point is None:
            point = self._content.ground_hit(*self._ray(x_px, y_px))
        return (
            None if point is None else (point[0] + self.centre[0], point[1] + self.centre[1], point[2] + self.centre[2])
        )

    def legend(self) -> Legend | None:
        """Return how the present colouring is read, None without one."""
        return self._content.legend

    def picture(self, width: int, height: int) -> UInt8Array:
        """Draw the present stage at any size and return it as (height, width, 3), row 0 at the top."""
        self._is_covered = False
        try:
            return picture_of(self.window, width, height)
        finally:
            self._is_covered = True

    def picture_part(self, part: PicturePart) -> UInt8Array:
        """Draw one part of a larger picture of the present stage and return it as (height, width, 3), row 0 at the top.

        All parts together are what `picture` gives for the whole. Until the next frame nothing is known about depths:
        picking goes by rays.
        """
        left, top, right, bottom = part.drawn
        self._part, self._is_covered = None if part.is_whole and not part.is_covered else part, False
        try:
            pixels = picture_of(self.window, right - left, bottom - top)
        finally:
            self._part, self._has_depth, self._is_covered = None, False, True
        top, left = part.top - top, part.left - left
        return pixels[top : top + part.height, left : left + part.width]

    def close(self) -> None:
        """Take everything out of the window; the scene is not used afterwards."""
        for owner, tag in self._observers:
            owner.RemoveObserver(tag)
        self._observers.clear()
        self._content.release()
        self._sky.release()
        self._sun_map.release()
        self._post.release()
        self._corners.release()
        for renderer in (self._overlay, self._renderer):
            renderer.RemoveAllViewProps()
            self.window.RemoveRenderer(renderer)

    @property
    def is_settling(self) -> bool:
        """Shadows of the last frame lag behind the sun, or pictures are to come: another frame brings them."""
        return self._sun_map.is_late or bool(self._context.late)

    @property
    def quality(self) -> QualityName:
        """The preset in use."""
        return self._quality

    def _refresh_lights(self) -> None:
        """Draw what has come anew in the present look."""
        if self._stage is not None:
            self._content.show(self._layer_looks(self._stage))
            self._context.draw_in_order(self._sky.actors)

    def _refresh(self) -> None:
        """Bring new content to the present stage."""
        if self._stage is not None:
            stage, self._stage = self._stage, None
            self.show(stage, None)
        self._context.draw_in_order(self._sky.actors)

    def _layer_looks(self, stage: Stage) -> "dict[str, LayerLook]":
        detail, cut = DETAIL[self._quality], self._context.cut.grade
        return {name: LayerLook.of(stage, name, detail, cut) for name in (*self._content.names, "", FLOWS)}

    def _set_light(self, stage: Stage) -> None:
        sun = sun_position(stage.moment, *self._place)
        light: Light = self._looks[stage.style].light(sun.altitude_deg)
        self._sun = light_direction(stage.style, sun)
        uniforms = self._uniforms
        uniforms.set("uSun", *self._sun)
        uniforms.set("uSunColour", *light.sun)
        uniforms.set("uAmbient", *light.ambient)
        uniforms.set("uZenith", *light.zenith)
        uniforms.set("uHorizon", *light.horizon)
        uniforms.set("uGlow", *light.glow)
        # Amber streets must not compete with water that is coloured by its state.
        uniforms.set("uLamps", light.lamps * (1.0 if stage.water_colour == "plain" else _LAMPS_BESIDE_COLOURS))
        uniforms.set("uFog", light.fog_m if not stage.is_parallel else HORIZON_M * 100.0, light.fog_height_m)
        uniforms.set("uShade", light.shade)
        post = self._looks[stage.style].post
        uniforms.set("uTone", post.exposure, post.gamma, post.saturation)

    def _drawn_part(self) -> PicturePart | None:
        """Return what of a larger view is drawn now, None when it is all of it."""
        if self._part is not None or self._pane is None or not self._is_covered:
            return self._part
        return self._pane.part(self.window.GetSize())

    def _lens(self) -> Lens:
        part, size_px = self._drawn_part(), self.window.GetSize()
        assert self._stage is not None
        stage, whole_px = self._stage, size_px if part is None else part.whole
        whole = lens_of(stage.camera, self.centre, *whole_px, is_parallel=stage.is_parallel)
        return whole if part is None else whole.part(part.drawn, part.whole)

    def _ray(self, x_px: float, y_px: float) -> tuple[Any, Any]:
        lens = self._lens()
        width, height = self.window.GetSize()
        return lens.eye, lens.ray(2.0 * x_px / width - 1.0, 1.0 - 2.0 * y_px / height)

    def _depth_point(self, x_px: float, y_px: float) -> Point | None:
        if self._stage is None or not self._has_depth or self._stage.camera != self._drawn_from:
            return None  # what was drawn was seen from elsewhere
        width, height = self.window.GetSize()
        depth = depth_at(self.window, int(x_px), height - 1 - int(y_px))
        near, far = self._renderer.GetActiveCamera().GetClippingRange()
        if depth is None or depth >= 0.9999995:
            return None
        ahead = near * far / (far - depth * (far - near))
        lens = self._lens()
        ray = lens.ray(2.0 * x_px / width - 1.0, 1.0 - 2.0 * y_px / height)
        east, north, up = lens.eye + ray * (ahead / float(ray @ lens.forward))
        return (float(east), float(north), float(up))

    def _before_frame(self, _caller: object, _event: str) -> None:
        self._frame_began = perf_counter()
        if self._stage is None:
            return
        self._drawn_from = self._stage.camera
        part, size_px, uniforms = self._drawn_part(), self.window.GetSize(), self._uniforms
        whole_px = size_px if part is None else part.whole
        whole = lens_of(self._stage.camera, self.centre, *whole_px, is_parallel=self._stage.is_parallel)
        lens = whole if part is None else whole.part(part.drawn, part.whole)
        uniforms.set("uTime", self._seconds)
        uniforms.set("uEye", *lens.eye)
        uniforms.set("uRight", *(lens.right * lens.half_width))
        uniforms.set("uUp", *(lens.up * lens.half_height))
        uniforms.set("uForward", *lens.middle)
        uniforms.set("uViewport", *(float(v) for v in size_px))
        uniforms.set("uDetail", float(DETAIL[self._quality]))
        is_covered = self._is_covered or (part is not None and part.is_covered)
        room = room_under(whole_px, *self._panels) if is_covered else room_of(whole_px)
        self._context.may_wait = self._is_covered
        self._content.prepare(self._stage.camera, whole, self._sun, room, DETAIL[self._quality])
        # Only now is it known how far the layers reach, and with it how near to the eye something may be.
        aim(self._renderer.GetActiveCamera(), self._stage.camera, self.centre, lens, self._content.free_m(lens.eye))
        self._context.draw_in_order(self._sky.actors)
        detail, casters = DETAIL[self._quality], self._content.casters
        self._sun_map.plan(self._stage.camera, self._sun, detail, casters, may_wait=self._is_covered)
        uniforms.send()
        know_unit(self.window)
        self._sun_map.bake()
        know_unit(self.window)

    def _after_city(self, _caller: object, _event: str) -> None:
        if self._stage is None or self._quality == "draft":
            return
        know_unit(self.window)
        width, height = self.window.GetSize()
        settings, part = self._looks[self._stage.style].post, self._drawn_part()
        finished = settings if part is None else replace(settings, vignette=0.0)
        self._post.apply(width, height, finished, is_quick=DETAIL[self._quality] == 0, sight=self._sight())
        if part is not None:
            self._corners.apply(part, settings.vignette)

    def _sight(self) -> Sight | None:
        """How the frame was seen, for qualities with shade."""
        taps = _SHADE_TAPS.get(self._quality)
        if taps is None:
            return None
        value = self._uniforms.value
        return Sight(
            range_m=self._renderer.GetActiveCamera().GetClippingRange(),
            forward=value("uForward"),
            right=value("uRight"),
            up=value("uUp"),
            taps=taps,
        )

    def _after_frame(self, _caller: object, _event: str) -> None:
        self.frame_ms = (perf_counter() - self._frame_began) * 1000.0
        self._has_depth = True


def _lit(stage: Stage) -> tuple[object, ...]:
    return stage.style, stage.moment, stage.water_colour, stage.is_parallel
