"""The sky behind the city."""

from typing import Any

import numpy as np

from sanping.domain.view import StyleName
from sanping.scene.material import Material
from sanping.scene.mesh import mapper_of, poly_data
from sanping.scene.shaders import ShaderLibrary
from sanping.scene.uniforms import SceneUniforms


class SkyLayer:
    """One quad at the far end of the depth range."""

    def __init__(self, renderer: Any, shaders: ShaderLibrary, uniforms: SceneUniforms) -> None:
        self._renderer, self._shaders, self._uniforms = renderer, shaders, uniforms
        corners = np.array([[-1, -1, 0], [1, -1, 0], [1, 1, 0], [-1, 1, 0]], np.float32)
        self._mapper = mapper_of(poly_data(corners, np.array([[0, 1, 2], [0, 2, 3]], np.int32)))
        self._materials: dict[str, Material] = {}
        self._actor: Any = None
        self._fragment = ""

    def show(self, style: StyleName, *, is_draft: bool) -> None:
        """Draw the sky of a style, or a plain one."""
        fragment = "sky_draft" if is_draft else f"sky_{style}"
        if fragment == self._fragment:
            return
        self.release()
        if fragment not in self._materials:
            self._materials[fragment] = Material(
                self._shaders,
                self._uniforms,
                vertex="sky.vert",
                fragment=fragment,
                defines={"DRAFT": 1} if is_draft else {},
            )
        self._actor = self._materials[fragment].dress(self._mapper)
        self._actor.UseBoundsOff()
        self._renderer.AddActor(self._actor)
        self._fragment = fragment

    @property
    def actors(self) -> list[Any]:
        """The actor of the sky, if it is drawn."""
        return [] if self._actor is None else [self._actor]

    def release(self) -> None:
        """Take the sky away."""
        if self._actor is not None:
            self._renderer.RemoveActor(self._actor)
        self._actor, self._fragment = None, ""
