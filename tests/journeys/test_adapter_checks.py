"""A developer makes an adapter and lets it be checked: the fresh one, a finished one, and ones that misbehave."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
FINISHED = REPOSITORY / "tests" / "fakes" / "weir"
RECORDED = 'b"A1|1781222405000|3.25|*d3"'


TESTED = """try:
            async with asyncio.timeout(1.0):
                await world.serve_tcp(self._host, self._port, DeviceSession)
        except TimeoutError:
            pass
        return Text("端口可用", "The port can be used")"""
CRASHES = """except FrameBroken as broken:
                __import__("os")._exit(1)"""
TELLS = 'detail=Text("口令 chatty-Secret", "chatty-Secret")'

# Name of an adapter → the file with its one grave fault, what is changed there, and what the check says of it.
FAULTS = {
    "gullible": ("decode.py", "check_code(body) != code", "False", "which nobody reported"),
    "ahead": ("decode.py", "event_ms=int(event_ms)", "event_ms=int(event_ms) + 28_800_000", "future "),
    "imperial": ("decode.py", 'unit="m"', 'unit="ft"', "water_level is in ft, not in m"),
    "silent": ("source.py", 'yield Count(what="bad_frames", detail=broken.message)', "", "bad input was not counted"),
    "brittle": ("source.py", "except FrameBroken as broken:", CRASHES, "started again"),
    "chatty": ("source.py", "detail=broken.message", TELLS, "The secret password"),
}


def run(folder: Path, name: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the folder of an adapter, where all that were made are installed."""
    places = [str(folder), *(str(path) for path in folder.iterdir() if path.is_dir()), str(REPOSITORY / "app")]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(places),
        "SANPING_HOME": str(folder / "home"),
        "LC_ALL": "en_GB.UTF-8",
        "PYTHONIOENCODING": "utf-8",
    }
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder / name,
        capture_output=True, env=environment, timeout=300, check=False, encoding="utf-8",
    )  # fmt: skip


def made(folder: Path, name: str) -> Path:
    """Say `sanping adapters new`, install what it made, and return its folder."""
    done = run(folder, "", "-m", "sanping", "adapters", "new", name)
    assert done.returncode == 0, done.stderr
    notes = folder / f"sanping_{name}-0.1.0.dist-info"
    notes.mkdir()
    (notes / "METADATA").write_text(f"Metadata-Version: 2.1\nName: sanping-{name}\nVersion: 0.1.0\n", encoding="utf-8")
    entry = f"[sanping.adapters]\n{name} = sanping_{name}.source:Source\n"
    (notes / "entry_points.txt").write_text(entry, encoding="utf-8")
    return folder / name


def finished(folder: Path, name: str) -> Path:
    """Fill a skeleton in, and return its package."""
    package = folder / f"sanping_{name}"
    for file in ("decode.py", "simulator.py"):
        text = (FINISHED / file).read_text(encoding="utf-8").replace("sanping_weir", f"sanping_{name}")
        (package / file).write_text(text, encoding="utf-8")
    changed(package / "source.py", 'raise NotImplementedError("source.py: test the settings")', TESTED)
    changed(package / "source.py", "from collections.abc", "import asyncio\nfrom collections.abc")
    changed(package / "manifest.toml", f'zh = "{name}"', 'zh = "堰上水位"')
    changed(folder / "tests" / f"test_{name}.py", 'b"put a recorded frame here"', RECORDED)
    return package


def changed(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_a_fresh_skeleton_fails_and_each_failure_says_what_is_missing(tmp_path: Path) -> None:
    # given the skeleton as it was made
    made(tmp_path, "weir")

    # when its tests are run, and it is checked
    tests = run(tmp_path, "weir", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", "-k", "not conforms")
    checked = run(tmp_path, "weir", "-m", "sanping", "adapters", "check", "weir")

    # then both fail, and name what is to be written
    assert tests.returncode == 1, tests.stdout + tests.stderr
    assert "decode.py: read one frame" in tests.stdout
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert "simulator.py: speak the protocol" in checked.stdout
    assert "decode.py: explain frames" in checked.stdout
    assert "Traceback" not in checked.stdout + checked.stderr


def test_a_finished_adapter_passes_its_tests_and_the_check_among_them(tmp_path: Path) -> None:
    # given the skeleton, filled in
    finished(made(tmp_path, "weir"), "weir")

    # when its tests are run
    tests = run(tmp_path, "weir", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore")

    # then all pass
    assert tests.returncode == 0, tests.stdout + tests.stderr


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the check says of finished adapters with one grave fault each, by name."""
    folder = tmp_path_factory.mktemp("misbehaving")
    for name, (file, before, after, _) in FAULTS.items():
        package = finished(made(folder, name), name)
        changed(package / file, before, after)
        secret = '[settings.password]\ntype = "secret"\ntitle = { zh = "口令", en = "Password" }\n\n[settings.port]'
        changed(package / "manifest.toml", "[settings.port]", secret)
        stored = f'secrets = {{ password = "{name}-Secret" }}'
        changed(package / "manifest.toml", "has_check_code", f"{stored}\nhas_check_code")
    done = run(folder, "", "-m", "sanping", "adapters", "check", *FAULTS)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "✗" in done.stdout, done.stderr
    parts: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        if line in FAULTS:
            parts[line] = mine = []
        else:
            mine.append(line)
    return {name: "\n".join(lines) for name, lines in parts.items()}


@pytest.mark.parametrize("name", FAULTS)
def test_an_adapter_that_misbehaves_is_found_out(check: dict[str, str], name: str) -> None:
    # given what the check says
    # when it is read
    # then it names the fault, and no other one
    said = [line.strip() for line in check[name].splitlines() if "✗" in line]
    assert any(FAULTS[name][3] in line for line in said), check[name]
    assert len(said) == 1, said
