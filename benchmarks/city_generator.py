"""The product's own sample city as files that other programs read."""

from pathlib import Path

import numpy as np
import orjson
from pyproj import Transformer

from sanping.tiles.sample_city import Plots, footprints, plots


def write_geojson(count: int, path: Path, seed: int = 7) -> None:
    """Write the same city as footprints with `height` and `min_height`, in degrees, for programs that read GeoJSON."""
    city = plots(count, seed)
    to_degrees = Transformer.from_crs("EPSG:4549", "EPSG:4326", always_xy=True)
    features: list[tuple[int, dict[str, object]]] = []
    for corners in (4, 6, 8):
        rows, outline = footprints(city, corners)
        longitude, latitude = to_degrees.transform(outline[..., 0].ravel(), outline[..., 1].ravel())
        rings = np.round(np.stack([longitude, latitude], 1), 8).reshape(len(rows), corners, 2).tolist()
        for row, ring in zip(rows.tolist(), rings, strict=True):
            features.append((row, _feature(city, row, ring)))
    features.sort(key=lambda pair: pair[0])
    path.write_bytes(orjson.dumps({"type": "FeatureCollection", "features": [feature for _, feature in features]}))


def _feature(city: Plots, row: int, ring: list[list[float]]) -> dict[str, object]:
    base = float(round(city.base_m[row], 2))
    return {
        "type": "Feature",
        "id": f"b{row:07d}",
        "properties": {"min_height": base, "height": base + float(round(city.height_m[row], 2))},
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
    }
