"""Render windows without a screen, for pictures, tests and headless machines."""

import os
from pathlib import Path
from typing import Any

from vtkmodules import vtkRenderingOpenGL2
from vtkmodules.vtkRenderingCore import vtkRenderWindow

from sanping.domain.text import Language
from sanping.domain.view import Point
from sanping.scene.city_scene import CityScene
from sanping.stage.state import QualityName


def offscreen_window(width: int, height: int) -> Any:
    """Return a window that draws into memory, through EGL or what `VTK_DEFAULT_OPENGL_WINDOW` names.

    Where OpenGL may be missing altogether, ask `sanping.scene.probe` first: VTK ends the process without it.
    """
    named = os.environ.get("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")
    kind = getattr(vtkRenderingOpenGL2, named, None)
    window = vtkRenderWindow() if kind is None else kind()
    window.SetOffScreenRendering(True)
    window.SetShowWindow(False)
    window.SetMultiSamples(0)
    window.SetSize(width, height)
    return window


class _OwnWindowScene(CityScene):
    """A scene that ends its window: one that Python found later would take OpenGL from whoever draws then."""

    def close(self) -> None:
        """Take everything out of the window, and end it."""
        super().close()
        self.window.Finalize()


def offscreen_scene(  # noqa: PLR0913  what CityScene takes, and a size
    width: int,
    height: int,
    *,
    centre: Point,
    latitude_deg: float,
    longitude_deg: float,
    quality: QualityName,
    language: Language,
    assets: Path,
    may_invent: bool = False,
) -> CityScene:
    """Return a scene with a window of its own that needs no screen; both end with `close`."""
    return _OwnWindowScene(
        offscreen_window(width, height),
        centre=centre,
        latitude_deg=latitude_deg,
        longitude_deg=longitude_deg,
        quality=quality,
        language=language,
        assets=assets,
        may_invent=may_invent,
    )
