"""Where jobs run: in worker processes of this machine, or on a Dask cluster."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sanping.ports.jobs import Jobs
from sanping.workers.cluster import ClusterJobs
from sanping.workers.jobs import WorkerJobs


@contextmanager
def jobs_of(scheduler: str, at_once: int) -> Iterator[tuple[Jobs, int]]:
    """Give what runs jobs, and how many at once; 0 wishes as many as there are cores, here or there.

    Raises `InputError` when the scheduler does not answer.
    """
    if scheduler:
        cluster = ClusterJobs(scheduler)
        try:
            yield cluster, at_once if at_once > 0 else cluster.width
        finally:
            cluster.close()
        return
    width = at_once if at_once > 0 else max(1, os.cpu_count() or 1)
    workers = WorkerJobs(at_once=width, spare=0)
    try:
        yield workers, width
    finally:
        workers.close()
