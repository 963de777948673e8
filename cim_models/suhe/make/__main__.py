"""Makes the bundled twin: `python -m cim_models.suhe.make [FOLDER]` from the project's root.

Without a folder the files beside `twin.toml` are written anew. Two runs give the same bytes.
"""

import sys
from pathlib import Path

from cim_models.suhe.make.city import make_twin

if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent
    for line in make_twin(target):
        sys.stdout.write(line + "\n")
