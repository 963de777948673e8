"""Flights over key views: recorded from the present camera, played, kept as tours of the twin, written as films."""

from collections.abc import Callable
from dataclasses import replace
from math import ceil, isfinite
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QEvent, QTimer, Slot
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QFileDialog

from sanping.domain.errors import Cancelled, SanpingError
from sanping.domain.text import Language, Text
from sanping.domain.tour import Tour
from sanping.formats.tours import FLIGHTS_NAME, read_tours, tours_as_toml
from sanping.scene.stamp import AMBER, Mark
from sanping.settings import paths
from sanping.stage.flight_path import (
    LEAST_LEG_S,
    MOST_HOLD_S,
    MOST_LEG_S,
    Flight,
    KeyView,
    duration_s,
    stops_of,
    views_of,
    with_duration,
)
from sanping.stage.state import Stage
from sanping.storage import film as films
from sanping.storage.whole_file import whole_file
from sanping.ui.workbench.film_making import FilmMaking
from sanping.ui.workbench.flight_form import LEG, RATES, SIZES, FlightList
from sanping.ui.workbench.tool import Bench, DeskTool, ToolDesk
from sanping.ui.workbench.tool_form import ToolForm

FONT, STEP_MS = "NotoSansSC-Bold.ttf", 33
FILM_SUFFIX = ".mp4"
VIEW, FLIGHT = Text("视角 {number}", "View {number}"), Text("飞行 {number}", "Flight {number}")
NEW, SIMULATED = Text("新的飞行", "A new flight"), Text("模拟数据", "Simulated")
RECORD, PLAY, STOP_PLAY = (
    Text("记录当前视角", "Record this view"),
    Text("播放", "Play"),
    Text("停止播放", "Stop playing"),
)
UPDATE, UP, DOWN, REMOVE = (Text("换成当前视角", "Take this view"), Text("上移", "Earlier"), Text("下移", "Later"),
                            Text("删除", "Delete"))  # fmt: skip
KEEP, FILM = Text("保存飞行", "Keep the flight"), Text("导出影片…", "Write a film…")
KEPT = Text("飞行“{name}”已保存：{file}", "The flight “{name}” is kept in {file}")
FEW = Text("至少记录两个视角", "Record two views at least")
FILMED = Text("影片已写好：{name}", "The film is written: {name}")
STOPPED = Text("已停止，没有留下影片", "Stopped; no film was left")


class FlightTool(DeskTool):
    """`views` are the key views of the flight at hand, `saved` the flights that are kept with the twin."""

    name = "flight"
    title = Text("飞行路径", "Flight path")
    hint = Text("把城市转到要的画面，逐个记录；双击表格改秒数和名称。播放预览，或导出影片。",
                "Record view after view; a double click in the table changes seconds and names. Play it, or write a "
                "film.")  # fmt: skip
    icon = "film"

    def __init__(self, desk: ToolDesk, bench: Bench) -> None:
        super().__init__(desk, bench)
        self.views: tuple[KeyView, ...] = ()
        self.saved: tuple[Tour, ...] = ()
        self.chosen = -1
        self._past: list[tuple[KeyView, ...]] = []
        self._flight: Flight | None = None
        self._since = QElapsedTimer()
        self._beat = QTimer(self)
        self._beat.setInterval(STEP_MS)
        self._beat.timeout.connect(self._on_beat)
        self.films = FilmMaking(desk.city, paths.assets() / "fonts" / FONT, bench.marks.upon, self)
        self.films.finished.connect(self._on_filmed)
        self.films.failed.connect(self._on_failed)
        self._make_form()
        self._make_list()
        self._show()

    def _make_form(self) -> None:
        self.form = form = self._form = ToolForm(self.words)
        self.choice = form.choice(Text("飞行", "Flight"), [(-1, NEW)])
        self.choice.activated.connect(self._on_choice)
        self.heading = form.line(Text("名称", "Name"))
        self.seconds = form.number(Text("总时长 (s)", "Whole (s)"), (1.0, 3600.0), 10.0)
        self.seconds.number_entered.connect(lambda seconds: self._take(with_duration(self.views, seconds)))
        self.size = form.choice(Text("影片", "Film"), SIZES)
        self.rate = form.choice(Text("帧率", "Rate"), RATES)
        self.record = form.main_button(RECORD, self.record_view)
        self.play, self.keep = form.buttons((PLAY, self.play_or_stop), (KEEP, self.keep_flight))
        self.film = form.buttons((FILM, self._ask_where))[0]
        form.add_progress()
        form.stop_asked.connect(self.films.stop)
        self.films.progressed.connect(form.show_progress)

    def _make_list(self) -> None:
        self.result = self.list = FlightList(self.words)
        buttons = ToolForm(self.words)
        self.update, self.up, self.down, self.remove = buttons.buttons(
            (UPDATE, self._update), (UP, lambda: self._move(-1)), (DOWN, lambda: self._move(1)), (REMOVE, self._remove)
        )
        self.list.add_buttons(buttons)
        self.list.row_chosen.connect(self._choose)
        self.list.seconds_typed.connect(self._on_seconds)
        self.list.title_typed.connect(self._on_title)

    @property
    def path(self) -> Path:
        """The file that keeps the flights of the open twin."""
        return paths.twin_notes_folder(self.desk.content.project.folder) / FLIGHTS_NAME

    # The life of a tool

    def leave(self) -> None:
        """Stop playing; a film that is being made goes on."""
        self._stop_playing()

    def follow(self) -> None:
        """Offer the flights of the twin that is open now."""
        self._stop_playing()
        self.films.stop()
        self.views, self.saved, self._past, self.chosen = (), (), [], -1
        try:
            self.saved = read_tours(self.path, self.desk.content.project)
        except SanpingError as error:
            self.desk.say(Text(error.in_language("zh"), error.in_language("en")))
        self.heading.setText("")
        self._offer()
        self._show()

    def close(self) -> None:
        """End."""
        self._beat.stop()
        self.films.close()

    def speak(self, language: Language) -> None:
        """Speak another language."""
        super().speak(language)
        self._show()

    def do(self, wish: str, argument: object = None) -> None:
        """Take a step back, delete the chosen view, or stop what plays."""
        if wish == "undo" and self._past:
            self.views, self.chosen = self._past.pop(), -1
            self._show()
        elif wish == "clear":
            self._remove()
        elif wish == "leave":
            self._stop_playing()
            self._choose(-1)

    def takes_event(self, event: QEvent) -> bool:
        """Stop playing as soon as the person moves the city."""
        if self._beat.isActive() and (
            isinstance(event, QWheelEvent) or (isinstance(event, QMouseEvent) and event.buttons())
        ):
            self._stop_playing()
        return False

    # The flight at hand

    def record_view(self) -> None:
        """Add the present camera as the next key view, after the chosen one."""
        words = VIEW.with_values(number=len(self.views) + 1)
        view = KeyView(camera=self.desk.state.stage.camera, title=words)
        place = self.chosen + 1 if self.chosen >= 0 else len(self.views)
        self._take((*self.views[:place], view, *self.views[place:]), place)

    def _update(self) -> None:
        self._change(lambda view: replace(view, camera=self.desk.state.stage.camera))

    def _change(self, change: Callable[[KeyView], KeyView], number: int | None = None) -> None:
        number = self.chosen if number is None else number
        if 0 <= number < len(self.views):
            view = change(self.views[number])
            self._take((*self.views[:number], view, *self.views[number + 1 :]), number)

    def _move(self, by: int) -> None:
        place = self.chosen + by
        if self.chosen >= 0 and 0 <= place < len(self.views):
            views = list(self.views)
            views[self.chosen], views[place] = views[place], views[self.chosen]
            self._take(tuple(views), place)

    def _remove(self) -> None:
        if self.chosen >= 0:
            self._take((*self.views[: self.chosen], *self.views[self.chosen + 1 :]), -1)

    def _take(self, views: tuple[KeyView, ...], chosen: int | None = None) -> None:
        if views != self.views:
            self._past.append(self.views)
        self.views = views
        self.chosen = self.chosen if chosen is None else chosen
        self._show()

    @Slot(int, int, float)
    def _on_seconds(self, number: int, place: int, seconds: float) -> None:
        if not isfinite(seconds) or seconds < 0.0:
            self._show()
        elif place == LEG:
            self._change(lambda view: replace(view, leg_s=min(MOST_LEG_S, max(LEAST_LEG_S, seconds))), number)
        else:
            self._change(lambda view: replace(view, hold_s=min(MOST_HOLD_S, seconds)), number)

    @Slot(int, str)
    def _on_title(self, number: int, words: str) -> None:
        self._change(lambda view: replace(view, title=Text(words[:80], words[:80])), number)

    @Slot(int)
    def _choose(self, number: int) -> None:
        is_another = number >= 0 and number != self.chosen
        self.chosen = number
        self._show()
        if is_another and not self._beat.isActive():
            self.desk.fly(self.views[number].camera)

    # Playing

    def play_or_stop(self) -> None:
        """Play the flight in the window from its beginning, or stop it."""
        if self._beat.isActive():
            self._stop_playing()
        elif len(self.views) < 2:
            self.desk.say(FEW)
        else:
            self._flight = Flight(self.views)
            self._since.start()
            self._beat.start()
            self._on_beat()
            self.words.put(self.play.setText, STOP_PLAY)

    def _stop_playing(self) -> None:
        self._beat.stop()
        self._flight = None
        self.words.put(self.play.setText, PLAY)

    @Slot()
    def _on_beat(self) -> None:
        if self._flight is None:
            return
        at_s = self._since.elapsed() / 1000
        self.desk.city.camera_moves()
        self.desk.perform("camera.move", self._flight.pose(at_s), "flight path")
        if at_s >= self._flight.seconds:
            self._stop_playing()

    # Keeping

    def keep_flight(self) -> None:
        """Keep the flight under its name with the twin, as a tour that a kiosk plays too."""
        if len(self.views) < 2:
            self.desk.say(FEW)
            return
        name = self.heading.text().strip() or self.words.say(FLIGHT).format(number=len(self.saved) + 1)
        tour = Tour(name=Text(name, name), stops=stops_of(self.views))
        flights = (*(own for own in self.saved if own.name.zh != name), tour)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(self.path) as part:
                part.write_text(tours_as_toml(flights), encoding="utf-8")
        except (SanpingError, OSError) as error:
            self.desk.say(Text(str(error), str(error)))
            return
        self.saved = flights
        self.heading.setText(name)
        self._offer()
        self.desk.say(KEPT.with_values(name=name, file=self.path.name))

    def _offer(self) -> None:
        self.choice.clear()
        self.choice.addItem(self.words.say(NEW), -1)
        for number, tour in enumerate(self.saved):
            self.choice.addItem(self.words.say(tour.name), number)
            if tour.name.zh == self.heading.text():
                self.choice.setCurrentIndex(number + 1)

    @Slot(int)
    def _on_choice(self, index: int) -> None:
        tour = self.saved[index - 1] if index > 0 else None
        self.heading.setText(self.words.say(tour.name) if tour is not None else "")
        self._take(views_of(tour.stops) if tour is not None else (), -1)

    # Films

    def _ask_where(self) -> None:
        if len(self.views) < 2:
            self.desk.say(FEW)
            return
        proposed = (self.heading.text().strip() or "flight") + FILM_SUFFIX
        path, _ = QFileDialog.getSaveFileName(self.bench.window, self.words.say(FILM), proposed, films.FILES)
        if path:
            self.make_film(Path(path))

    def make_film(self, path: Path) -> None:
        """Write the flight as a film, with what the window shows now."""
        self._stop_playing()
        flight, rate = Flight(self.views), int(self.rate.currentData())
        live = replace(self.desk.state.stage, selection=(), hovered=None)

        def stage_at(frame: int) -> Stage:
            return replace(live, camera=flight.pose(frame / rate))

        marks = (Mark(words=self.words.say(SIMULATED), colour=AMBER),) if self.desk.content.project.is_synthetic else ()
        frames = 1 + ceil(flight.seconds * rate)
        self.films.begin(path, stage_at, frames, size_px=self.size.currentData(), rate=rate, marks=marks)
        self._form.show_progress(0.0)
        self.changed.emit()

    @Slot(object)
    def _on_filmed(self, path: Path) -> None:
        self._form.show_progress(None)
        self.desk.say(FILMED.with_values(name=path.name))
        self.changed.emit()

    @Slot(object)
    def _on_failed(self, error: SanpingError) -> None:
        is_stopped = isinstance(error, Cancelled)
        words = STOPPED if is_stopped else Text(error.in_language("zh"), error.in_language("en"))
        self._form.show_progress(None, words)
        self.changed.emit()

    def _show(self) -> None:
        self.list.show_views(self.views, self.chosen)
        if self.views:
            self.seconds.show_number(max(1.0, duration_s(self.views)))
        for button in (self.play, self.keep, self.film):
            button.setEnabled(len(self.views) > 1)
        for button in (self.update, self.up, self.down, self.remove):
            button.setEnabled(self.chosen >= 0)
        self.changed.emit()
