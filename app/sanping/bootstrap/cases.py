"""What a twin governs by, and the book of its cases. Imports no window."""

import logging
from dataclasses import dataclass

from sanping.bootstrap.case_play import play_of
from sanping.domain.area import area_code, level_of
from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.text import Text
from sanping.formats.governance import load_areas
from sanping.formats.governed_city import load_city
from sanping.hub.case_player import CasePlay
from sanping.hub.folder import HubFolder
from sanping.ports.case_book import WholeCaseBook
from sanping.storage.opening import HubStores
from sanping.twin.cases.governed import GovernedCity
from sanping.twin.project import TwinProject

_NOT_GOVERNED = Text(
    "该孪生没有治理数据，不能按区域打开；请去掉 --area",
    "This twin is not governed, so no area of it has a centre; leave out --area",
)
_CELLS = (".geojson", ".json")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Governed:
    """What a hub needs to govern: the city, the book of its cases, and how invented people work; `why` it cannot."""

    city: GovernedCity | None = None
    book: WholeCaseBook | None = None
    play: CasePlay | None = None
    why: Text | None = None


def governed(project: TwinProject, folder: HubFolder, stores: HubStores) -> Governed:
    """Return what a twin's hub governs by; where a table or the book is broken, why: everything else goes on."""
    try:
        city = city_of(project)
        if city is None:
            return Governed()
        play = play_of(project, city)
        key = folder.case_key(is_made=not stores.has_cases())  # another key would fit no row
        return Governed(city=city, play=play, book=stores.cases(key))
    except (InputError, StoreFailed) as error:
        _log.error("%s", error.in_language("en"))
        return Governed(why=Text(error.in_language("zh"), error.in_language("en")))


def centre_area(project: TwinProject, written: str) -> str:
    """Return the area whose command centre is meant, "" for that of the whole city.

    Raises `InputError` for a code that cannot be, that the twin does not know, or where nothing is governed.
    """
    if not written.strip():
        return ""
    if project.governance is None:
        raise InputError(_NOT_GOVERNED, place=written)
    code = area_code(written)
    if level_of(code) != "cell":
        load_areas(project.governance).named(code, project.moment.date())
    return code


def city_of(project: TwinProject) -> GovernedCity | None:
    """Return what a twin governs by, None for one that does not. Raises `FileBroken` with file and line."""
    if project.governance is None:
        return None
    cells = [layer.path for layer in project.layers if layer.role == "grid" and layer.path.suffix in _CELLS]
    return load_city(project.governance, [path for path in cells if path.is_file()], project.crs)
