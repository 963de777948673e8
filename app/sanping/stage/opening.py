"""The stage on which a twin first appears."""

from sanping.domain.geo import Extent
from sanping.domain.view import Bookmark
from sanping.stage.camera import framed
from sanping.stage.state import LayerState, Stage
from sanping.twin.project import TwinProject


def opening_stage(project: TwinProject, extent: Extent | None) -> Stage:
    """Return the first stage: the project's first bookmark, else a view of the whole extent.

    `extent` is that of the layers open so far; None while nothing is.
    """
    if project.bookmarks:
        camera = project.bookmarks[0].camera
    else:
        camera = framed(extent or Extent(west=-500, south=-500, east=500, north=500))
    hidden = {entry.name: LayerState(is_visible=False) for entry in project.layers if not entry.is_visible}
    return Stage(camera=camera, style=project.style, moment=project.moment, layers=hidden)


def bookmark_named(project: TwinProject, name: str) -> Bookmark | None:
    """Return the bookmark with this Chinese or English name, or with this number from 1."""
    for number, bookmark in enumerate(project.bookmarks, 1):
        if name in (bookmark.name.zh, bookmark.name.en, str(number)):
            return bookmark
    return None
