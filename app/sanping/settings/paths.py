"""Where things lie: bundled assets and models, and this person's settings, data and cache."""

import hashlib
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


def phone_page() -> Path:
    """Return the folder of the built phone page; a source tree has it after `installer/web.sh`."""
    inside = _PACKAGE / "phone_page"
    return inside if inside.is_dir() else _PACKAGE.parent / "web" / "dist"


def bundled_scenes() -> Path:
    """Return the folder of the scene packs that come with the product."""
    return assets() / "scenes"


def own_scenes() -> Path:
    """Return the folder into which a person drops scene packs."""
    return _own("data") / "scenes"


def unpacked_twins() -> Path:
    """Return the folder into which twins are unpacked that came as one file."""
    return _own("data") / "twins"


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


def hub_folder(twin: Path) -> Path:
    """Return the data folder of a twin's hub; twins of the same name in different places have their own."""
    return _own("hub") / _name_of(twin)


def plans_folder(twin: Path) -> Path:
    """Return where plans for a twin are kept that cannot be written itself."""
    return _own("data") / "plans" / _name_of(twin.resolve())


def twin_notes_folder(twin: Path) -> Path:
    """Return where people's additions to a twin are kept: in its folder, or in theirs when that cannot be written."""
    if os.access(twin, os.W_OK):
        return twin
    return _own("data") / "twins" / f"{twin.name}-{hashlib.sha256(str(twin).encode()).hexdigest()[:8]}"


def certificates_folder() -> Path:
    """Return the folder of the site's certificates."""
    return _own("data") / "certificates"


def secrets_folder() -> Path:
    """Return the folder of the names of secrets, and of the sealed ones where there is no keyring."""
    return _own("data") / "secrets"


def trusted_twins_file() -> Path:
    """Return the file that lists the twins this person has trusted."""
    return _own("config") / "trusted-twins.json"


def _name_of(twin: Path) -> str:
    mark = "" if twin == default_twin().resolve() else f"-{hashlib.sha256(str(twin).encode()).hexdigest()[:8]}"
    return f"{twin.name}{mark}"


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
        "hub": platformdirs.user_data_path,
    }[kind]
    found = folder("sanping", appauthor=False)
    return found / "hub" if kind == "hub" else found
