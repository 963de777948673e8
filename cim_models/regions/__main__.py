"""Writes the sand tables and who reports in their scenes.

Say `python -m cim_models.regions [FOLDER]` in the project's root. Without a folder the files of
the project are written anew. Two runs give equal bytes.
"""

import sys
from pathlib import Path

from cim_models.regions.atlas import REGIONS
from cim_models.regions.files import write_region
from cim_models.regions.scenes import write_scenes

if __name__ == "__main__":
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2]
    said = [line for region in REGIONS for line in write_region(region, root / "cim_models" / region.key)]
    sys.stdout.write("\n".join([*said, *write_scenes(root / "assets" / "scenes"), ""]))
