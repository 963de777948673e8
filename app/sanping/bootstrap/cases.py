"""What a twin governs by, and the check of a hub's audit of cases. Imports no window."""

from sanping.formats.governed_city import load_city
from sanping.twin.cases.governed import GovernedCity
from sanping.twin.project import TwinProject

_CELLS = (".geojson", ".json")


def city_of(project: TwinProject) -> GovernedCity | None:
    """Return what a twin governs by, None for one that does not. Raises `FileBroken` with file and line."""
    if project.governance is None:
        return None
    cells = [layer.path for layer in project.layers if layer.role == "grid" and layer.path.suffix in _CELLS]
    return load_city(project.governance, [path for path in cells if path.is_file()], project.crs)
