"""The two layers of a render window: the city, and the labels above it; and what VTK must know before it draws."""

from typing import Any

from vtkmodules.vtkRenderingCore import vtkRenderer


def renderers_of(window: Any) -> tuple[Any, Any]:
    """Return the renderer of the city and the one of labels above it."""
    city, overlay = vtkRenderer(), vtkRenderer()
    window.SetNumberOfLayers(2)
    for layer, renderer in enumerate((city, overlay)):
        renderer.SetLayer(layer)
        renderer.AutomaticLightCreationOff()
        renderer.RemoveAllLights()
        renderer.SetUseOIT(False)  # its passes expect shaders that write two outputs
        renderer.GetCullers().RemoveAllItems()
        renderer.SetBackground(0.0, 0.0, 0.0)
        window.AddRenderer(renderer)
    overlay.SetActiveCamera(city.GetActiveCamera())
    overlay.PreserveDepthBufferOn()
    return city, overlay


def know_unit(window: Any) -> None:
    """Have VTK ask OpenGL which texture unit is active instead of remembering it.

    A texture of another window that is given back while this one draws, as when Python finds garbage then, makes its
    own unit active here. VTK would bind the next texture there, and the shader would find its own unit empty.
    """
    window.GetState().ResetGLActiveTexture()
