"""The kiosk: the twin on one screen, its tour, and everything that interrupts it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import monotonic_ns

from PySide6.QtCore import QObject, QPointF, QTimer, Signal, Slot

from sanping.domain.text import Language, Text
from sanping.domain.view import CameraPose
from sanping.settings.settings import Settings
from sanping.stage.attending import Attention, given_back, is_led, passed, touched
from sanping.stage.leaving import PinTries, is_in_corner
from sanping.stage.show import ShowState
from sanping.stage.state import FeatureRef, Stage
from sanping.twin.project import TwinProject
from sanping.twin.river_view import RiverView
from sanping.twin.site_notices import for_the_public
from sanping.ui.kiosk.attract import Attract
from sanping.ui.kiosk.facts import chosen, feature_of, pose_at, urgent_lines
from sanping.ui.kiosk.hands import Hands
from sanping.ui.kiosk.heartbeat import Heartbeat
from sanping.ui.kiosk.nightly import Nightly
from sanping.ui.kiosk.places import BACK, CLOSE_CARD, LANGUAGE
from sanping.ui.kiosk.plan import ENDED_STATUS, RESTART_STATUS, Kept, KioskPlan
from sanping.ui.kiosk.stand import CityStand
from sanping.ui.kiosk.telling import AWAY, alarm_of, caption_of, clock_of, countdown_of, leader_words
from sanping.ui.kiosk.view import KioskView, Visitors
from sanping.ui.kiosk.visitors import VisitorCodes
from sanping.ui.kiosk.way_out import WayOut
from sanping.ui.kiosk.window import KioskWindow
from sanping.ui.layer_clearing import LayerClearing
from sanping.ui.linkage.follower import Follower
from sanping.ui.live.alarm_rows import AlarmLine
from sanping.ui.live.living import HubOf, Living, no_hub
from sanping.ui.opening import Opener
from sanping.ui.wall.board import covered

TICK_MS = 250
HERE_MS = 9000
LIFTED_M = 6.0


def _local_time() -> datetime:
    return datetime.now().astimezone()


def monotonic_ms() -> int:
    """Return milliseconds of a clock that never jumps."""
    return monotonic_ns() // 1_000_000


class Kiosk(QObject):
    """Holds the window and decides what is attended to.

    `city_shown` comes when every layer of the twin has arrived or failed, `closed` when the window has; `status` is
    then the exit status: 0 after the PIN, else one of `ui.kiosk.plan`.
    """

    city_shown = Signal()
    closed = Signal()

    def __init__(  # noqa: PLR0913  everything is handed in
        self,
        project: TwinProject,
        plan: KioskPlan,
        *,
        opener: Opener,
        settings: Settings,
        assets: Path,
        hub_of: HubOf = no_hub,
        now: Callable[[], datetime] = _local_time,
        clock_ms: Callable[[], int] = monotonic_ms,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.project, self.plan, self.status = project, plan, 0
        self._clock_ms, self._now = clock_ms, now
        self.language: Language = settings.language
        self._own_language: Language = settings.language
        self.window = KioskWindow(assets, settings.animation_hz)
        self.stand = CityStand(project, self.window, opener, settings, self)
        self.living = Living(hub_of, now, self)
        self.living.card = plan.card
        self.clearing = LayerClearing(project, self.living, self.stand.loading, plan.own_clearance, self)
        self.clearing.hidden_changed.connect(self.stand.hide)
        self.hands = Hands(self.window, self.stand, self.living, clock_ms, self)
        self.attract = Attract(project, plan.tours, clock_ms, self)
        self.attract.begin_at(plan.kept.stop)
        self.follower = Follower(self.stand.stage, self.living.now_ms, self)
        self.follower.is_following = False
        tries = PinTries(failures=plan.kept.failures, locked_until_ms=clock_ms() + plan.kept.locked_ms)
        self.way_out = WayOut(plan.is_pin, clock_ms, tries, self)
        self.visitors = VisitorCodes(self.living, clock_ms, self)
        self.heartbeat = Heartbeat(plan.environment, self)
        self.nightly = Nightly(plan.restart_at, now, lambda: self.attention.mode == "hands", self)
        self.attention = Attention(since_ms=clock_ms())
        self._lines: tuple[AlarmLine, ...] = ()
        self._ticks = QTimer(self)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self.tick)
        self._here = QTimer(self)
        self._here.setInterval(HERE_MS)
        self._here.timeout.connect(self._say_here)
        self._wire()

    def _wire(self) -> None:
        self.stand.stood.connect(self._on_stood)
        self.stand.judged.connect(self._on_judged)
        self.stand.judged.connect(self.heartbeat.settle)
        self.stand.progressed.connect(self.tell)
        self.stand.unshown.changed.connect(self._say_here)
        self.attract.stage_changed.connect(self._show_stage)
        self.attract.told.connect(self.tell)
        self.attract.stopped_at.connect(self._keep)
        self.follower.stage_changed.connect(self._show_stage)
        self.hands.felt.connect(self.touch)
        self.hands.tapped.connect(self._on_tap)
        self.hands.double_tapped.connect(self._on_double_tap)
        self.hands.pose_asked.connect(self._move)
        self.hands.selected.connect(self._select)
        self.living.view_changed.connect(self._on_view)
        self.living.status_changed.connect(self._on_status)
        self.way_out.changed.connect(self._on_pad)
        self.way_out.failed.connect(self._keep)
        self.way_out.opened.connect(self.leave)
        self.visitors.changed.connect(self.tell)
        self.nightly.due.connect(self._restart)
        self.window.pad_key.connect(self._on_pad_key)
        self.window.resized.connect(self._on_resized)
        self.window.closed.connect(self._on_closed)

    def show(self) -> None:
        """Show the window and begin."""
        self.window.open(self.plan.size_px, is_full=self.plan.is_full)
        QTimer.singleShot(0, self, self._begin)

    @Slot()
    def leave(self) -> None:
        """Close for good."""
        self._keep()
        self.window.leave()

    def leave_soon(self) -> None:
        """Close as soon as the window's thread is free; a signal of the system may call it at any moment."""
        self.status = ENDED_STATUS
        QTimer.singleShot(0, self, self.leave)

    @Slot()
    def _begin(self) -> None:
        self.heartbeat.begin()
        self.stand.begin()
        self.visitors.start()
        self.living.follow(self.project)
        if self.living.link is not None:
            self.living.link.show_changed.connect(self._on_room)
        self._say_here()
        self._here.start()
        self._ticks.start()
        self.nightly.start()
        self.tell()

    @Slot()
    def _on_stood(self) -> None:
        if self.attention.mode == "tour":
            self.attract.play(self.stand.opening())
        self.tell()
        self.city_shown.emit()

    @Slot()
    def _on_judged(self) -> None:
        self.attract.flies = not self.stand.is_software

    # What is attended to

    @Slot()
    def touch(self) -> None:
        """A hand does something."""
        self._attend(touched(self.attention, self._clock_ms()))

    @Slot()
    def tick(self) -> None:
        """Let time pass."""
        link = self.living.link
        keys = [line.item.key for line in self._lines]
        led = link is not None and is_led(link.show)
        if self.stand.share is None:
            habits, now_ms = self.plan.habits, self._clock_ms()
            self._attend(passed(self.attention, habits, now_ms, is_led=led, alarms=keys))
        if link is not None:
            self.visitors.show_room(link.show)
        self.tell()

    def _attend(self, attention: Attention) -> None:
        before, self.attention = self.attention, attention
        if (before.mode, before.alarm) == (attention.mode, attention.alarm):
            return
        if before.mode == "tour":
            self.attract.rest()
        elif before.mode == "led":
            self.follower.is_following = False
            self.follower.stop()
        self.hands.stop()
        if before.mode == "hands":
            self.hands.forget()
            self.language = self._own_language
            self.window.city.set_language(self.language)
        match attention.mode:
            case "tour":
                self.attract.play(self.stand.opening())
            case "led":
                self._follow()
            case "alarm":
                self._fly_to_alarm(attention.alarm)
        self.tell()

    def _follow(self) -> None:
        self.follower.stand(self.stand.opening())
        self.follower.is_following = True
        self.follower.forget()
        if self.living.link is not None:
            self.follower.show(self.living.link.show)

    def _fly_to_alarm(self, key: str) -> None:
        line = chosen(self._lines, key)
        station = None if line is None else self.living.part.by_id.get(line.alarm.station)
        if station is None:
            return
        up = self.stand.content.ground(station.x_m, station.y_m) + LIFTED_M
        feature = feature_of(station.id, self.stand.content)
        self._show_stage(replace(self.stand.opening(), selection=() if feature is None else (feature,)))
        self.hands.fly(pose_at((station.x_m, station.y_m, up), self.stand.stage.camera))

    @Slot(object)
    def _on_room(self, show: ShowState) -> None:
        self.visitors.show_room(show)
        if self.attention.mode == "led" and is_led(show):
            self.follower.show(show)
        else:
            self.tick()

    @Slot(object)
    def _on_view(self, view: RiverView) -> None:
        self.window.city.show_river(view)
        self._lines = urgent_lines(self.living.part, view)
        self.tick()

    @Slot(object)
    def _on_status(self, _status: object) -> None:
        self.tell()

    # Hands

    @Slot(QPointF)
    def _on_tap(self, at: QPointF) -> None:
        name = self.window.glass.hit(at)
        if self.way_out.is_shown:
            self.way_out.press(name.removeprefix("pin."))
            return
        self.way_out.tap(at, self.window.viewport.size_px)
        if self._is_corner(at):
            return
        if name == LANGUAGE:
            self.language = "en" if self.language == "zh" else "zh"
            self.window.city.set_language(self.language)
            self.tell()
        elif name == BACK:
            self._attend(given_back(self.attention))
            self.tick()
        elif name == CLOSE_CARD:
            self.hands.forget()
        elif self.stand.share is None:
            self.hands.look_up(at)

    @Slot(QPointF)
    def _on_double_tap(self, at: QPointF) -> None:
        is_free = not (self.way_out.is_shown or self._is_corner(at) or self.window.glass.hit(at))
        if is_free and self.attention.mode == "hands":
            self.hands.go(at)

    def _is_corner(self, at: QPointF) -> bool:
        return is_in_corner((at.x(), at.y()), self.window.viewport.size_px)

    @Slot(str)
    def _on_pad_key(self, key: str) -> None:
        if self.way_out.is_shown:
            self.touch()
            self.way_out.press(key)

    @Slot()
    def _on_pad(self) -> None:
        self.hands.fingers.is_barred = self.way_out.is_shown
        if self.way_out.is_shown:
            self.hands.stop()
        self.tell()

    @Slot(object)
    def _move(self, pose: CameraPose) -> None:
        self._show_stage(replace(self.stand.stage, camera=pose))

    @Slot(object)
    def _select(self, features: tuple[FeatureRef, ...]) -> None:
        if features != self.stand.stage.selection:
            self._show_stage(replace(self.stand.stage, selection=features))
        self.tell()

    @Slot(object)
    def _show_stage(self, stage: Stage) -> None:
        self.hands.navigator.pose = stage.camera
        self.stand.show(stage)

    # What is told

    @Slot()
    def tell(self) -> None:
        """Show everything that stands before the city as it is now."""
        glass, before = self.window.glass, self.window.glass.view
        glass.show_view(self.view())
        if glass.view is not before:
            boxes = covered(glass.places().covered(glass.view))
            self.window.city.keep_labels_off(boxes, self.window.viewport.size_px)

    def view(self) -> KioskView:
        """Return what stands before the city now."""
        now_ms, attention, living = self._clock_ms(), self.attention, self.living
        clock, date = clock_of(living.now_ms(), self.project.moment.tzinfo)
        seconds, share = countdown_of(attention, self.plan.habits, now_ms)
        show, trouble = None if living.link is None else living.link.show, self._trouble()
        return KioskView(
            title=self.project.title,
            is_synthetic=self.project.is_synthetic,
            clock=clock,
            date=date,
            language=self.language,
            style=self.stand.stage.style,
            mode=attention.mode,
            loading=None if self.stand.share is None else round(self.stand.share, 2),
            caption=caption_of(self.attract, attention),
            veil=self.attract.veil,
            countdown_s=seconds,
            countdown_share=share,
            card=self.hands.card() if attention.mode == "hands" else None,
            alarm=alarm_of(living.part, living.view, self._lines, attention, living.now_ms()),
            notices=for_the_public(living.view.notices) if living.view.is_live else (),
            leader=leader_words(show, attention),
            trouble=trouble,
            visitors=Visitors(link=self.visitors.link if trouble is None else ""),
            pin=self.way_out.pad(),
            attribution=self.project.attribution,
        )

    def _trouble(self) -> Text | None:
        """Return what visitors should know of the link: nothing before it was there once."""
        status = self.living.status
        was_linked = status is not None and bool(status.twin)
        return AWAY if was_linked and status is not None and status.state != "linked" else None

    @Slot()
    def _say_here(self) -> None:
        if self.living.link is not None:
            follows = self.attention.mode in ("tour", "led")
            size, lacks = self.window.size(), self.stand.unshown.lacks
            self.living.link.here(follows=follows, width_px=size.width(), height_px=size.height(), lacks=lacks)

    @Slot()
    def _on_resized(self) -> None:
        self.hands.navigator.size_px = self.window.viewport.size_px

    # The end

    @Slot()
    def _restart(self) -> None:
        self.status = RESTART_STATUS
        self.leave()

    @Slot()
    def _keep(self, _stop: int = 0) -> None:
        """Store what survives a restart."""
        tries, now_ms = self.way_out.tries, self._clock_ms()
        stop = self.plan.kept.stop if self.attract.leg is None else self.attract.leg.stop
        self.plan.keep(Kept(stop=stop, failures=tries.failures, locked_ms=tries.left_ms(now_ms)))

    @Slot()
    def _on_closed(self) -> None:
        for timer in (self._ticks, self._here):
            timer.stop()
        self.heartbeat.stop()
        self.nightly.stop()
        self.visitors.stop()
        self.way_out.stop()
        self.attract.rest()
        self.hands.stop()
        self.follower.stop()
        self.living.close()
        self.stand.loading.close()
        self.stand.streams.close()
        self.stand.section.stop()
        self.closed.emit()
