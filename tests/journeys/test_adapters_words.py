"""`sanping adapters` as a person types it."""

import json
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PAYLOADS = REPOSITORY / "tests" / "contract" / "payloads" / "hj212"


def sanping(folder: Path, *words: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the program in a folder, with a home of its own."""
    return subprocess.run(
        [sys.executable, "-m", "sanping", *words],
        cwd=folder,
        input=data,
        capture_output=True,
        env={"SANPING_HOME": str(folder / "home"), "LC_ALL": "en_GB.UTF-8", "PATH": "", "PYTHONIOENCODING": "utf-8"},
        timeout=120,
        check=False,
    )


def test_a_field_engineer_pastes_packets(tmp_path: Path) -> None:
    # given two packets, with what the modem said between them
    packets = [(PAYLOADS / f"f_split_{number}_of_2.txt").read_bytes() for number in (1, 2)]
    pasted = packets[0] + b"+CSQ: 21,99\r\n" + packets[1]

    # when they are decoded
    done = sanping(tmp_path, "adapters", "decode", "hj212", data=pasted)

    # then there are three lines, and the status tells that one was none
    lines = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert done.returncode == 1, done.stderr
    assert [line["crc_ok"] for line in lines] == [True, None, True]
    assert lines[2]["observations"][0]["quality"] == "bad"
    assert lines[2]["observations"][0]["time"] == "2026-06-12T09:10:00+08:00"


def test_a_developer_starts_an_adapter(tmp_path: Path) -> None:
    # given an empty folder

    # when an adapter is made, twice
    first = sanping(tmp_path, "adapters", "new", "weir")
    again = sanping(tmp_path, "adapters", "new", "weir")
    listed = sanping(tmp_path, "adapters", "list")

    # then it is there once, and the list still shows what is installed
    assert first.returncode == 0, first.stderr
    assert (tmp_path / "weir" / "sanping_weir" / "manifest.toml").is_file()
    assert again.returncode == 2
    assert b"weir" in again.stderr
    assert b"hj212" in listed.stdout
