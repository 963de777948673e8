"""`sanping kiosk` as a person types it, without a screen, and as systemd starts it."""

import configparser
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.command_line import said

REPOSITORY = Path(__file__).resolve().parents[2]
UNIT = REPOSITORY / "installer" / "sanping-kiosk.service"


def sanping(home: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program without a display, with a home of its own."""
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment |= {"SANPING_HOME": str(home), "LC_ALL": "en_GB.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", "sanping", *words],
        capture_output=True, text=True, timeout=120, env=environment, check=False, input=typed,
    )  # fmt: skip


def test_a_pin_is_set_from_a_pipe(tmp_path: Path) -> None:
    # given no PIN

    # when one is given
    done = sanping(tmp_path, "kiosk", "--set-pin", typed="2468\n")
    refused = sanping(tmp_path, "kiosk", "--set-pin", typed="12\n")

    # then it is kept as a hash, and one that is too short is refused
    assert done.returncode == 0, done.stderr
    (file,) = tmp_path.rglob("kiosk.pin")
    assert file.stat().st_mode & 0o777 == 0o600
    assert "2468" not in done.stdout
    assert refused.returncode == 2
    assert "4 to 12 digits" in refused.stderr


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ((), "display"),
        (("--idle", "1"), "10 to 3600 seconds"),
        (("--alarm-for", "99999"), "10 to 3600 seconds"),
        (("--restart-at", "25:00"), "04:30"),
        (("--window", "huge"), "1920x1080"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(tmp_path: Path, words: tuple[str, ...], reason: str) -> None:
    # given a machine without a screen

    # when the kiosk is started
    done = said(tmp_path, "kiosk", *words)

    # then it says why not, in one line
    assert done.returncode == 2
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_the_unit_starts_it_anew_and_watches_its_heartbeat() -> None:
    # given the unit for systemd
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(UNIT, encoding="utf-8")

    # when its service is read
    service = unit["Service"]

    # then it is watched, always started anew, and left alone after the PIN
    assert service["Type"] == "notify"
    assert service["WatchdogSec"] == "30"
    assert service["Restart"] == "always"
    assert service["RestartPreventExitStatus"] == "0"
    assert "kiosk" in service["ExecStart"]
    assert "--restart-at" in service["ExecStart"]
