"""A material: a shader pair with its uniforms and textures, shared by all actors that look alike."""

from collections.abc import Mapping
from typing import Any

from vtkmodules.vtkRenderingCore import vtkActor, vtkProperty
from vtkmodules.vtkRenderingOpenGL2 import vtkOpenGLShaderProperty

from sanping.scene.mesh import DataTexture
from sanping.scene.shaders import ShaderLibrary
from sanping.scene.uniforms import SceneUniforms


class Material:
    """One shader pair of the library for any number of actors.

    `vertex` and `fragment` name the sources; `defines` choose a variant of both.
    """

    def __init__(
        self,
        shaders: ShaderLibrary,
        uniforms: SceneUniforms,
        *,
        vertex: str,
        fragment: str,
        defines: Mapping[str, str | int] | None = None,
    ) -> None:
        self._shaders, self._uniforms = shaders, uniforms
        self._vertex, self._fragment = vertex, fragment
        self._textures: dict[str, DataTexture] = {}
        self._own: dict[DataTexture, vtkProperty] = {}
        self._defines: dict[str, str | int] = {}
        self.property, self._closed = _unlit(), _unlit()
        self._closed.BackfaceCullingOn()
        self._shader = vtkOpenGLShaderProperty()
        self._receivers = (self._shader.GetVertexCustomUniforms(), self._shader.GetFragmentCustomUniforms())
        uniforms.join(self._receivers)
        self._compose(dict(defines or {}))

    def define(self, **defines: str | int) -> None:
        """Choose another variant; nothing is compiled when it is the present one."""
        if any(self._defines.get(key) != value for key, value in defines.items()):
            self._compose({**self._defines, **defines})

    def toggle(self, name: str, *, is_on: bool) -> None:
        """Add or take away one preprocessor name."""
        if is_on != (name in self._defines):
            kept = {key: value for key, value in self._defines.items() if key != name}
            self._compose({**kept, name: 1} if is_on else kept)

    def set_fragment(self, fragment: str) -> None:
        """Choose another fragment source."""
        if fragment != self._fragment:
            self._fragment = fragment
            self._compose(self._defines)

    def set_texture(self, name: str, texture: DataTexture) -> None:
        """Bind a texture to the sampler `name`."""
        if self._textures.get(name) is texture:
            return
        for bound in (self.property, self._closed, *self._own.values()):
            if name in self._textures:
                bound.RemoveTexture(name)
            bound.SetTexture(name, texture.texture)
        self._textures[name] = texture

    def set_number(self, name: str, *values: float) -> None:
        """Set a uniform of this material alone, one or four floats, for both shaders."""
        for receiver in self._receivers:
            if len(values) == 1:
                receiver.SetUniformf(name, values[0])
            else:
                receiver.SetUniform4f(name, list(values))

    def see_through(self, *, is_on: bool) -> None:
        """Draw the backs of closed bodies too, or not: there are holes to see them through."""
        self._closed.SetBackfaceCulling(not is_on)

    def dress(self, mapper: Any, *, is_translucent: bool = False, is_closed: bool = False) -> Any:
        """Return a new actor that draws `mapper` with this material; `is_closed` bodies hide their backs."""
        actor = vtkActor()
        actor.SetMapper(mapper)
        actor.SetProperty(self._closed if is_closed else self.property)
        actor.SetShaderProperty(self._shader)
        actor.PickableOff()
        if is_translucent:
            actor.ForceTranslucentOn()
        else:
            actor.ForceOpaqueOn()
        return actor

    def dress_in(self, mapper: Any, name: str, texture: DataTexture) -> Any:
        """Return a new actor that draws `mapper` with this material and a texture of its own as `name`."""
        bound = _unlit()
        for other, shared in self._textures.items():
            bound.SetTexture(other, shared.texture)
        bound.SetTexture(name, texture.texture)
        self._own[texture] = bound
        actor = self.dress(mapper)
        actor.SetProperty(bound)
        return actor

    def forget(self, texture: DataTexture) -> None:
        """Let go of a texture that an actor had as its own."""
        self._own.pop(texture, None)

    def release(self) -> None:
        """Stop receiving the scene's uniforms."""
        self._uniforms.leave(self._receivers)

    def _compose(self, defines: dict[str, str | int]) -> None:
        self._defines = defines
        self._shader.SetVertexShaderCode(self._shaders.source(self._vertex, defines))
        self._shader.SetFragmentShaderCode(self._shaders.source(self._fragment, defines))


def _unlit() -> vtkProperty:
    made = vtkProperty()
    made.LightingOff()
    return made
