"""A developer makes an adapter and lets it be checked: the fresh one, a finished one, and ones that misbehave."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from sanping.bootstrap.adapters import new_adapter

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


def own_tests(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the tests that the adapter weir came with."""
    return run(folder, "weir", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", *words)


def said_new(folder: Path, name: str) -> Path:
    """Say `sanping adapters new`, install what it made, and return its folder."""
    done = run(folder, "", "-m", "sanping", "adapters", "new", name)
    assert done.returncode == 0, done.stderr
    return installed(folder, name)


def installed(folder: Path, name: str) -> Path:
    """Write what `pip install` would write of an adapter, and return its folder."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """How the tests and checks of three kinds of adapters ended."""

    fresh_tests: subprocess.CompletedProcess[str]
    fresh_check: subprocess.CompletedProcess[str]
    finished_tests: subprocess.CompletedProcess[str]
    faults_check: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Said:
    """Test and check a fresh skeleton, one filled in, and finished ones with one grave fault each.

    The first three at once: a check waits for most of its time, for a silence that is to be noticed.
    """
    fresh, good, bad = (tmp_path_factory.mktemp(name) for name in ("fresh", "good", "misbehaving"))
    said_new(fresh, "weir")
    finished(installed_in(good, "weir"), "weir")
    for name, (file, before, after, _) in FAULTS.items():
        package = finished(installed_in(bad, name), name)
        changed(package / file, before, after)
        secret = '[settings.password]\ntype = "secret"\ntitle = { zh = "口令", en = "Password" }\n\n[settings.port]'
        changed(package / "manifest.toml", "[settings.port]", secret)
        stored = f'secrets = {{ password = "{name}-Secret" }}'
        changed(package / "manifest.toml", "has_check_code", f"{stored}\nhas_check_code")
    with ThreadPoolExecutor() as at_once:
        ran = {
            "fresh_tests": at_once.submit(own_tests, fresh, "-k", "not conforms"),
            "fresh_check": at_once.submit(run, fresh, "weir", "-m", "sanping", "adapters", "check", "weir"),
            "finished_tests": at_once.submit(own_tests, good),
        }
    faults_check = run(bad, "", "-m", "sanping", "adapters", "check", *FAULTS)
    return Said(**{name: one.result() for name, one in ran.items()}, faults_check=faults_check)


def installed_in(folder: Path, name: str) -> Path:
    """Make the skeleton of an adapter without a process of its own, and install it."""
    new_adapter(name, folder)
    return installed(folder, name)


def test_a_fresh_skeleton_fails_and_each_failure_says_what_is_missing(said: Said) -> None:
    # given the skeleton as it was made
    # when its tests are run, and it is checked
    tests, checked = said.fresh_tests, said.fresh_check

    # then both fail, and name what is to be written
    assert tests.returncode == 1, tests.stdout + tests.stderr
    assert "decode.py: read one frame" in tests.stdout
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert "simulator.py: speak the protocol" in checked.stdout
    assert "decode.py: explain frames" in checked.stdout
    assert "Traceback" not in checked.stdout + checked.stderr


def test_a_finished_adapter_passes_its_tests_and_the_check_among_them(said: Said) -> None:
    # given the skeleton, filled in
    # when its tests are run
    tests = said.finished_tests

    # then all pass
    assert tests.returncode == 0, tests.stdout + tests.stderr


@pytest.fixture(scope="module")
def check(said: Said) -> dict[str, str]:
    """What the check says of adapters that misbehave, by name."""
    done = said.faults_check
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
