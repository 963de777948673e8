"""What the desk keeps between two starts: bookmarks, recent files, choices; pure functions over `Settings`."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from sanping.commands.desk_state import DeskState
from sanping.commands.director_state import Director
from sanping.domain.text import Text
from sanping.domain.view import Bookmark, CameraPose
from sanping.ports.allow_list import words_of
from sanping.settings.settings import Settings, StoredBookmark
from sanping.twin.project import LayerEntry, TwinProject

MOST_RECENT = 10
OWN_NAME = Text("我的视角 {number}", "My view {number}")


def own_bookmarks(settings: Settings, project: TwinProject) -> tuple[Bookmark, ...]:
    """Return the bookmarks that the person kept in this twin."""
    return tuple(
        Bookmark(
            name=Text(stored.name, stored.name),
            camera=CameraPose(
                target=stored.target,
                heading_deg=stored.heading_deg,
                pitch_deg=stored.pitch_deg,
                distance_m=stored.distance_m,
                fov_deg=stored.fov_deg,
            ),
        )
        for stored in settings.bookmarks
        if stored.twin == str(project.folder)
    )


def name_for_bookmark(settings: Settings, project: TwinProject, state: DeskState) -> str:
    """Return the name that the next own bookmark gets unless the person types another."""
    return OWN_NAME.with_values(number=len(own_bookmarks(settings, project)) + 1).in_language(state.language)


def with_bookmark(settings: Settings, project: TwinProject, state: DeskState, name: str = "") -> Settings:
    """Keep the present view; without a name it gets the next number."""
    camera = state.stage.camera
    stored = StoredBookmark(
        twin=str(project.folder),
        name=name.strip() or name_for_bookmark(settings, project, state),
        target=camera.target,
        heading_deg=camera.heading_deg,
        pitch_deg=camera.pitch_deg,
        distance_m=camera.distance_m,
        fov_deg=camera.fov_deg,
    )
    return settings.model_copy(update={"bookmarks": (*settings.bookmarks, stored)})


def without_bookmark(settings: Settings, project: TwinProject, place: int) -> Settings:
    """Delete the own bookmark at a place, counted from 0."""
    own = [stored for stored in settings.bookmarks if stored.twin == str(project.folder)]
    if not 0 <= place < len(own):
        return settings
    kept = tuple(stored for stored in settings.bookmarks if stored is not own[place])
    return settings.model_copy(update={"bookmarks": kept})


def with_recent(settings: Settings, paths: Sequence[Path]) -> Settings:
    """Put files or twins first in the list of recent ones."""
    newest = [str(path) for path in paths]
    older = [path for path in settings.recent if path not in newest]
    return settings.model_copy(update={"recent": (*newest, *older)[:MOST_RECENT]})


def with_server(settings: Settings, entry: LayerEntry) -> Settings:
    """Put the server of a layer among those that may be asked."""
    host = urlsplit(entry.url).hostname or ""
    names = dict.fromkeys((*words_of(settings.tile_servers), host))
    return settings.model_copy(update={"tile_servers": ", ".join(names)})


def of_state(settings: Settings, state: DeskState) -> Settings:
    """Take over what the person chose in the window."""
    return settings.model_copy(update=kept_choices(state))


def kept_choices(state: DeskState) -> dict[str, object]:
    """Return what the person chose in the window, by the name of its setting."""
    director = state.director
    link = "off" if not director.is_linked else "preview" if director.is_previewing else "live"
    return {
        "language": state.language,
        "quality": state.quality,
        "crs_shown": state.crs_shown,
        "link": link,
        "follows": director.follows,
    }


def with_settings(state: DeskState, settings: Settings) -> DeskState:
    """Show what the settings say."""
    return replace(
        state,
        language=settings.language,
        quality=settings.quality,
        crs_shown=settings.crs_shown,
        director=linked_as_kept(state.director, settings),
    )


def linked_as_kept(director: Director, settings: Settings) -> Director:
    """Take part in the room as the person did last."""
    return replace(
        director,
        is_linked=settings.link != "off",
        is_previewing=settings.link == "preview",
        follows=settings.follows,
    )
