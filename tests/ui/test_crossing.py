import threading
from time import monotonic
from typing import Any

import pytest

from sanping.domain.errors import Cancelled, FileBroken, WorkerFailed
from sanping.domain.text import Text
from sanping.ports.progress import Progress

pytestmark = pytest.mark.gui
DOING = Text("读", "Reading")


@pytest.fixture
def crossing(qtbot: Any) -> Any:
    from sanping.ui.crossing import Crossing

    made = Crossing()
    yield made
    made.close()


def test_a_result_and_its_progress_arrive_in_the_window_thread(crossing: Any, qtbot: Any) -> None:
    # given a job that reports
    told: list[tuple[float, str]] = []
    crossing.progressed.connect(lambda _, share, doing: told.append((share, threading.current_thread().name)))

    def job(progress: Progress) -> str:
        progress.report(0.5, DOING)
        return threading.current_thread().name

    # when it has run
    with qtbot.waitSignal(crossing.finished, timeout=60_000) as done:
        number = crossing.start(job)

    # then it ran in another thread, and everything was told in this one
    assert done.args[0] == number
    assert done.args[1] != threading.current_thread().name
    assert told == [(0.5, threading.current_thread().name)]
    assert crossing.running == ()


@pytest.mark.parametrize(
    ("raised", "seen"), [(FileBroken(DOING), FileBroken), (ZeroDivisionError("by zero"), WorkerFailed)]
)
def test_a_failure_arrives_as_an_error_for_people(crossing: Any, qtbot: Any, raised: Exception, seen: type) -> None:
    # given a job that raises
    def job(progress: Progress) -> None:
        raise raised

    # when it has run
    with qtbot.waitSignal(crossing.failed, timeout=60_000) as done:
        crossing.start(job)

    # then the error is one of ours
    assert type(done.args[1]) is seen


def test_a_cancelled_job_is_over_at_once_and_stops_at_its_next_report(crossing: Any, qtbot: Any) -> None:
    # given a job that waits
    may_go, stopped = threading.Event(), threading.Event()

    def job(progress: Progress) -> str:
        may_go.wait(10)
        try:
            progress.report(0.9, DOING)
        except Cancelled:
            stopped.set()
            raise
        return "too late"

    number = crossing.start(job)

    # when it is cancelled
    begun = monotonic()
    with qtbot.waitSignal(crossing.failed, timeout=60_000) as done:
        crossing.cancel(number)
    seconds = monotonic() - begun
    may_go.set()

    # then that is said at once, the job stops when it reports, and its result never arrives
    assert seconds < 1.0
    assert isinstance(done.args[1], Cancelled)
    assert stopped.wait(5)
    qtbot.wait(50)
    assert crossing.running == ()
