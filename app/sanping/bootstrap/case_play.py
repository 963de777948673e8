"""How invented people work on the invented cases of a simulated twin: where, and with which photos."""

import contextlib

import numpy as np

from sanping.analysis.map_frame import LONGITUDE_LATITUDE
from sanping.domain.case import PhotoMoment
from sanping.domain.crs import LOCAL, converter
from sanping.domain.errors import FileBroken, InputError
from sanping.domain.text import Text
from sanping.hub.case_player import CasePlay
from sanping.twin.cases.governed import GovernedCity
from sanping.twin.cases.simulated_life import Spot
from sanping.twin.project import TwinProject

_NAMES: dict[PhotoMoment, str] = {"scene": "scene-*.jpg", "after": "after-*.jpg"}
_NO_PHOTOS = Text("模拟案件的照片无法读取：{reason}", "The photos of invented cases cannot be read: {reason}")


def play_of(project: TwinProject, city: GovernedCity | None) -> CasePlay | None:
    """Return how invented people work in a twin, None where it declares none. Raises `FileBroken`."""
    if city is None or project.governance is None or project.simulated_people == "none":
        return None
    folder = project.governance / "photos"
    try:
        photos = {
            moment: tuple(path.read_bytes() for path in sorted(folder.glob(names))) for moment, names in _NAMES.items()
        }
    except OSError as error:
        raise FileBroken(_NO_PHOTOS.with_values(reason=error.strerror or str(error)), path=str(folder)) from error
    return CasePlay(pace=project.simulated_people, spots=spots_of(city, project.crs), photos=photos)


def spots_of(city: GovernedCity, crs: str) -> tuple[Spot, ...]:
    """Return a place in each grid cell of a city, whose cells are in metres of `crs`."""
    middles = city.places.middles()
    if not middles or not crs or crs == LOCAL:
        return ()
    degrees = converter(crs, LONGITUDE_LATITUDE)(np.array(list(middles.values())))
    known = city.rules.areas.by_code
    spots = []
    for code, (lon, lat) in zip(middles, np.round(degrees[:, :2], 6).tolist(), strict=True):
        address = "".join(known[part].name.zh for part in (code[:9], code[:12]) if part in known)
        with contextlib.suppress(InputError):  # a cell that its street's outline leaves out
            city.rules.areas.check_place(code, lon, lat)
            spots.append(Spot(area=code, lon_deg=lon, lat_deg=lat, address=address))
    return tuple(spots)
