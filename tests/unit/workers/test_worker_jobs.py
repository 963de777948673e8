"""Worker processes answer, fail in words, and never take the program with them."""

import errno
import os
import socket
import struct
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import worker_jobs_to_run as jobs_to_run

from sanping.domain.errors import Cancelled, FileBroken, WorkerFailed
from sanping.domain.geo import Extent
from sanping.domain.text import Text
from sanping.formats.zip_store import ZipStore
from sanping.ports.jobs import Limits
from sanping.ports.progress import SilentProgress
from sanping.workers.isolation import OPEN_FILES
from sanping.workers.jobs import WorkerJobs

QUIET = SilentProgress()


class Watching:
    """Remembers what was reported; wishes to stop after `patience_s`."""

    def __init__(self, patience_s: float = 1e9) -> None:
        self.said: list[tuple[float, str]] = []
        self.cancelled_at = 0.0
        self._until = time.monotonic() + patience_s

    def report(self, fraction: float, doing: Text) -> None:
        self.said.append((fraction, doing.en))
        if time.monotonic() > self._until:
            self.cancelled_at = self.cancelled_at or time.monotonic()
            raise Cancelled(Text("已取消", "Cancelled"))


@pytest.fixture
def jobs():
    with_workers = WorkerJobs()
    yield with_workers
    with_workers.close()
    assert not living_children()


def living_children() -> list[int]:
    """Process ids of workers that still run or wait to be reaped."""
    mine = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if f"PPid:\t{os.getpid()}\n" in (entry / "status").read_text():
                    mine.append(int(entry.name))
            except OSError:
                continue
    return [pid for pid in mine if b"sanping.workers.child" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def spare_worker() -> int:
    """Process id of the one worker that waits, as soon as it can be seen."""
    for _ in range(100):
        if children := living_children():
            return children[0]
        time.sleep(0.02)
    pytest.fail("no worker was started")


def test_a_job_gives_its_result_and_tells_how_far_it_is(jobs) -> None:
    watching = Watching()

    result = jobs.run(jobs_to_run.reports, 8, progress=watching)

    assert result == 8
    fractions = [fraction for fraction, doing in watching.said if doing == "counting"]
    assert len(set(fractions)) >= 3
    assert fractions == sorted(fractions)


def test_values_of_ours_and_arrays_travel_whole(jobs) -> None:
    result = jobs.run(jobs_to_run.values, progress=QUIET)

    np.testing.assert_array_equal(result["array"], np.arange(12, dtype=np.float32).reshape(3, 4))
    assert result["extent"] == Extent(west=1, south=2, east=3, north=4)
    assert result["path"] == Path("/a/b")
    assert result["set"] == {1, 2}


def test_an_error_of_ours_arrives_unchanged(jobs) -> None:
    with pytest.raises(FileBroken) as caught:
        jobs.run(jobs_to_run.refuses, progress=QUIET)

    assert (caught.value.message, caught.value.path, caught.value.place) == (Text("坏了", "broken"), "x.gml", "line 3")


@pytest.mark.parametrize(
    ("function", "limits", "word"),
    [
        (jobs_to_run.segfaults, Limits(), "SIGSEGV"),
        (jobs_to_run.aborts, Limits(), "SIGABRT"),
        (jobs_to_run.hogs_memory, Limits(memory_bytes=1 << 29), "more memory than the limit of 512 MiB"),
        (jobs_to_run.spins, Limits(cpu_s=1), "1 seconds of processor time"),
        (jobs_to_run.is_killed, Limits(), "The system killed the worker"),
        (jobs_to_run.exits, Limits(), "exit code 7"),
        (jobs_to_run.raises, Limits(), "unexpected error: KeyError: 'missing'"),
    ],
)
def test_each_way_of_dying_has_its_own_words(jobs, function, limits, word) -> None:
    with pytest.raises(WorkerFailed) as caught:
        jobs.run(function, progress=QUIET, limits=limits)

    assert word in caught.value.in_language("en")
    assert caught.value.in_language("zh") != caught.value.in_language("en")


@pytest.mark.real_data
def test_a_worker_is_ended_in_the_midst_of_draco_data_that_keep_it_busy(jobs, real_data) -> None:
    # given a real node, and the same with a forged number of turns that takes over half a second
    with ZipStore(real_data / "i3s" / "DA12_subset.slpk") as store:
        sound = bytes(store.read("nodes/3/geometries/1.bin"))
    forged = sound[:1924] + struct.pack("<i", 1 << 28) + sound[1928:]

    assert jobs.run(jobs_to_run.unpacks_draco, sound, 0.1, progress=QUIET) == 298
    with pytest.raises(WorkerFailed) as caught:
        jobs.run(jobs_to_run.unpacks_draco, forged, 0.1, progress=QUIET)

    assert "looks forged" in caught.value.in_language("en")


def test_a_job_that_sleeps_too_long_is_stopped(jobs) -> None:
    start = time.monotonic()

    with pytest.raises(WorkerFailed, match="超过了 1 秒"):
        jobs.run(jobs_to_run.sleeps, 60, progress=QUIET, limits=Limits(wall_s=1.0))

    assert time.monotonic() - start < 30


def test_the_last_words_of_a_crash_are_kept_for_the_log(jobs) -> None:
    with pytest.raises(WorkerFailed) as caught:
        jobs.run(jobs_to_run.segfaults, progress=QUIET)

    assert "last words before the crash" in caught.value.__notes__[0]


def test_a_flood_on_standard_error_blocks_nobody(jobs) -> None:
    assert jobs.run(jobs_to_run.talks_much, progress=QUIET) == "said"


@pytest.mark.parametrize("function", [jobs_to_run.spins, jobs_to_run.sleeps])
def test_a_wish_to_stop_is_obeyed_at_once(jobs, function) -> None:
    arguments = () if function is jobs_to_run.spins else (60,)
    watching = Watching(patience_s=0.5)

    with pytest.raises(Cancelled):
        jobs.run(function, *arguments, progress=watching)

    assert time.monotonic() - watching.cancelled_at < 20  # the job would go on for a minute, or for ever
    assert not living_children()


def test_what_a_worker_has_started_ends_with_it(jobs) -> None:
    watching = Watching(patience_s=1.5)

    with pytest.raises(Cancelled):
        jobs.run(jobs_to_run.starts_a_grandchild_and_sleeps, progress=watching)

    grandchild = int(watching.said[-1][1])
    for _ in range(50):
        status = Path(f"/proc/{grandchild}/status")
        if not status.exists() or "State:\tZ" in status.read_text():
            return
        time.sleep(0.02)
    pytest.fail("the grandchild still runs")


def test_an_answer_that_would_run_something_is_thrown_away(jobs, tmp_path) -> None:
    trace = Path("/tmp/sanping-was-here")

    with pytest.raises(WorkerFailed, match="无法信任"):
        jobs.run(jobs_to_run.answers_with_a_trick, progress=QUIET)

    assert not trace.exists()


def test_a_worker_reaches_no_network_and_starts_no_program(jobs) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(WorkerFailed, match=r"socket\.connect"):
        jobs.run(jobs_to_run.connects, server.getsockname(), progress=QUIET)

    with pytest.raises(WorkerFailed, match=r"subprocess\.Popen"):
        jobs.run(jobs_to_run.starts_a_program, progress=QUIET)


def test_c_code_in_a_worker_reaches_no_network_either(jobs) -> None:
    if not jobs.run(jobs_to_run.may_leave_the_network, progress=QUIET):
        pytest.skip("this system gives processes no network namespace of their own")

    with socket.create_server(("127.0.0.1", 0)) as server:
        error = jobs.run(jobs_to_run.connects_from_c, server.getsockname()[1], progress=QUIET)

    assert error == errno.ENETUNREACH


def test_a_worker_is_another_light_process_with_few_rights(jobs, monkeypatch) -> None:
    monkeypatch.setenv("DISPLAY", ":77")

    with Path(__file__).open("rb") as open_file:
        os.set_inheritable(open_file.fileno(), True)
        known = jobs.run(jobs_to_run.knows, progress=QUIET)

    assert known["pid"] != os.getpid()
    assert known["modules"] == []
    assert known["open_files"] == OPEN_FILES
    assert known["core"] == 0
    assert known["descriptors"] <= 6
    assert known["display"] is None


def test_threads_may_run_jobs_and_wait_for_their_turn() -> None:
    jobs = WorkerJobs(at_once=2)
    results: dict[int, object] = {}

    def run(number: int) -> None:
        results[number] = jobs.run(jobs_to_run.doubled, number, progress=QUIET)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == {number: 2 * number for number in range(5)}
    jobs.close()


def test_a_waiting_caller_can_be_cancelled() -> None:
    jobs = WorkerJobs(at_once=1)

    def sleep() -> None:
        with pytest.raises(Cancelled):
            jobs.run(jobs_to_run.sleeps, 60, progress=Watching(patience_s=1.5))

    busy = threading.Thread(target=sleep)
    busy.start()
    time.sleep(0.2)

    with pytest.raises(Cancelled):
        jobs.run(jobs_to_run.doubled, 1, progress=Watching(patience_s=0.2))

    busy.join()


def test_a_warm_worker_is_used_once_and_replaced() -> None:
    jobs = WorkerJobs(spare=1, preload=("json",))
    jobs.warm()
    waiting = spare_worker()

    first = jobs.run(jobs_to_run.knows, progress=QUIET)
    second = jobs.run(jobs_to_run.knows, progress=QUIET)

    assert first["pid"] == waiting
    assert second["pid"] not in (waiting, os.getpid())
    jobs.close()
    assert not living_children()


def test_a_spare_worker_that_died_is_replaced() -> None:
    jobs = WorkerJobs(spare=1)
    jobs.warm()
    waiting = spare_worker()
    os.kill(waiting, 9)
    time.sleep(0.1)

    assert jobs.run(jobs_to_run.doubled, 21, progress=QUIET) == 42
    jobs.close()


def test_a_worker_that_cannot_be_started_is_an_error_in_words() -> None:
    jobs = WorkerJobs(command=("/nowhere/python",))
    jobs.warm()

    with pytest.raises(WorkerFailed, match="无法启动工作进程"):
        jobs.run(jobs_to_run.doubled, 1, progress=QUIET)


def test_a_worker_ends_when_the_program_is_gone(tmp_path) -> None:
    # given a program that runs a long job and is killed
    import subprocess
    import sys

    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import worker_jobs_to_run as j\n"
        "from sanping.workers.jobs import WorkerJobs\n"
        "class P:\n"
        "    def report(self, fraction, doing):\n"
        "        if doing.en == 'half': print('half', flush=True)\n"
        "jobs = WorkerJobs(spare=1)\n"
        "jobs.warm()\n"
        "print(jobs._waiting[0].number, flush=True)\n"
        "jobs.run(j.sleeps, 60, progress=P())\n"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", script, str(Path(jobs_to_run.__file__).parent)], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    worker = int(program.stdout.readline())
    time.sleep(0.3)

    # when the program dies without a word
    program.kill()
    program.wait()
    program.stdout.close()

    # then its worker is gone within moments
    for _ in range(100):
        status = Path(f"/proc/{worker}/status")
        if not status.exists() or "State:\tZ" in status.read_text():
            return
        time.sleep(0.05)
    pytest.fail("the worker outlived its program")
