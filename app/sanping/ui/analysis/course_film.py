"""A film of what was found step by step: the shadows of a day, or water that rises and falls."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from sanping.analysis.findings import Finding
from sanping.commands.desk_state import DeskState
from sanping.domain.errors import Cancelled, SanpingError
from sanping.domain.geo import UInt8Array
from sanping.domain.text import Text
from sanping.scene.picture_parts import PicturePart
from sanping.scene.stamp import AMBER, Mark
from sanping.stage.state import Stage
from sanping.storage import film as films
from sanping.ui.city_show import CityShow
from sanping.ui.desk_content import DeskContent
from sanping.ui.workbench.file_asking import FileAsk, asked_path
from sanping.ui.workbench.film_making import FilmMaking

SIZE_PX, RATE = (1920, 1080), 25
LEAST_STEP_S, MOST_STEP_S, WHOLE_S = 0.24, 1.0, 24.0
FILM = Text("导出过程影片", "Write a film of it")
NO_COURSE = Text("这个结果没有过程，不能导出影片", "This has no steps to be filmed")
FILMED = Text("影片已写好：{name}", "The film is written: {name}")
STOPPED = Text("已停止，没有留下影片", "Stopped; no film was left")
SIMULATED = Text("模拟数据", "Simulated")


class Desk(Protocol):
    """The window as films see it."""

    state: DeskState
    content: DeskContent
    city: CityShow

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""

    def drawn_upon(self, picture: UInt8Array, stage: Stage, part: PicturePart | None = None) -> UInt8Array:
        """Return a picture of the city with what is drawn upon it."""


def frames_a_step(steps: int) -> int:
    """Return for how many frames each step stands: the whole takes some 24 s, a step never less than a quarter."""
    return round(RATE * min(MOST_STEP_S, max(LEAST_STEP_S, WHOLE_S / max(1, steps))))


class CourseFilm(QObject):
    """One film at a time; `progressed` carries its share (None when it is over) and words, `ended` its path or None.

    `show_again` is called in the end: it brings back what the window showed before.
    """

    progressed = Signal(object, object)
    ended = Signal(object)

    def __init__(self, desk: Desk, window: QWidget, font: Path, show_again: Callable[[], None]) -> None:
        super().__init__(window)
        self._desk, self._window, self._show_again = desk, window, show_again
        self._films = FilmMaking(desk.city, font, desk.drawn_upon, self)
        self._films.progressed.connect(self.progressed.emit)
        self._films.finished.connect(self._on_filmed)
        self._films.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """A film is being made."""
        return self._films.is_busy

    def ask(self, finding: Finding | None) -> None:
        """Ask where the film shall be written, and make it; while one is made, stop it."""
        if self.is_busy:
            self.stop()
        elif finding is None or finding.course is None:
            self._desk.say(NO_COURSE)
        else:
            language = self._desk.state.language
            ask = FileAsk(title=FILM, name=f"{finding.title.in_language(language)}.mp4", pattern=films.FILES)
            path = asked_path(ask, self._window, language)
            if path is not None:
                self.make(path, finding)

    def make(self, path: Path, finding: Finding, size_px: tuple[int, int] = SIZE_PX, each: int = 0) -> None:
        """Write the steps of a finding as a film, seen as the window sees the city now; its words say each step.

        Each step stands for `each` frames, 0 for as many as are usual.
        """
        course, state, city = finding.course, self._desk.state, self._desk.city
        assert course is not None
        count = len(course.titles)
        each = each or frames_a_step(count)
        live, shown = replace(state.stage, selection=(), hovered=None), -1
        made_up = Mark(words=SIMULATED.in_language(state.language), colour=AMBER)
        marks = (made_up,) if self._desk.content.project.is_synthetic else ()

        def stage_at(frame: int) -> Stage:
            nonlocal shown
            step = min(count - 1, frame // each)
            if step != shown:
                shown = step
                city.show_finding("finding", course.at(step))
            return replace(live, moment=course.moments[step]) if course.moments else live

        def marks_at(frame: int) -> tuple[Mark, ...]:
            title = course.titles[min(count - 1, frame // each)]
            return (Mark(words=title.in_language(state.language)), *marks)

        self._films.begin(path, stage_at, count * each, size_px=size_px, rate=RATE, marks=marks_at)
        self.progressed.emit(0.0, FILM)

    def stop(self) -> None:
        """End the film; nothing of it is left."""
        self._films.stop()

    def close(self) -> None:
        """End for good."""
        self._films.close()

    @Slot(object)
    def _on_filmed(self, path: Path) -> None:
        self._desk.say(FILMED.with_values(name=path.name))
        self._end(path)

    @Slot(object)
    def _on_failed(self, error: SanpingError) -> None:
        is_stopped = isinstance(error, Cancelled)
        self._desk.say(STOPPED if is_stopped else Text(error.in_language("zh"), error.in_language("en")))
        self._end(None)

    def _end(self, path: Path | None) -> None:
        self._show_again()
        self.progressed.emit(None, None)
        self.ended.emit(path)
