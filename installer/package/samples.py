"""Writes a tiny file of each format that a library of its own reads, to try a packed program with: `samples.py FOLDER`.

The packed program opens them with `sanping inspect`; one that it cannot read lacks a part of that library.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
import fuzz_seeds

CLOUDS, TABLES = (".las", ".laz"), (".gpkg", ".parquet", ".shp", ".fgb", ".geojson")


def samples() -> dict[str, bytes]:
    """Return name and content of each file."""
    files = {
        "wall.ifc": fuzz_seeds.ifc(),
        "square.glb": fuzz_seeds.square_glb(),
        "draco.glb": fuzz_seeds.draco_glb(),
        "layer.slpk": fuzz_seeds.scene_layer(),
        "ground.tif": fuzz_seeds.raster(),
        "house.city.json": fuzz_seeds.city_json(),
        "house.gml": fuzz_seeds.city_gml(),
        "place.kml": fuzz_seeds.kml(),
    }
    files |= {f"cloud{suffix}": fuzz_seeds.cloud(suffix) for suffix in CLOUDS}
    for suffix in TABLES:
        files |= {f"footprints{part}": content for part, content in fuzz_seeds.table_files(suffix).items()}
    return files


def main(folder: Path) -> None:
    """Write the files and print the names of those to open; parts of a shapefile are opened by its `.shp`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in samples().items():
        (folder / name).write_bytes(content)
        if Path(name).suffix not in (".shx", ".dbf", ".prj", ".cpg"):
            sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
