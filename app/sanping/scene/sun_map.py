"""Sharp shadows near the camera: depths seen from the sun, drawn once for each place of sun and camera.

Beyond its square, and in the presets draft and soft, the city field casts the shadows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkRenderingCore import vtkCamera, vtkRenderer
from vtkmodules.vtkRenderingOpenGL2 import vtkOpenGLFramebufferObject, vtkTextureObject

from sanping.domain.geo import Float64Array
from sanping.domain.view import CameraPose, Point
from sanping.scene.layers.tiles import TileLayer
from sanping.scene.layers.trees import Trees
from sanping.scene.mesh import DataTexture
from sanping.scene.sun_region import SunRegion, region_for
from sanping.scene.uniforms import SceneUniforms

BAKE_EVERY_S = 0.1
_SIZES_PX = {1: 2048, 2: 4096}
_SUN_STEP = 0.004
_GL_DEPTH, _GL_DEPTH_TEST, _GL_BLEND, _GL_SCISSOR_TEST, _GL_LEQUAL = 0x100, 0x0B71, 0x0BE2, 0x0C11, 0x0203


@dataclass(frozen=True, slots=True, kw_only=True)
class Casters:
    """What casts shadows at present; `version` changes with what is shown of it."""

    tiles: tuple[TileLayer, ...]
    trees: tuple[Trees, ...]
    version: tuple[int, int]


class SunMap:
    """The map of one window. `plan` before the scene's numbers are sent, `bake` after it, inside the rendering."""

    def __init__(self, window: Any, uniforms: SceneUniforms, texture: DataTexture, centre: Point) -> None:
        self._window, self._uniforms, self._texture, self._centre = window, uniforms, texture, centre
        self._renderer = vtkRenderer()
        self._renderer.SetRenderWindow(window)
        self._camera = vtkCamera()
        self._camera.SetUseExplicitProjectionTransformMatrix(True)
        self._renderer.SetActiveCamera(self._camera)
        self._target: tuple[Any, Any] | None = None
        self._size_px = 0
        self._key: tuple[SunRegion, int, tuple[int, int]] | None = None
        self._wanted: list[Any] | None = None
        self._baked_at = self._texel_m = 0.0
        self.is_late = False
        """The sun has moved on since the map was drawn: another frame is needed."""

    def plan(self, pose: CameraPose, sun: Point, detail: int, casters: Casters, *, may_wait: bool) -> None:
        """Choose the square for a frame and set its numbers; `may_wait` allows an older sun for a moment."""
        self._wanted, self.is_late = None, False
        size_px = _SIZES_PX.get(detail, 0)
        region = region_for(pose, self._centre, self._steadied(sun)) if size_px and casters.tiles else None
        if region is None:
            self._uniforms.set("uSunTexel", 0.0)
            return
        key = (region, size_px, casters.version)
        self._uniforms.set("uSunTexel", self._texel_m)
        if key == self._key:
            return
        if may_wait and self._key is not None and perf_counter() - self._baked_at < BAKE_EVERY_S:
            self.is_late = True
            return
        actors, low, high = _drawn_from(region, casters)
        if not actors:
            self._key, self._texel_m = None, 0.0
            self._uniforms.set("uSunTexel", 0.0)
            return
        rows = region.rows(low, high)
        for name, row in zip(("uSunAcross", "uSunUpward", "uSunDeep"), rows.tolist(), strict=True):
            self._uniforms.set(name, *row)
        self._texel_m = 2 * region.half_m / size_px
        self._uniforms.set("uSunTexel", self._texel_m)
        self._aim(rows)
        self._key, self._wanted = key, actors

    def bake(self) -> None:
        """Draw the depths if `plan` found them out of date."""
        if self._wanted is None:
            return
        actors, self._wanted = self._wanted, None
        assert self._key is not None
        framebuffer = self._prepared(self._key[1])
        state = self._window.GetState()
        state.Push()
        state.PushFramebufferBindings()
        framebuffer.Bind(framebuffer.GetDrawMode())
        framebuffer.DeactivateDrawBuffers()
        state.vtkglViewport(0, 0, self._size_px, self._size_px)
        for capability in (_GL_SCISSOR_TEST, _GL_BLEND):
            state.vtkglDisable(capability)
        state.vtkglEnable(_GL_DEPTH_TEST)
        state.vtkglDepthFunc(_GL_LEQUAL)
        state.vtkglDepthMask(True)
        state.vtkglClearDepth(1.0)
        state.vtkglClear(_GL_DEPTH)
        for actor in actors:
            actor.RenderOpaqueGeometry(self._renderer)
        state.PopFramebufferBindings()
        state.Pop()
        self._baked_at = perf_counter()

    def release(self) -> None:
        """Give the GL objects back; the window's context must still exist."""
        if self._target is not None:
            for held in self._target:
                held.ReleaseGraphicsResources(self._window)
        self._target, self._key, self._size_px = None, None, 0
        self._renderer.SetRenderWindow(None)  # type: ignore[arg-type]

    def _steadied(self, sun: Point) -> Point:
        """Return the sun of the present map while it has hardly moved."""
        if self._key is None:
            return sun
        old = self._key[0].sun
        return old if max(abs(a - b) for a, b in zip(sun, old, strict=True)) < _SUN_STEP else sun

    def _aim(self, rows: Float64Array) -> None:
        """Let the camera see what `rows` of the map say, from 0 … 1 to −1 … 1; its own view is the scene's axes."""
        camera, matrix = self._camera, vtkMatrix4x4()
        camera.SetPosition(0.0, 0.0, 0.0)
        camera.SetFocalPoint(0.0, 0.0, -1.0)
        camera.SetViewUp(0.0, 1.0, 0.0)
        for row in range(3):
            for column in range(4):
                matrix.SetElement(row, column, 2.0 * float(rows[row, column]) - (1.0 if column == 3 else 0.0))
        camera.SetExplicitProjectionTransformMatrix(matrix)

    def _prepared(self, size_px: int) -> Any:
        if self._target is not None and self._size_px == size_px:
            return self._target[0]
        if self._target is not None:
            for held in self._target:
                held.ReleaseGraphicsResources(self._window)
        depths = vtkTextureObject()
        depths.SetContext(self._window)
        depths.SetMinificationFilter(vtkTextureObject.Linear)
        depths.SetMagnificationFilter(vtkTextureObject.Linear)
        depths.SetWrapS(vtkTextureObject.ClampToEdge)
        depths.SetWrapT(vtkTextureObject.ClampToEdge)
        depths.SetDepthTextureCompare(True)
        depths.SetDepthTextureCompareFunction(vtkTextureObject.Lequal)
        depths.AllocateDepth(size_px, size_px, vtkTextureObject.Float32)
        framebuffer = vtkOpenGLFramebufferObject()
        framebuffer.SetContext(self._window)
        state = self._window.GetState()
        state.PushFramebufferBindings()
        framebuffer.Bind(framebuffer.GetDrawMode())
        framebuffer.AddDepthAttachment(depths)
        state.PopFramebufferBindings()
        self._target, self._size_px = (framebuffer, depths), size_px
        self._texture.hold(depths)
        return framebuffer


def _drawn_from(region: SunRegion, casters: Casters) -> tuple[list[Any], float, float]:
    """Actors that cast into the square, and the least and most height towards the sun that they reach."""
    actors: list[Any] = []
    heights: list[float] = []
    for layer in casters.tiles:
        found = region.touched(*layer.scene_boxes)
        actors += layer.casters(found[:, 0].astype(int).tolist())
        heights += [*found[:, 1].tolist(), *found[:, 2].tolist()]
    if not heights:
        return [], 0.0, 1.0
    actors += [trees.caster for trees in casters.trees if trees.caster is not None]
    return actors, min(heights), max(heights)


def flat_casters(tiles: Iterable[TileLayer], layers: Iterable[object], version: tuple[int, int]) -> Casters:
    """Gather what casts: objects, and the trees of the flat layers that have some."""
    trees = tuple(trees for layer in layers if isinstance(trees := getattr(layer, "trees", None), Trees))
    return Casters(tiles=tuple(tiles), trees=trees, version=version)
