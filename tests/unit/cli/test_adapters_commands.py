"""`cli.adapters` and `bootstrap.adapters`."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cyclopts import App

from sanping.bootstrap.adapters import decodes, known_adapters, new_adapter
from sanping.cli.adapters import ADAPTERS
from sanping.cli.application import main
from sanping.cli.declared import added
from sanping.domain.errors import InputError
from sanping.hub.manifests import checked_settings, read_manifest

PAYLOADS = Path(__file__).parents[2] / "contract" / "payloads" / "hj212"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANPING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")


def typed(monkeypatch: pytest.MonkeyPatch, data: bytes, *words: str) -> int:
    """Run the program with bytes on stdin."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    return main(["adapters", *words])


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_group_has_its_own_words_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    # given an app with the group
    app = App(name="x")
    added(app, ADAPTERS, "en")

    # when its help is asked for
    app(["adapters", "--help"], result_action="return_value")

    # then each word is there
    shown = capsys.readouterr().out
    assert all(command.name in shown for command in ADAPTERS.commands)


def test_the_list_names_what_is_installed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    # given the adapters that come with the program

    # when they are listed
    status = typed(monkeypatch, b"", "list")

    # then HJ 212 is among them, with a decoder and a simulator
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("hj212"))
    assert status == 0
    assert row.count("✓") == 2


def test_a_pasted_frame_becomes_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    # given a frame on stdin
    data = (PAYLOADS / "b_hour_2017.txt").read_bytes()

    # when it is decoded
    status = typed(monkeypatch, data, "decode", "hj212")

    # then one line tells fields, values with units and times, and that the check code is right
    (line,) = lines(capsys)
    first = line["observations"][0]  # type: ignore[index]
    assert status == 0
    assert (line["crc_ok"], line["error"]) == (True, "")
    assert line["fields"]["w21003-Avg"] == "0.88"  # type: ignore[index]
    assert (first["time"], first["unit"], first["statistic"]) == ("2026-06-12T09:00:00+08:00", "mg/L", "min")


@pytest.mark.parametrize("form", ["{}", "0x{}", "{}\n"])
def test_hexadecimal_text_is_read_in_the_usual_forms(
    form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given the bytes of a frame written out
    data = " ".join(form.format(f"{byte:02X}") for byte in (PAYLOADS / "h_outfall_2025.txt").read_bytes())

    # when they are decoded
    status = typed(monkeypatch, data.encode(), "decode", "hj212", "--hex")

    # then it is the frame
    assert status == 0
    assert lines(capsys)[0]["fields"]["CN"] == "2011"  # type: ignore[index]


def test_rubbish_between_frames_is_a_line_and_a_bad_status(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given rubbish and a good frame
    data = b"+CSQ: 21\r\n" + (PAYLOADS / "g_heartbeat_2025.txt").read_bytes()

    # when they are decoded
    status = typed(monkeypatch, data, "decode", "hj212")

    # then both have a line, and the status tells that not all was good
    found = lines(capsys)
    assert status == 1
    assert [bool(line["error"]) for line in found] == [True, False]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", ["decode", "hj212"]),
        (b"nothing of the kind", ["decode", "hj212"]),
        (b"##0", ["decode", "hj212", "--hex"]),
        (b"##0087", ["decode", "nobody"]),
        (b"##0087", ["decode", "cap"]),
        (b"##0087", ["decode", "hj212", "--key", "short"]),
    ],
    ids=["nothing", "rubbish", "no hex", "unknown", "no decoder", "bad key"],
)
def test_what_cannot_be_read_is_refused(
    data: bytes, words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(monkeypatch, data, *words) == 2
    assert capsys.readouterr().err.startswith("sanping: ")


def test_a_key_opens_an_encrypted_frame(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    # given an official encrypted sample and its key
    data = (PAYLOADS / "official_2025_annex_a2_clear_rest_raw.bin").read_bytes()

    # when it is decoded with and without
    with_key = typed(monkeypatch, data, "decode", "hj212", "--key", "0" * 16)
    without = typed(monkeypatch, data, "decode", "hj212")

    # then only the key makes it readable
    assert (with_key, without) == (0, 2)
    assert lines(capsys)[0]["fields"]["a01011-Avg"] == "1.35"  # type: ignore[index]


def test_a_new_adapter_is_a_package_whose_tests_fail(tmp_path: Path) -> None:
    # given an empty folder
    folder = new_adapter("rtu9", tmp_path)

    # when its manifest is read and its tests are run
    manifest = read_manifest(folder / "sanping_rtu9" / "manifest.toml", "sanping_rtu9.source:Source")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    # then the manifest is good, and the tests fail because nothing is written yet, not because they are broken
    assert checked_settings(manifest, {})["port"] == 9999
    assert manifest.simulator == "sanping_rtu9.simulator:Simulator"
    assert done.returncode == 1, done.stdout
    assert "NotImplementedError" in done.stdout
    assert "1 passed" in done.stdout
    assert "newadapter" not in "".join(path.read_text("utf-8") for path in folder.rglob("*.py"))


@pytest.mark.parametrize("name", ["", "Rtu", "9rtu", "a/b", "..", "newadapter", "x" * 32])
def test_a_bad_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        new_adapter(name, tmp_path)


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "rtu9").mkdir()
    with pytest.raises(InputError):
        new_adapter("rtu9", tmp_path)
    assert list((tmp_path / "rtu9").iterdir()) == []


def test_what_decodes_is_known() -> None:
    found, broken = known_adapters()
    assert not broken
    assert decodes(next(manifest for manifest in found if manifest.name == "hj212"))
