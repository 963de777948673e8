"""Where things lie: bundled assets and models, and this person's settings, data and cache."""

import os
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parents[1]


def assets() -> Path:
    """Return the folder of shaders, fonts, palettes and icons: inside an installed package, else the source tree's."""
    return _bundled("assets")


def bundled_models() -> Path:
    """Return the folder of the twins that come with the product."""
    return _bundled("cim_models")


def default_twin() -> Path:
    """Return the folder of the twin that opens when none is named."""
    return bundled_models() / "suhe"


def settings_file() -> Path:
    """Return the file that keeps this person's settings."""
    return _own("config") / "settings.json"


def cache_folder() -> Path:
    """Return the folder for tiles that can be built again."""
    return _own("cache")


def pictures_folder() -> Path:
    """Return the folder for pictures written without being told where."""
    return _own("data") / "pictures"


def _bundled(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parents[1] / name


def _own(kind: str) -> Path:
    """Return a folder of this person; SANPING_HOME gathers all of them in one place."""
    home = os.environ.get("SANPING_HOME")
    if home:
        return Path(home) / kind
    folder = {
        "config": platformdirs.user_config_path,
        "cache": platformdirs.user_cache_path,
        "data": platformdirs.user_data_path,
    }[kind]
    return folder("sanping", appauthor=False)
