"""Nothing leaves the machine unless somebody asked for it: hub and desk send no packet to the outside by themselves."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fakes.small_hub import write_twin

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = REPOSITORY / "tests" / "fakes" / "quiet_network.py"


def run_apart(home: Path, *words: str) -> dict[str, Any]:
    """Run the program in a network of its own, and return what it found; skips where none can be made."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        pytest.skip("unshare and ip are needed to make a network: apt-get install iproute2")
    own = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    if subprocess.run([*own, "ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1"], check=False).returncode:
        pytest.skip("this system lets nobody make a network of his own")
    done = subprocess.run(
        [*own, sys.executable, str(PROGRAM), *words],
        capture_output=True,
        env={**os.environ, "SANPING_HOME": str(home)},
        timeout=300,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_count_sees_a_single_packet(tmp_path: Path) -> None:
    # given the network in which packets are counted

    # when one is sent to the outside
    found = run_apart(tmp_path, "COUNT_ONLY")

    # then it is counted
    assert found == {"sent": 1}


@pytest.mark.gui
def test_a_hub_with_all_its_sources_and_a_desk_send_nothing_to_the_outside(tmp_path: Path) -> None:
    # given the bundled twin, whose sources speak real protocols, and a small one

    # when a hub of the one runs until it is live, and a desk of the other until it is linked
    found = run_apart(tmp_path, str(REPOSITORY / "cim_models" / "suhe"), str(write_twin(tmp_path / "town", {})))

    # then both worked, and not one packet went out: no update check, no map service, no report, no name looked up
    assert len(found["live"]) >= 3
    assert found["page"] > 100
    assert found["desk"]
    assert found["sent"] == 0
