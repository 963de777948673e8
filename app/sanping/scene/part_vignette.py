"""Darkens the corners of a picture that is drawn in parts, each part as its place in the whole asks."""

from typing import Any

from vtkmodules.vtkRenderingOpenGL2 import vtkOpenGLQuadHelper

from sanping.scene.picture_parts import PicturePart
from sanping.scene.shaders import ShaderLibrary

_GL_DEPTH_TEST, _GL_BLEND, _GL_SCISSOR_TEST = 0x0B71, 0x0BE2, 0x0C11
_GL_ZERO, _GL_ONE, _GL_SRC_COLOUR = 0, 1, 0x0300


class PartVignette:
    """Multiplies what is in the render framebuffer of one window; `PostProcess` does it for whole pictures."""

    def __init__(self, window: Any, shaders: ShaderLibrary) -> None:
        self._window, self._shaders = window, shaders
        self._quad: Any = None
        self._program: Any = None

    def apply(self, part: PicturePart, vignette: float) -> None:
        """Darken the corners of the whole as far as they lie in this part; inside the window's rendering."""
        self._make_ready()
        state, target = self._window.GetState(), self._window.GetRenderFramebuffer()
        (left, top, right, bottom), (width, height) = part.drawn, part.whole
        state.Push()
        for capability in (_GL_DEPTH_TEST, _GL_SCISSOR_TEST):
            state.vtkglDisable(capability)
        state.vtkglEnable(_GL_BLEND)
        state.vtkglBlendFuncSeparate(_GL_ZERO, _GL_SRC_COLOUR, _GL_ZERO, _GL_ONE)
        target.Bind(target.GetDrawMode())
        state.vtkglViewport(0, 0, right - left, bottom - top)
        self._window.GetShaderCache().ReadyShaderProgram(self._program)
        self._program.SetUniform2f("corner", [left / width, (height - bottom) / height])
        self._program.SetUniform2f("size", [(right - left) / width, (bottom - top) / height])
        self._program.SetUniformf("vignette", vignette)
        self._quad.Render()
        state.Pop()

    def release(self) -> None:
        """Give the GL objects back; the window's context must still exist."""
        if self._quad is not None:
            self._quad.ReleaseGraphicsResources(self._window)
        self._quad = self._program = None

    def _make_ready(self) -> None:
        if self._quad is None:
            sources = (self._shaders.source("post.vert"), self._shaders.source("post_vignette"), "")
            self._quad = vtkOpenGLQuadHelper(self._window, *sources)
            self._program = self._window.GetShaderCache().ReadyShaderProgram(*sources)
