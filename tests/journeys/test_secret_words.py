"""`sanping secret` as a person types it."""

import os
import subprocess
import sys
from pathlib import Path

CANARY = "canary-c4e1"


def sanping(folder: Path, *words: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the program with a home of its own and no keyring of the desktop."""
    own = {"SANPING_HOME": str(folder), "LC_ALL": "en_GB.UTF-8", "PYTHONIOENCODING": "utf-8", "PATH": os.defpath}
    command = [sys.executable, "-m", "sanping", "secret", *words]
    return subprocess.run(command, input=data, capture_output=True, env=own, timeout=120, check=False)


def test_an_administrator_keeps_lists_and_removes_a_password(tmp_path: Path) -> None:
    # given a server without a keyring

    # when a password is kept, listed, removed, and removed again
    kept = sanping(tmp_path, "set", "mqtt-broker", data=f"{CANARY}\n".encode())
    listed = sanping(tmp_path, "list")
    removed = [sanping(tmp_path, "remove", word) for word in ("keyring:sanping/mqtt-broker", "mqtt-broker")]

    # then the reference is said, what a file without a keyring is worth too, and never the password
    assert kept.returncode == 0, kept.stderr
    assert b"keyring:sanping/mqtt-broker" in kept.stdout
    assert b"has no keyring" in kept.stderr
    assert b"keyring:sanping/mqtt-broker" in listed.stdout
    assert [one.returncode for one in removed] == [0, 1]
    assert not [one for one in (kept, listed, *removed) if CANARY.encode() in one.stdout + one.stderr]
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
