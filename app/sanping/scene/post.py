"""Finishing of the picture after VTK has drawn it: shade, bloom, film curve, smooth edges, vignette.

Works on VTK's own framebuffer with VTK's GL objects, so a Qt window and an offscreen picture run the same code.
"""

from dataclasses import dataclass
from typing import Any

from vtkmodules.vtkRenderingOpenGL2 import vtkOpenGLFramebufferObject, vtkOpenGLQuadHelper, vtkTextureObject

from sanping.scene.daylight import PostSettings
from sanping.scene.shaders import ShaderLibrary

_VTK_UNSIGNED_CHAR = 3
_GL_DEPTH_TEST, _GL_BLEND, _GL_SCISSOR_TEST = 0x0B71, 0x0BE2, 0x0C11
_GL_COLOUR, _GL_NEAREST = 0x4000, 0x2600

_SHADE_REACH_M, _SHADE_REACH_PX = 26.0, 96.0

Target = tuple[Any, Any]
Step = tuple[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """How a frame was seen: near and far plane, axes as the uniforms name them, and samples for each shaded pixel."""

    range_m: tuple[float, float]
    forward: tuple[float, ...]
    right: tuple[float, ...]
    up: tuple[float, ...]
    taps: int


class PostProcess:
    """Finishes what is in the render framebuffer of one window, in place.

    Call `apply` inside the window's rendering, after the last thing that is to be finished was drawn.
    """

    def __init__(self, window: Any, shaders: ShaderLibrary) -> None:
        self._window, self._shaders = window, shaders
        self._size = (0, 0)
        self._levels: list[tuple[Target, Target]] = []
        self._halves: tuple[Target, ...] = ()
        self._picture: Any = None
        self._steps: dict[str, Step] = {}

    def apply(
        self, width: int, height: int, settings: PostSettings, *, is_quick: bool, sight: Sight | None = None
    ) -> None:
        """Replace the raw picture by the finished one; `is_quick` takes the cheaper edge filter.

        With a `sight` corners and feet of things are shaded by what stands around them.
        """
        if width < 16 or height < 16:
            return
        state = self._window.GetState()
        state.Push()
        for capability in (_GL_DEPTH_TEST, _GL_BLEND, _GL_SCISSOR_TEST):
            state.vtkglDisable(capability)
        target = self._window.GetRenderFramebuffer()
        self._prepare(width, height)
        self._take_picture(target, width, height)
        state.PushFramebufferBindings()
        glow = self._bloom(width, height, settings)
        shade = None if sight is None else self._shade(target, width, height, sight)
        state.PopFramebufferBindings()
        target.Bind(target.GetDrawMode())
        state.vtkglViewport(0, 0, width, height)
        wanted: dict[str, str | int] = {"QUICK" if is_quick else "SMOOTH": 1}
        textures = {"picture": self._picture[1], "glow": glow}
        values = {}
        if shade is not None:
            wanted["SHADED"], textures["shade"], values["occlusion"] = 1, shade, settings.occlusion
        self._draw(
            self._step("post_finish", wanted),
            textures,
            pixel=(1.0 / width, 1.0 / height),
            bloom=settings.bloom,
            exposure=settings.exposure,
            gamma=settings.gamma,
            saturation=settings.saturation,
            vignette=settings.vignette,
            **values,
        )
        state.Pop()

    def release(self) -> None:
        """Give the GL objects back; the window's context must still exist."""
        self._drop_targets()
        for _, quad in self._steps.values():
            quad.ReleaseGraphicsResources(self._window)
        self._steps.clear()

    def _drop_targets(self) -> None:
        held = [target for pair in self._levels for target in pair] + list(self._halves)
        for framebuffer, texture in held + ([self._picture] if self._picture else []):
            framebuffer.ReleaseGraphicsResources(self._window)
            texture.ReleaseGraphicsResources(self._window)
        self._levels, self._halves, self._picture, self._size = [], (), None, (0, 0)

    def _prepare(self, width: int, height: int) -> None:
        if self._size == (width, height):
            return
        self._drop_targets()
        self._size = (width, height)
        self._picture = self._target(width, height)
        half = (max(1, width // 2), max(1, height // 2))
        self._halves = (self._target(*half), self._target(*half))
        for share in (4, 8, 16):
            size = (max(1, width // share), max(1, height // share))
            self._levels.append((self._target(*size), self._target(*size)))

    def _target(self, width: int, height: int) -> Target:
        texture = vtkTextureObject()
        texture.SetContext(self._window)
        texture.SetMinificationFilter(vtkTextureObject.Linear)
        texture.SetMagnificationFilter(vtkTextureObject.Linear)
        texture.SetWrapS(vtkTextureObject.ClampToEdge)
        texture.SetWrapT(vtkTextureObject.ClampToEdge)
        texture.Allocate2D(width, height, 4, _VTK_UNSIGNED_CHAR)
        framebuffer = vtkOpenGLFramebufferObject()
        framebuffer.SetContext(self._window)
        state = self._window.GetState()
        state.PushFramebufferBindings()
        framebuffer.Bind(framebuffer.GetDrawMode())
        framebuffer.AddColorAttachment(0, texture)
        framebuffer.ActivateDrawBuffer(0)
        state.PopFramebufferBindings()
        return framebuffer, texture

    def _take_picture(self, source: Any, width: int, height: int) -> None:
        """Copy (and resolve) the colours into the picture texture."""
        state = self._window.GetState()
        state.PushFramebufferBindings()
        source.Bind(source.GetReadMode())
        source.ActivateReadBuffer(0)
        framebuffer = self._picture[0]
        framebuffer.Bind(framebuffer.GetDrawMode())
        framebuffer.ActivateDrawBuffer(0)
        state.vtkglBlitFramebuffer(0, 0, width, height, 0, 0, width, height, _GL_COLOUR, _GL_NEAREST)
        state.PopFramebufferBindings()

    def _bloom(self, width: int, height: int, settings: PostSettings) -> Any:
        """Return the texture with all that glows."""
        source, size = self._picture[1], (width, height)
        bright, blur = self._step("post_bright"), self._step("post_blur")
        for first, second in self._levels:
            own = (first[1].GetWidth(), first[1].GetHeight())
            if source is self._picture[1]:
                self._into(
                    first, bright, {"picture": source}, pixel=(1 / size[0], 1 / size[1]), limit=settings.bloom_from
                )
            else:
                self._into(first, blur, {"picture": source}, way=(0.75 / size[0], 0.75 / size[1]))
            self._into(second, blur, {"picture": first[1]}, way=(1.35 / own[0], 0.0))
            self._into(first, blur, {"picture": second[1]}, way=(0.0, 1.35 / own[1]))
            source, size = first[1], own
        spare = self._levels[0][1]
        glows = {f"glow{i}": pair[0][1] for i, pair in enumerate(self._levels)}
        self._into(spare, self._step("post_glow"), glows)
        return spare[1]

    def _shade(self, source: Any, width: int, height: int, sight: Sight) -> Any:
        """Return the texture with the share of the sky that is open, None where the depths cannot be read."""
        depths = source.GetDepthAttachmentAsTextureObject()
        if depths is None:
            return None
        first, second = self._halves
        self._into(
            first,
            self._step("post_shade", {"TAPS": sight.taps}),
            {"depths": depths},
            pixel=(1.0 / width, 1.0 / height),
            range=sight.range_m,
            forward=sight.forward,
            right=sight.right,
            up=sight.up,
            reach=_SHADE_REACH_M,
            most=_SHADE_REACH_PX,
        )
        own = (1.0 / first[1].GetWidth(), 1.0 / first[1].GetHeight())
        self._into(second, self._step("post_shade_blur"), {"picture": first[1]}, pixel=own)
        return second[1]

    def _into(self, target: Target, step: Step, textures: dict[str, Any], **values: Any) -> None:
        framebuffer, texture = target
        framebuffer.Bind(framebuffer.GetDrawMode())
        framebuffer.ActivateDrawBuffer(0)
        self._window.GetState().vtkglViewport(0, 0, texture.GetWidth(), texture.GetHeight())
        self._draw(step, textures, **values)

    def _step(self, name: str, defines: dict[str, str | int] | None = None) -> Step:
        key = name + str(defines or "")
        if key not in self._steps:
            sources = (self._shaders.source("post.vert"), self._shaders.source(name, defines), "")
            quad = vtkOpenGLQuadHelper(self._window, *sources)
            self._steps[key] = (self._window.GetShaderCache().ReadyShaderProgram(*sources), quad)
        return self._steps[key]

    def _draw(self, step: Step, textures: dict[str, Any], **values: Any) -> None:
        program, quad = step
        self._window.GetShaderCache().ReadyShaderProgram(program)
        for name, texture in textures.items():
            texture.Activate()
            program.SetUniformi(name, texture.GetTextureUnit())
        for name, value in values.items():
            if isinstance(value, tuple):
                (program.SetUniform3f if len(value) == 3 else program.SetUniform2f)(name, list(value))
            else:
                program.SetUniformf(name, float(value))
        quad.Render()
        for texture in textures.values():
            texture.Deactivate()
