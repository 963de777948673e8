"""Writes a twin as vector tiles in one file: the phone's map, or a map for any other program."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from sanping.analysis.map_frame import LONGITUDE_LATITUDE, degrees_of, map_frame
from sanping.bootstrap.filled_streams import filled
from sanping.bootstrap.opener import Refusal, TwinOpener
from sanping.domain.errors import InputError
from sanping.domain.label import LOWEST
from sanping.domain.text import Text
from sanping.ports.progress import Part, Progress
from sanping.settings.settings import Settings
from sanping.settings.tile_budget import budget_of
from sanping.tiles import map_content, map_file, web_map
from sanping.tiles.web_map import LEAST_ZOOM, MOST_ZOOM
from sanping.twin.project import TwinProject

_OPENED = 0.4
_NOTHING = Text(
    "孪生“{title}”里没有可放进手机地图的图层；请先导入建筑、水系或道路",
    "The twin “{title}” has no layer that a phone's map shows; import buildings, water or roads first",
)


def write_map_of(
    project: TwinProject, output: Path, progress: Progress, settings: Settings
) -> tuple[int, Sequence[Refusal]]:
    """Write a twin as MBTiles; return how many squares, and the layers that could not be read. Raises `InputError`.

    One map is for all phones: layers with a label above the lowest are left out.
    """
    project = project.cleared_for(LOWEST)
    opener = TwinOpener(settings)
    try:
        opened, refused = opener.open_readable(project, Part(progress, 0.0, _OPENED))
        opened = filled(opened, budget_of(settings), Part(progress, _OPENED, _OPENED))
    finally:
        opener.close()
    sources = [
        map_content.MapSource(name=layer.entry.name, role=layer.entry.role, content=layer.content) for layer in opened
    ]
    found = map_content.map_extent(sources)
    if found is None:
        raise InputError(_NOTHING.with_values(title=project.title), path=str(project.folder))
    crs, extent = found
    corners = degrees_of(crs, np.array([[extent.west, extent.south], [extent.east, extent.north]]))
    about = {
        "name": project.title.zh,
        "format": "pbf",
        "bounds": ",".join(f"{value:.6f}" for value in corners.ravel()),
        "minzoom": str(LEAST_ZOOM),
        "maxzoom": str(MOST_ZOOM),
        "attribution": project.attribution.zh,
        "sanping_frame": asdict(map_frame(crs, extent)),
        "sanping_crs": LONGITUDE_LATITUDE,
    }
    squares = web_map.map_tiles(map_content.map_layers(sources), Part(progress, _OPENED, 1.0))
    return map_file.write_map(output, squares, about), refused
