"""Opens every real model of ../shared/data with the importer and prints what it saw.

    python benchmarks/opening.py [FOLDER]

One line a file: format, objects, triangles (or grid points), skipped, seconds.
"""

import sys
import time
from pathlib import Path

from sanping.domain.errors import SanpingError
from sanping.formats.inspection import inspect
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
FOLDERS = ("cityjson", "citygml", "footprints", "terrain", "gltf")
WITHOUT_CRS = {"gbg_CDSM_KRbig.asc": "EPSG:3007"}
PARTS = (".dbf", ".shx", ".prj", ".cpg", ".bin", ".png", ".terrain")


def main() -> None:
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    files = [path for folder in FOLDERS for path in sorted((data / folder).rglob("*")) if path.suffix not in PARTS]
    print(f"{'file':<42}{'format':<18}{'objects':>9}{'triangles':>11}{'points':>10}{'skipped':>9}{'s':>8}")
    refused = 0
    for path in filter(Path.is_file, files):
        begin = time.perf_counter()
        try:
            seen = inspect(path, ReadOptions(crs=WITHOUT_CRS.get(path.name, "")), SilentProgress()).to_json()
        except SanpingError as error:
            refused += 1
            print(f"{path.name:<42}refused: {error.in_language('en')}")
            continue
        objects = sum(seen["objects"].values()) if isinstance(seen["objects"], dict) else seen["objects"]
        skipped = sum(item["count"] for item in seen["skipped"])
        print(
            f"{path.name:<42}{seen['format']:<18}{objects:>9}{seen['triangles']:>11}{seen['points']:>10}{skipped:>9}"
            f"{time.perf_counter() - begin:>8.3f}",
            flush=True,
        )
    print(f"refused: {refused}")


if __name__ == "__main__":
    main()
