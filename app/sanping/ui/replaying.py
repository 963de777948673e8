"""Puts the time machine on the desk: what actions ask of it, what it shows, what is taken out of the past.

While the past is shown the sun stands as it stood, the camera is not recorded, and alarms cannot be dealt with.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from sanping.client.hub_past import HubPast
from sanping.commands.desk_state import DeskState
from sanping.commands.replay_actions import RECORDING_SUFFIX, ExportWish
from sanping.domain.alarm import Alarm
from sanping.domain.errors import FileBroken, SanpingError
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.stage.camera_track import CameraMoment
from sanping.stage.replaying import LEAD_MS
from sanping.stage.timeline import Timeline
from sanping.twin.live import LiveState
from sanping.ui.city_show import CityShow
from sanping.ui.desk_content import DeskContent
from sanping.ui.live.asking import Asking
from sanping.ui.live.camera_recorder import CameraRecorder, arguments_of
from sanping.ui.live.export_dialog import ExportDialog, ExportOffer
from sanping.ui.live.exporting import Exporting, Subject
from sanping.ui.live.living import Living, Past
from sanping.ui.live.time_bar import TimeBar, TimeBarView
from sanping.ui.live.time_machine import TimeMachine

if TYPE_CHECKING:
    from sanping.storage.recorded_past import RecordedPast

STEP_S = 300.0
BAR_EVERY_MS = 1000
USUAL_SPAN_MS = 3_600_000
MOST_STATIONS_WITH_LEAD = 2000
NOTHING_KEPT = Text("还没有历史可导出；请先连接中枢或打开录像", "There is no past to export; open a recording first")
OTHER_TWIN = Text(
    "录像属于孪生“{name}”，当前打开的是另一个孪生；请先打开它",
    "The recording is of the twin “{name}”, and another one is open; open that one first",
)
OPEN_RECORDING = Text("打开录像", "Open a recording")
RECORDINGS = Text(f"三屏录像 (*{RECORDING_SUFFIX})", f"Recordings (*{RECORDING_SUFFIX})")
OPENED = Text("正在回放录像“{name}”", "Replaying the recording “{name}”")


class Desk(Protocol):
    """The window as the time machine sees it."""

    state: DeskState
    content: DeskContent
    city: CityShow
    living: Living

    def show_state(self, new: DeskState) -> None:
        """Show a state."""

    def reach(self, pose: CameraPose) -> None:
        """Put the camera at a pose; no step of the history."""

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""


class Replaying(QObject):
    """The time machine of one desk; `window` owns the dialogs, `folder` is where exports are proposed."""

    def __init__(self, desk: Desk, bar: TimeBar, window: QWidget, folder: Path) -> None:
        super().__init__(window)
        self._desk, self._bar, self._window, self._folder = desk, bar, window, folder
        living = desk.living
        self.machine = TimeMachine(living.now_ms, self)
        self.recorder = CameraRecorder(living.now_ms, self)
        self.exporting = Exporting(self)
        self._asking = Asking(self)
        self._recording: RecordedPast | None = None
        self._moment_live: datetime | None = None
        self._is_following = False
        self._alarms: Mapping[str, Alarm] | None = None
        self._wishes: dict[str, Callable[[], None]] = {
            "live": self._go_live,
            "toggle": self.machine.toggle,
            "next": partial(self.machine.jump, 1),
            "previous": partial(self.machine.jump, -1),
            "faster": partial(self.machine.change_speed, 1),
            "slower": partial(self.machine.change_speed, -1),
            "back": partial(self.machine.step, -STEP_S),
            "forward": partial(self.machine.step, STEP_S),
            "follow": self._toggle_follow,
            "open": self._ask_recording,
            "leave": self.leave_recording,
        }
        self._beat = QTimer(self)
        self._beat.setInterval(BAR_EVERY_MS)
        self._beat.timeout.connect(self._show_bar)
        self._connect()

    # What actions ask for

    def wish(self, name: object) -> None:
        """Do what an action of the time machine asks for."""
        self._wishes[str(name)]()

    def go_with(self, timeline: Timeline) -> None:
        """Show the moment that another screen leads."""
        self._remember_hub_once()
        self.machine.go_with(timeline)

    def export(self, kind: object) -> None:
        """Ask what is to be taken out of the past."""
        machine, living = self.machine, self._desk.living
        subject = self._subject()
        if subject is None:
            self._desk.say(NOTHING_KEPT)
            return
        last_ms = machine.last_ms
        shown_ms = machine.shown_ms
        first_ms = machine.timeline.first_ms or last_ms - USUAL_SPAN_MS
        begin_ms = first_ms if machine.is_recording else max(first_ms, shown_ms - USUAL_SPAN_MS)
        end_ms = last_ms if machine.is_recording else max(begin_ms + 1000, shown_ms)
        station = self._desk.state.station
        zone = self._desk.state.stage.moment.tzinfo
        stamp = datetime.fromtimestamp(end_ms / 1000, zone).strftime("%Y%m%d-%H%M")
        offer = ExportOffer(
            kind=cast("ExportWish", str(kind)),
            first_ms=first_ms,
            last_ms=last_ms,
            from_ms=begin_ms,
            to_ms=end_ms,
            stations=living.part.stations,
            chosen=frozenset({station}) if station else frozenset(),
            folder=self._folder,
            name=f"{self._desk.content.project.folder.name}-{stamp}",
            zone=zone,
        )
        self._folder.mkdir(parents=True, exist_ok=True)
        self.exporting.ask(ExportDialog(offer, self._desk.state.language, self._window), self._subject)

    def open_recording(self, path: Path) -> None:
        """Replay a recording in place of what is live; all of it is checked first."""
        self._asking.ask(partial(_opened, path), partial(self._on_recording, path), self._say_error)

    @Slot()
    def leave_recording(self) -> None:
        """Close the recording, and show the present again."""
        recording, self._recording = self._recording, None
        if recording is None:
            return
        self._desk.living.recorded = None
        self.machine.forget()
        recording.close()
        self._remember_hub()
        self._show_bar()

    # The desk's life

    def follow(self) -> None:
        """Follow the twin that is open now, with its clock; nothing of another one is remembered."""
        self.machine.forget()
        self._desk.living.recorded = None
        recording, self._recording = self._recording, None
        if recording is not None:
            recording.close()
        self._moment_live = None
        self._bar.set_zone(self._desk.state.stage.moment.tzinfo)
        self._beat.start()
        self._show_bar()

    def present(self, new: DeskState, old: DeskState) -> None:
        """See where the camera goes; a person who moves it ends following."""
        if new.stage.camera == old.stage.camera:
            return
        if self.machine.timeline.at_ms is None:
            self.recorder.see(new.stage.camera)
        elif self.machine.follows_camera and not self._is_following:
            self.machine.follow_camera(follows=False)

    def close(self) -> None:
        """End threads and timers, and release the recording."""
        self._beat.stop()
        self.recorder.stop()
        self.exporting.close()
        self.machine.close()
        self._asking.close()
        recording, self._recording = self._recording, None
        if recording is not None:
            recording.close()

    def _connect(self) -> None:
        machine, living = self.machine, self._desk.living
        machine.timeline_changed.connect(self._on_timeline)
        machine.moment_shown.connect(self._on_moment)
        machine.live_shown.connect(self._on_live)
        machine.happened_changed.connect(self._show_bar)
        machine.waiting_changed.connect(self._show_bar)
        machine.camera_asked.connect(self._on_camera)
        machine.failed.connect(self._say_error)
        self._bar.moment_asked.connect(machine.go_to)
        self._bar.speed_asked.connect(machine.set_speed)
        self.recorder.kept.connect(self._keep_camera)
        self.exporting.failed.connect(self._say_error)
        living.linked.connect(self._on_linked)
        living.view_changed.connect(self._on_view)

    @Slot()
    def _on_linked(self) -> None:
        """Learn what a hub remembers that answers for the first time, or again."""
        self._remember_hub_once()
        self.recorder.begin()
        if self.machine.timeline.at_ms is None:
            self.recorder.see(self._desk.state.stage.camera)

    def _remember_hub_once(self) -> None:
        if self._recording is None and not self.machine.has_past:
            self._remember_hub()

    def _remember_hub(self) -> None:
        link = self._desk.living.link
        if link is not None:
            self.machine.remember(HubPast(link.questions), lead_ms=self._lead_ms())

    def _lead_ms(self) -> int:
        """How much before a moment is read with it for the trend: nothing where that would be too much."""
        return LEAD_MS if len(self._desk.living.part.stations) <= MOST_STATIONS_WITH_LEAD else 0

    # What the machine tells

    @Slot(object)
    def _on_timeline(self, timeline: Timeline) -> None:
        desk, stage = self._desk, self._desk.state.stage
        moment = stage.moment
        if timeline.at_ms is not None:
            if self._moment_live is None:
                self._moment_live = moment
            moment = datetime.fromtimestamp(timeline.at_ms / 1000, moment.tzinfo)
            self.recorder.stop()
        elif self._moment_live is not None:
            moment, self._moment_live = self._moment_live, None
        if (timeline, moment) != (stage.timeline, stage.moment):
            desk.show_state(replace(desk.state, stage=replace(stage, timeline=timeline, moment=moment)))
        self._show_bar()

    @Slot(object, object)
    def _on_moment(self, state: LiveState, levels: Mapping[str, Sequence[tuple[int, float]]]) -> None:
        if self.machine.timeline.mode == "playing":
            self._desk.city.camera_moves()  # moments follow one another like the views of a flight
        self._desk.living.show_past(Past(state=state, levels=levels))

    @Slot()
    def _on_live(self) -> None:
        self._desk.living.show_past(None)
        self.recorder.see(self._desk.state.stage.camera)

    @Slot(object)
    def _on_view(self, _view: object) -> None:
        alarms = self._desk.living.state.alarms
        if self._recording is None and self.machine.has_past and alarms is not self._alarms:
            self._alarms = alarms
            self.machine.note_alarms(alarms.values())

    @Slot(object)
    def _on_camera(self, pose: CameraPose) -> None:
        if pose != self._desk.state.stage.camera:
            self._is_following = True
            self._desk.reach(pose)
            self._is_following = False

    @Slot(object)
    def _keep_camera(self, moment: CameraMoment) -> None:
        status = self._desk.living.status
        if status is not None and status.state == "linked" and self.machine.has_past:
            self._desk.living.wish("stage.camera", arguments_of(moment.pose))
            self.machine.note_camera(moment)

    @Slot()
    def _show_bar(self) -> None:
        machine = self.machine
        self._bar.show_view(
            TimeBarView(
                timeline=machine.timeline,
                last_ms=machine.last_ms,
                happened=machine.happened,
                has_past=machine.has_past,
                is_waiting=machine.is_waiting,
                is_recording=machine.is_recording,
                follows_camera=machine.follows_camera,
                is_away=self._is_away(),
            )
        )

    def _is_away(self) -> bool:
        status = self._desk.living.status
        return status is not None and status.state != "linked"

    # Wishes of a person

    def _go_live(self) -> None:
        if self.machine.is_recording:
            self.leave_recording()
        else:
            self.machine.go_live()

    def _toggle_follow(self) -> None:
        self.machine.follow_camera(follows=not self.machine.follows_camera)

    def _ask_recording(self) -> None:
        language = self._desk.state.language
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, OPEN_RECORDING.in_language(language), str(self._folder), RECORDINGS.in_language(language)
        )
        if chosen:
            self.open_recording(Path(chosen))

    def _on_recording(self, path: Path, past: "RecordedPast") -> None:
        about = past.about
        if about.twin != self._desk.content.project.folder.name:
            past.close()
            name = Text(about.title_zh or about.twin, about.title_en or about.twin)
            self._say_error(FileBroken(OTHER_TWIN.with_values(name=name), path=str(path)))
            return
        old, self._recording = self._recording, past
        self._desk.living.recorded = past.series
        self.machine.replay(past, past.span(), lead_ms=self._lead_ms())
        if old is not None:
            old.close()
        self._desk.say(OPENED.with_values(name=path.name))

    def _subject(self) -> Subject | None:
        desk = self._desk
        stage, project = desk.state.stage, desk.content.project
        past = self._recording
        link = desk.living.link
        if past is None and (link is None or not self.machine.has_past):
            return None
        sources = project.live.sources
        is_simulated = past.about.is_simulated if past is not None else all(s.is_simulated for s in sources)
        return Subject(
            past=past if past is not None else HubPast(link.questions),  # type: ignore[union-attr]
            twin=project.folder,
            title=project.title,
            is_simulated=is_simulated,
            camera=stage.camera,
            style=stage.style,
            water=stage.water_colour,
            quality=desk.city.quality,
            layers=tuple(entry.name for entry in project.layers if stage.layer(entry.name).is_visible),
        )

    @Slot(object)
    def _say_error(self, error: SanpingError) -> None:
        with suppress(RuntimeError):
            self._desk.say(Text(error.in_language("zh"), error.in_language("en")))


def _opened(path: Path) -> "RecordedPast":
    """Open and check a recording; runs in a thread."""
    from sanping.storage.recorded_past import RecordedPast  # noqa: PLC0415  the window stands before Arrow is loaded
    from sanping.storage.recording import Recording  # noqa: PLC0415

    return RecordedPast(Recording(path))
