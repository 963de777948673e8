"""Finds twins and scene packs: by folder, by file, or a scene by its name; and lists the scenes there are."""

from pathlib import Path

from sanping.formats import scene_pack
from sanping.formats.project import home_of
from sanping.formats.scene_pack import scenes_in
from sanping.formats.twin_package import is_package, unpacked_twin
from sanping.settings import paths
from sanping.twin.project import SceneCard, TwinProject


def load_project(named: Path) -> TwinProject:
    """Read the twin or the scene that is named by its folder, its file, its package, or by a scene's name.

    Raises `ProjectInvalid`, `FileBroken` or `FileHostile` naming file and place.
    """
    return scene_pack.load_twin(_found(named), paths.bundled_models())


def folder_of(named: Path) -> Path:
    """Return the folder of a twin or scene, named as in `load_project`. Raises `ProjectInvalid` when there is none."""
    found = _found(named)
    home = found.parent if found.name == scene_pack.FILE_NAME else found
    return home.resolve() if (home / scene_pack.FILE_NAME).is_file() else home_of(found)


def is_bundled(folder: Path) -> bool:
    """Say whether a twin or scene comes with the product; it is trusted like the product itself."""
    homes = (paths.bundled_models().resolve(), paths.bundled_scenes().resolve())
    return folder.resolve().parent in homes


def scenes() -> tuple[SceneCard, ...]:
    """Return the scenes that come with the product and those that were dropped into this person's folder of scenes."""
    return scenes_in((paths.bundled_scenes(), paths.own_scenes()))


def _found(named: Path) -> Path:
    """Return the folder of a scene for its name, that of a twin for its package, and everything else as it is."""
    if is_package(named):
        return unpacked_twin(named, paths.unpacked_twins())
    if len(named.parts) != 1 or named.exists():
        return named
    return next((card.folder for card in scenes() if card.name == str(named)), named)
