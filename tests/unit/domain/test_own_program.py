"""How processes of this program are started."""

import subprocess
import sys

import pytest

from sanping.domain.own_program import MODULE_WORD, environment_of_others, module_command, sanping_command


def test_through_python_a_module_is_run_without_the_folder_it_is_started_in() -> None:
    assert module_command("sanping.hub.child", "7") == (sys.executable, "-P", "-m", "sanping.hub.child", "7")
    assert sanping_command("hub", "suhe") == (sys.executable, "-m", "sanping", "hub", "suhe")


def test_a_packed_program_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    # given a program that was packed into one folder
    monkeypatch.setattr(sys, "frozen", True, raising=False)

    # when it is asked how it is started, then no Python is needed
    assert sanping_command("hub", "suhe") == (sys.executable, "hub", "suhe")
    assert module_command("sanping.workers.child", "9") == (
        sys.executable, MODULE_WORD, "sanping.workers.child", "9",
    )  # fmt: skip


@pytest.mark.parametrize(("former", "found"), [({}, {}), ({"LD_LIBRARY_PATH_ORIG": "/x"}, {"LD_LIBRARY_PATH": "/x"})])
def test_a_program_of_the_system_is_not_given_our_libraries(
    monkeypatch: pytest.MonkeyPatch, former: dict[str, str], found: dict[str, str]
) -> None:
    # given the environment that a packed program runs in
    own = {"LANG": "zh_CN.UTF-8", "LD_LIBRARY_PATH": "/usr/lib/sanping/_internal", **former}

    # when it starts a program of the system, packed or from the source
    from_source = environment_of_others(own)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    packed = environment_of_others(own)

    # then that finds the libraries of the system, as it would without us
    assert packed == {"LANG": "zh_CN.UTF-8", **found}
    assert from_source == own


def test_a_module_that_is_none_of_ours_is_not_run() -> None:
    with pytest.raises(ValueError, match=r"json\.tool"):
        module_command("json.tool")


@pytest.mark.parametrize(("module", "status"), [("sanping.workers.child", 0), ("json.tool", 2)])
def test_a_packed_program_runs_its_own_modules_and_no_other(module: str, status: int) -> None:
    # given the program as it is when packed, with nobody at the other end of the worker's socket
    packed = "import sys, os; sys.frozen = True; sys.argv[1:] = {words!r}; from sanping.__main__ import main; main()"
    program = f"import os; fd, other = os.pipe(); os.close(other); {packed}"
    words = [MODULE_WORD, module, "3"]

    # when it is asked to be that module
    done = subprocess.run(
        [sys.executable, "-c", program.format(words=words)], capture_output=True, timeout=60, check=False
    )

    # then it is the worker, which ends because nobody speaks to it, or nothing
    assert done.returncode == status, done.stderr
