"""The two layers of a render window: the city, and the labels above it."""

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
