"""Where a response and its parties lie in the twin's metres. Pure."""

from collections.abc import Callable

from msgspec.structs import replace

from sanping.domain.response import Response

MetresOf = Callable[[float, float], tuple[float | None, float | None]]


def placed(response: Response, metres_of: MetresOf) -> Response:
    """Return a response with the metres of its place and its parties; `metres_of` is asked with degrees."""

    def metres(lon_deg: float | None, lat_deg: float | None) -> tuple[float | None, float | None]:
        return (None, None) if lon_deg is None or lat_deg is None else metres_of(lon_deg, lat_deg)

    x_m, y_m = metres(response.lon_deg, response.lat_deg)
    parties = []
    for party in response.parties:
        east_m, north_m = metres(party.lon_deg, party.lat_deg)
        parties.append(replace(party, x_m=east_m, y_m=north_m))
    return replace(response, x_m=x_m, y_m=y_m, parties=tuple(parties))
