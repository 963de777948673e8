"""The table of all faults: a row is written as soon as it is known, and what a script says decides if it is met."""

import importlib.util
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "faults.py"
LAST = ("-m", "calendar", "--locale", "C", "--encoding", "ascii", "1970", "2")


@pytest.fixture(scope="module")
def faults() -> ModuleType:
    spec = importlib.util.spec_from_file_location("faults_benchmark", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_row_of_the_long_set_stands_in_the_report_at_once(faults: ModuleType, tmp_path: Path) -> None:
    # given a program that ends well, judged as good, as bad, and by a figure that it does not tell
    def judged(is_met: bool) -> object:
        return lambda text, report: (text.split()[0], is_met)

    judges = [judged(True), judged(False), lambda text, report: (report["lost"], True)]
    path = tmp_path / "out" / "report.md"
    bench, table = faults.Bench(is_long=True), faults.Table(path, "long")
    for number, judge in enumerate(judges):
        one = faults.Try(row=number, what="a month", goal="0 lost", short=(), long=LAST, judge=judge)

        # when it is tried
        seen, verdict, took_s = bench.tried(one)
        table.take(one, seen, verdict, took_s)

        # then the report ends with its row
        last = path.read_text(encoding="utf-8").splitlines()[-1]
        assert last.startswith(f"| {number} | ")
        assert verdict in last

    # and all rows are there, the program was run once, and what it does not tell is not met
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# Faults, long set, ")
    assert [line.split(" | ")[-3] for line in lines[-3:]] == ["met", "MISSED", "MISSED"]
    assert len(bench._done) == 1


def test_each_row_has_a_short_and_a_long_set_whose_scripts_are_there(faults: ModuleType) -> None:
    # given all rows; when their words are looked at; then each names a script beside it, or tests that are there
    for one in faults.TRIES:
        for words in (one.short, one.long):
            if words[0] == "-m":
                named = [word for word in words if word.endswith(".py")]
                assert named
                assert all((SCRIPT.parents[1] / word).is_file() for word in named), one.what
            else:
                assert (SCRIPT.parent / words[0]).is_file(), one.what
    numbers = [one.row for one in faults.TRIES]
    assert numbers == sorted(numbers)


def test_what_a_script_leaves_running_is_ended_with_it(faults: ModuleType, tmp_path: Path) -> None:
    # given a script that fails, and leaves a program behind that would run for long and holds its output open
    script = tmp_path / "leaves.py"
    script.write_text(
        "import subprocess, sys\n"
        "left = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "sys.exit(f'left {left.pid}')\n"
    )
    one = faults.Try(row=1, what="it leaves", goal="nothing", short=(str(script),), long=(), judge=faults.burst)

    # when it is tried
    seen, verdict, _ = faults.Bench(is_long=False).tried(one)

    # then its row is not met, the next need not wait, and nothing is left
    assert (seen, verdict) == ("no result", "MISSED")
    code, text = faults.Bench(is_long=False)._run((str(script),))
    assert code == 1
    assert eventually_gone(Path("/proc") / text.split()[1])


def eventually_gone(process: Path) -> bool:
    """Wait until a process that was killed has ended, or waits for whoever inherits it."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if (process / "stat").read_text().split()[2] in "ZX":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False
