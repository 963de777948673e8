"""A real GNOME keyring on a session bus of its own, unlocked, in a folder of its own."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


@contextlib.contextmanager
def running_keyring(folder: Path) -> Iterator[dict[str, str]]:
    """Start a bus and a keyring and give the environment by which programs find them; skips where none is installed."""
    if shutil.which("gnome-keyring-daemon") is None or shutil.which("dbus-daemon") is None:
        pytest.skip("gnome-keyring is not installed: apt-get install gnome-keyring")
    home = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder), "XDG_DATA_HOME": str(folder / "data")}
    surrounding = {name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "XDG_"))}
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**surrounding, **home},
    )
    assert bus.stdout is not None
    where = {**home, "DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().decode().strip()}
    keyring = subprocess.Popen(
        ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**surrounding, **where},
    )
    assert keyring.stdin is not None
    assert keyring.stdout is not None
    keyring.stdin.write(b"unlock")
    keyring.stdin.close()
    keyring.stdout.readline()  # it answers from now on
    try:
        yield where
    finally:
        for process in (keyring, bus):
            process.terminate()
            process.wait(10)
            assert process.stdout is not None
            process.stdout.close()
