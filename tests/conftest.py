"""Fixtures for every test: the real data, a screen or a reasoned skip, and nothing left behind."""

import gc
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

REPOSITORY = Path(__file__).resolve().parents[1]
KEPT_THREADS = ("IO loop", "Dask-", "Profile")  # Dask keeps them for as long as the process lives
THREAD_GRACE_S = 3.0
LAST_TICK_S = 0.5
FIRST_WORKER = "gw0"
# What takes long comes first, so that the workers of a run end together: the soak, which mostly waits, then folders.
LONGEST = "test_soak.py"
FOLDERS = ("journeys", "ui", "web", "contract", "faults", "pictures", "architecture", "unit")
# Windows that Qt itself makes and keeps: tool tips and the lists of combo boxes.
QT_OWN_WINDOWS = {"QTipLabel", "QComboBoxPrivateContainer", "QComboBoxListView"}

# Timings never decide a test; continuous integration tries the same examples each time.
settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep settings, cache and pictures of this person out of the tests, and theirs out of this person's."""
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("sanping-home")
        patch.setenv("SANPING_HOME", str(home))
        patch.setenv("SANPING_NO_KEYRING", "1")  # nor secrets of theirs in this person's keyring
        yield home


def pytest_configure(config: pytest.Config) -> None:
    """Give every worker but the first a screen of its own, because focus cannot be shared.

    A shell that runs the tests in the background has Ctrl-C ignored; here, and in what is started, it counts again.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.add_cleanup(gc.unfreeze)  # so that libraries can count what they made
    worker = getattr(config, "workerinput", {}).get("workerid", FIRST_WORKER)
    if worker != FIRST_WORKER and has_screen() and shutil.which("Xvfb") is not None:
        number, screen = made_screen()
        os.environ["DISPLAY"] = f":{number}"
        config.add_cleanup(partial(ended, screen))


def made_screen() -> tuple[int, "subprocess.Popen[bytes]"]:
    """Start a virtual screen and return its number once it can be used."""
    reads, writes = os.pipe()
    words = ["Xvfb", "-displayfd", str(writes), "-screen", "0", "1920x1080x24", "+extension", "GLX"]
    screen = subprocess.Popen(
        [*words, "-nolisten", "tcp"], pass_fds=(writes,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writes)
    with os.fdopen(reads) as answer:
        return int(answer.readline()), screen


def ended(screen: "subprocess.Popen[bytes]") -> None:
    screen.terminate()
    screen.wait()


class Folder(pytest.Dir):
    """A folder that each worker reads from another place on, so that one finds compiled what another has read."""

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        found = list(super().collect())
        shared = getattr(self.config, "workerinput", {"workerid": FIRST_WORKER, "workercount": 1})
        first = int(shared["workerid"].removeprefix("gw")) * len(found) // shared["workercount"]
        return found[first:] + found[:first]


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector:
    return Folder.from_parent(parent, path=path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the files that take long to the front; `--dist loadfile` keeps the tests of a file on one worker."""
    items.sort(key=lambda item: (rank_of(item.path), item.path))


def pytest_collection_finish() -> None:
    """Leave what the files brought with them out of the searches for garbage, from the first test on."""
    gc.freeze()


def rank_of(path: Path) -> int:
    """Return the place of a test file: that of its folder in `FOLDERS`, before them for the longest."""
    if path.name == LONGEST:
        return -1
    folder = path.relative_to(REPOSITORY / "tests").parts[0]
    return FOLDERS.index(folder) if folder in FOLDERS else len(FOLDERS)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a screen where there is none, because Qt would end the whole run."""
    if item.get_closest_marker("gui") is not None and not has_screen():
        pytest.skip("no screen: DISPLAY and WAYLAND_DISPLAY are empty; make test runs under xvfb-run")


def has_screen() -> bool:
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """Have pytest-qt's application begin with the product's OpenGL format, whichever test comes first."""
    from PySide6.QtGui import QSurfaceFormat
    from PySide6.QtWidgets import QApplication

    from sanping.ui.application import surface_format

    QSurfaceFormat.setDefaultFormat(surface_format())
    return QApplication


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real public models beside the repository; skips where it is not."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real models are not beside the repository (../shared/data)")
    return folder


def passing_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if not thread.name.startswith(KEPT_THREADS)}


def pools(threads: set[threading.Thread]) -> set[str]:
    """Return the names of the pools that threads are of."""
    return {thread.name.rpartition("_")[0] for thread in threads} - {""}


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Fail a test that leaves a thread running; pools that many tests share may have taken one more."""
    before = passing_threads()
    yield
    shared = pools(before)
    deadline = time.monotonic() + THREAD_GRACE_S
    while (
        left := {one for one in passing_threads() - before if not pools({one}) & shared}
    ) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not left, f"threads left running: {sorted(thread.name for thread in left)}"


@pytest.fixture(scope="module", autouse=True)
def what_outlives_a_file_is_not_searched_again() -> Iterator[None]:
    """Keep what libraries and earlier files left in memory out of the searches for garbage and timers after a test."""
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_widget_or_timer_is_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test with a screen that leaves a window open or a timer ticking.

    A window that many tests share has timers that tick once after a change, and changes may come when a test ends.
    """
    if request.node.get_closest_marker("gui") is None:
        yield
        return
    windows_before = qt_windows()
    timers_before = {pointer for pointer, timer in qt_timers() if timer.isActive() or timer.isSingleShot()}
    yield
    settle_qt()
    windows = {pointer: name for pointer, name in qt_windows().items() if pointer not in windows_before}
    timers = left_ticking(timers_before)
    assert not windows, f"windows left open: {sorted(windows.values())}"
    assert not timers, f"timers left ticking: {sorted(timers.values())}"


def left_ticking(before: set[int]) -> dict[int, str]:
    """Return the timers that a test leaves, once those have ticked that tick just once more."""
    ends = time.monotonic() + LAST_TICK_S
    while True:
        left = {pointer: name for pointer, name in ticking_timers().items() if pointer not in before}
        if not left or time.monotonic() > ends:
            return left
        settle_qt()


def settle_qt() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
    gc.collect()


def qt_windows() -> dict[int, str]:
    """Return address and description of every top-level widget."""
    from PySide6.QtWidgets import QApplication
    from shiboken6 import Shiboken

    if QApplication.instance() is None:
        return {}
    return {
        Shiboken.getCppPointer(widget)[0]: f"{type(widget).__name__} {widget.windowTitle()!r}"
        for widget in QApplication.topLevelWidgets()
        if widget.metaObject().className() not in QT_OWN_WINDOWS
    }


def qt_timers() -> list[tuple[int, Any]]:
    """Return address and object of every QTimer that Python knows."""
    from PySide6.QtCore import QTimer
    from shiboken6 import Shiboken

    return [
        (Shiboken.getCppPointer(found)[0], found)
        for found in gc.get_objects()
        if type(found) is QTimer and Shiboken.isValid(found)
    ]


def ticking_timers() -> dict[int, str]:
    """Return address and description of every active QTimer that Python knows."""
    return {
        pointer: f"{timer.interval()} ms, owner {type(timer.parent()).__name__}"
        for pointer, timer in qt_timers()
        if timer.isActive()
    }


@pytest.fixture(autouse=True)
def vtk_messages() -> Iterator[Callable[[], str]]:
    """Fail a test in which VTK complained, above all about a shader.

    A test that provokes a message on purpose calls the fixture's value: it returns the messages and forgets them.
    """
    if "vtkmodules.vtkCommonCore" not in sys.modules:
        yield lambda: ""
        return
    from vtkmodules.vtkCommonCore import vtkOutputWindow, vtkStringOutputWindow

    window, usual = vtkStringOutputWindow(), vtkOutputWindow.GetInstance()
    window.SetDisplayMode(vtkOutputWindow.NEVER)
    vtkOutputWindow.SetInstance(window)
    forgotten = [0]

    def messages() -> str:
        said: Any = window.GetOutput()
        fresh = str(said or "")[forgotten[0] :]
        forgotten[0] += len(fresh)
        return fresh

    yield messages
    vtkOutputWindow.SetInstance(usual)
    said = messages()
    assert not said, f"VTK complained:\n{said[:4000]}"
