"""Takes recordings, films and tables out of the past while the window goes on: one at a time, and it can be stopped."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from sanping.domain.errors import Cancelled, SanpingError
from sanping.domain.text import Text
from sanping.domain.view import CameraPose, StyleName
from sanping.ports.past import Past
from sanping.ports.progress import Progress
from sanping.stage.state import QualityName, WaterColour
from sanping.ui.crossing import Crossing
from sanping.ui.live.export_dialog import ExportPlan
from sanping.ui.live.work_form import WorkForm
from sanping.workers.program import run_program

if TYPE_CHECKING:
    from sanping.storage.recording import About

DONE = Text("已导出：{path}", "Exported: {path}")
STOPPED = Text("已停止，没有留下文件", "Stopped; no file was left")
_TAKEN_SHARE = 0.1
Run = Callable[[list[str], Progress], None]
Work = Callable[[Any, Any, Progress], "Path | Text"]
"""Does what a plan says for whoever asked, and returns the file, or what to say of it; runs in a thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is exported: who remembers it, whose twin it is, and how the city is looked at."""

    past: Past
    twin: Path
    title: Text
    is_simulated: bool
    camera: CameraPose
    style: StyleName
    water: WaterColour = "plain"
    quality: QualityName = "standard"
    layers: tuple[str, ...] = ()


class Exporting(QObject):
    """Shows one form at a time and does its work; `exported` carries what that gave, `failed` a `SanpingError`."""

    exported = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None, run: Run = run_program, work: Work | None = None) -> None:
        super().__init__(parent)
        self.dialog: WorkForm | None = None
        self._work: Work = work or (lambda subject, plan, progress: exported(subject, plan, run, progress))
        self._job = 0
        self._crossing = Crossing(self)
        self._crossing.progressed.connect(self._on_progress)
        self._crossing.finished.connect(self._on_finished)
        self._crossing.failed.connect(self._on_failed)

    def ask(self, dialog: WorkForm, subject: Callable[[], object | None]) -> None:
        """Show a form; `subject` is asked when its work begins. An open one comes to the front instead."""
        if self.dialog is not None:
            dialog.deleteLater()
            self.dialog.raise_()
            self.dialog.activateWindow()
            return
        self.dialog = dialog
        dialog.export_asked.connect(partial(self._begin, subject))
        dialog.stop_asked.connect(self._stop)
        dialog.destroyed.connect(self._forget)
        dialog.show()

    def close(self) -> None:
        """End what is running, and the threads."""
        if self.dialog is not None:
            self.dialog.close()
        self._crossing.close()

    def _begin(self, subject_of: Callable[[], object | None], plan: object) -> None:
        subject = subject_of()
        if subject is None or self.dialog is None:
            return
        self.dialog.show_work()
        self._job = self._crossing.start(partial(self._work, subject, plan))

    @Slot()
    def _stop(self) -> None:
        self._crossing.cancel(self._job)

    @Slot()
    def _forget(self) -> None:
        self.dialog = None

    @Slot(int, float, object)
    def _on_progress(self, number: int, share: float, doing: Text) -> None:
        if self.dialog is not None and number == self._job:
            self.dialog.show_progress(share, doing)

    @Slot(int, object)
    def _on_finished(self, number: int, found: object) -> None:
        if self.dialog is not None:
            self.dialog.show_rest(found if isinstance(found, Text) else DONE.with_values(path=found))
        self.exported.emit(found)

    @Slot(int, object)
    def _on_failed(self, number: int, error: SanpingError) -> None:
        is_stopped = isinstance(error, Cancelled)
        if self.dialog is not None:
            words = Text(error.in_language("zh"), error.in_language("en"))
            self.dialog.show_rest(STOPPED if is_stopped else words)
        if not is_stopped:
            self.failed.emit(error)


def exported(subject: Subject, plan: ExportPlan, run: Run, progress: Progress) -> Path:
    """Do what a plan says and return the file; runs in a thread. Raises `SanpingError`; then there is no file."""
    from sanping.storage.taking import take_recording, take_table  # noqa: PLC0415  only who exports waits for Arrow

    if plan.kind == "table":
        take_table(plan.path, subject.past, (plan.from_ms, plan.to_ms), progress, plan.stations)
    elif plan.kind == "recording":
        take_recording(plan.path, _about(subject, plan), subject.past, progress, stations=plan.stations)
    else:
        with tempfile.TemporaryDirectory(prefix="sanping-film-") as folder:
            recording = Path(folder) / "film.sprec"
            take_recording(recording, _about(subject, plan), subject.past, _Part(progress, 0.0, _TAKEN_SHARE))
            run(film_words(subject, plan, recording), _Part(progress, _TAKEN_SHARE, 1.0))
    return plan.path


def film_words(subject: Subject, plan: ExportPlan, recording: Path) -> list[str]:
    """Return the words of `sanping` that draw a film."""
    pose = subject.camera
    numbers = (*pose.target, pose.heading_deg, pose.pitch_deg, pose.distance_m, pose.fov_deg)
    return [
        "film", str(recording), str(subject.twin), "--output", str(plan.path), "--size", plan.size,
        "--style", subject.style, "--speed", str(plan.speed), "--camera", plan.camera, "--water", subject.water,
        "--quality", subject.quality,
        *(word for name in subject.layers for word in ("--layer", name)),
        f"--pose={','.join(f'{number:.4f}' for number in numbers)}",
    ]  # fmt: skip


def _about(subject: Subject, plan: ExportPlan) -> "About":
    from sanping.storage.recording import About  # noqa: PLC0415

    return About(
        twin=subject.twin.name,
        title_zh=subject.title.zh,
        title_en=subject.title.en,
        from_ms=plan.from_ms,
        to_ms=plan.to_ms,
        is_simulated=subject.is_simulated,
    )


class _Part:
    """A part of a longer job, from one share of it to another."""

    def __init__(self, whole: Progress, start: float, end: float) -> None:
        self._whole, self._start, self._end = whole, start, end

    def report(self, fraction: float, doing: Text) -> None:
        self._whole.report(self._start + (self._end - self._start) * fraction, doing)
