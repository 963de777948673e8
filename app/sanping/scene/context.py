"""What every layer of the scene needs: where to draw, with which shaders, around which origin, over which ground."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from sanping.domain.geo import Float64Array
from sanping.domain.ground import Terrain
from sanping.domain.text import Language
from sanping.domain.view import Point, StyleName
from sanping.scene.buffers import BufferBudget
from sanping.scene.material import Material
from sanping.scene.mesh import DataTexture
from sanping.scene.section_cut import SectionCut
from sanping.scene.shaders import ShaderLibrary
from sanping.scene.uniforms import SceneUniforms
from sanping.stage.state import TEXTURES, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerLook:
    """How a layer is to be drawn; `detail` -1 draft, 0 soft, 1 standard, 2 high.

    `cut` is 1 where a section cuts buildings, 2 where it cuts what lies on the ground too.
    """

    style: StyleName
    detail: int
    is_visible: bool = True
    opacity: float = 1.0
    has_pictures: bool = True
    cut: int = 0

    @classmethod
    def of(cls, stage: Stage, layer: str, detail: int, cut: int = 0) -> "LayerLook":
        """Return how a stage shows a layer; `cut` is what a section cuts of everything."""
        state = stage.layer(layer)
        return cls(
            style=stage.style,
            detail=detail,
            is_visible=state.is_visible,
            opacity=state.opacity,
            has_pictures=stage.layer(TEXTURES).is_visible,
            cut=cut,
        )

    @property
    def is_seen(self) -> bool:
        """There is something to see of the layer."""
        return self.is_visible and self.opacity > 0.0

    @property
    def skin(self) -> str:
        """Ending of the fragment of buildings and ground: they have shaders of their own for the draft."""
        return f"draft_{self.style}" if self.detail < 0 else self.style


class SceneLayer(Protocol):
    """One layer of the picture."""

    def show(self, look: LayerLook) -> None:
        """Draw as `look` says; nothing happens when it is the present look."""

    def set_textures(self, textures: dict[str, DataTexture]) -> None:
        """Bind the textures that all layers share."""

    @property
    def actors(self) -> list[Any]:
        """The actors drawn at present."""

    def release(self) -> None:
        """Take every actor out of the renderer."""


@dataclass(slots=True, kw_only=True)
class SceneContext:
    """Shared by all layers of one scene; `centre` is the scene's origin in world metres.

    `may_invent` allows a made-up country beyond the data: only around a twin that says it is synthetic. `may_wait`
    allows a frame to be drawn before all of it is there; in `late` are those who then wish for another frame.
    """

    renderer: Any
    overlay: Any
    shaders: ShaderLibrary
    uniforms: SceneUniforms
    centre: Point
    assets: Path
    language: Language
    may_invent: bool = False
    may_wait: bool = True
    ground_m: float = 0.0
    terrain: Terrain | None = field(default=None)
    buffers: BufferBudget = field(default_factory=BufferBudget)
    cut: SectionCut = field(init=False)
    late: set[object] = field(default_factory=set)
    _hills: tuple[Terrain, float] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Cut nothing at first."""
        self.cut = SectionCut(self.uniforms, self.centre)

    def material(self, vertex: str, fragment: str, **defines: str | int) -> Material:
        """Return a new material of the scene's shaders."""
        material = Material(self.shaders, self.uniforms, vertex=vertex, fragment=fragment, defines=defines)
        material.set_number("uOpacity", 1.0)
        material.set_number("uLift", 0.0)
        return material

    @property
    def highest_ground_m(self) -> float:
        """Height of the highest ground, scene metres."""
        terrain = self.terrain
        if terrain is None:
            return self.ground_m
        if self._hills is None or self._hills[0] is not terrain:
            heights = terrain.heights_m[np.isfinite(terrain.heights_m)]
            self._hills = (terrain, float(heights.max(initial=self.ground_m + self.centre[2])) - self.centre[2])
        return max(self.ground_m, self._hills[1])

    def draw_in_order(self, actors: Iterable[Any]) -> None:
        """Draw these actors after all others, in this order: what hides comes first, what is hidden is not shaded."""
        props = self.renderer.GetViewProps()
        for actor in actors:
            props.RemoveItem(actor)
            props.AddItem(actor)

    def ground_at(self, points: Float64Array) -> Float64Array:
        """Height of the ground in scene metres at scene points (n, 2), from the terrain where it reaches."""
        level = np.full(len(points), self.ground_m)
        terrain = self.terrain
        if terrain is None or not len(points):
            return level
        rows, columns = terrain.heights_m.shape
        column = (points[:, 0] + self.centre[0] - terrain.west) / terrain.cell_x_m
        row = (terrain.north - points[:, 1] - self.centre[1]) / terrain.cell_y_m
        inside = (column >= 0) & (row >= 0) & (column <= columns - 1) & (row <= rows - 1)
        c0 = np.clip(column.astype(int), 0, columns - 2)
        r0 = np.clip(row.astype(int), 0, rows - 2)
        fc, fr = np.clip(column - c0, 0, 1), np.clip(row - r0, 0, 1)
        h = terrain.heights_m
        top = h[r0, c0] * (1 - fc) + h[r0, c0 + 1] * fc
        low = h[r0 + 1, c0] * (1 - fc) + h[r0 + 1, c0 + 1] * fc
        height = top * (1 - fr) + low * fr - self.centre[2]
        usable = inside & ~np.isnan(height)
        level[usable] = height[usable]
        return level
