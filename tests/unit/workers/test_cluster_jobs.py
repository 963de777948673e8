"""Jobs on a Dask cluster: a real scheduler and a real worker process on this machine."""

import os
import time
from collections.abc import Iterator

import pytest
import worker_jobs_to_run as jobs_to_run

from sanping.bootstrap.cluster import jobs_of
from sanping.domain.errors import Cancelled, FileBroken, InputError, WorkerFailed
from sanping.domain.text import Text
from sanping.hub.spare_port import free_port
from sanping.ports.jobs import Jobs, Limits
from sanping.ports.progress import SilentProgress
from sanping.workers import cluster
from sanping.workers.jobs import WorkerJobs

distributed = pytest.importorskip("distributed", reason="the package distributed is not installed")
QUIET = SilentProgress()


class Impatient:
    """Wishes to stop after `patience_s`."""

    def __init__(self, patience_s: float) -> None:
        self.until_s = time.monotonic() + patience_s

    def report(self, fraction: float, doing: Text) -> None:
        if time.monotonic() > self.until_s:
            raise Cancelled(Text("已取消", "Cancelled"))


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50
    ) as running:
        yield running.scheduler_address


@pytest.fixture(scope="module")
def jobs(scheduler: str) -> Iterator[Jobs]:
    with jobs_of(scheduler, 0) as (found, width):
        assert width == 2
        yield found


def test_a_job_is_done_by_another_process_and_gives_its_result(jobs: Jobs) -> None:
    assert jobs.run(jobs_to_run.doubled, 21, progress=QUIET) == 42


def test_an_error_of_ours_arrives_unchanged(jobs: Jobs) -> None:
    with pytest.raises(FileBroken) as caught:
        jobs.run(jobs_to_run.refuses, progress=QUIET)

    assert (caught.value.message.en, caught.value.path, caught.value.place) == ("broken", "x.gml", "line 3")


@pytest.mark.parametrize(
    ("function", "limits", "word"),
    [
        (jobs_to_run.segfaults, Limits(), "SIGSEGV"),
        (jobs_to_run.hogs_memory, Limits(memory_bytes=1 << 29), "more memory than the limit of 512 MiB"),
        (jobs_to_run.raises, Limits(), "unexpected error: KeyError: 'missing'"),
    ],
)
def test_a_job_that_dies_leaves_the_cluster_as_it_was(jobs: Jobs, function, limits, word) -> None:
    # given a job that crashes, or takes more than its limits
    # when it runs on the cluster
    with pytest.raises(WorkerFailed) as caught:
        jobs.run(function, progress=QUIET, limits=limits)

    # then its way of dying is told as on this machine, and the next job is done
    assert word in caught.value.in_language("en")
    assert jobs.run(jobs_to_run.doubled, 4, progress=QUIET) == 8


def test_a_wish_to_stop_ends_the_job_there_within_seconds(jobs: Jobs, tmp_path) -> None:
    # given a job that notes its process and sleeps for a minute
    note = tmp_path / "process"

    # when whoever asked for it stops waiting
    began_s = time.monotonic()
    with pytest.raises(Cancelled):
        jobs.run(jobs_to_run.notes_itself_and_sleeps, note, 60, progress=Impatient(2.0))
    stopped_s = time.monotonic() - began_s

    # then it returns at once, and the process there is gone soon after
    assert stopped_s < 20
    number = int(note.read_text())
    for _ in range(200):
        if not _is_alive(number):
            break
        time.sleep(0.05)
    assert not _is_alive(number)


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_S", 0.3)
    address = f"tcp://127.0.0.1:{free_port()}"

    with pytest.raises(InputError, match="Dask") as caught, jobs_of(address, 0):
        pass

    assert caught.value.place == address


def test_without_a_scheduler_jobs_stay_on_this_machine() -> None:
    with jobs_of("", 3) as (jobs, width):
        assert isinstance(jobs, WorkerJobs)
        assert width == 3
        assert jobs.run(jobs_to_run.doubled, 2, progress=QUIET) == 4


def _is_alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True
