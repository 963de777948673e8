"""Writes the sites and who reports in their scenes.

Say `python -m cim_models.sites [FOLDER]` in the project's root. Without a folder the files of the project are written
anew. Two runs give equal bytes.
"""

import sys
from pathlib import Path

from cim_models.sites.drawing import write_site
from cim_models.sites.hall import HALL
from cim_models.sites.hall_scene import write_hall_scene
from cim_models.sites.park import PARK
from cim_models.sites.park_scene import write_park_scene

if __name__ == "__main__":
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2]
    said = [line for site in (PARK, HALL) for line in write_site(site, root / "cim_models" / site.key)]
    scenes = root / "assets" / "scenes"
    sys.stdout.write("\n".join([*said, *write_park_scene(scenes / "park"), *write_hall_scene(scenes / "hall"), ""]))
