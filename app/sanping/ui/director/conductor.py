"""The desk's part in its room: it leads live, holds a preview and takes, asks for the floor, or follows who leads.

What the person does reaches it as two states of the desk; what the room does as a `ShowState`.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from sanping.commands.desk_state import DeskState
from sanping.commands.director_decisions import camera_shown, outgoing_changes, to_take
from sanping.commands.led_decisions import with_led_focus
from sanping.domain.errors import InputError
from sanping.domain.label import Label
from sanping.domain.text import Text
from sanping.stage.area_map import narrowed
from sanping.stage.sharing import BoardName, Focus, with_value
from sanping.stage.show import SharedValue, ShowState
from sanping.stage.state import Stage
from sanping.ui.city_show import CityShow
from sanping.ui.director import words
from sanping.ui.director.gliding import Glide
from sanping.ui.director.sharing_pump import SharingPump
from sanping.ui.flight import Flight
from sanping.ui.linkage.follower import Follower
from sanping.ui.live.link import LiveLink
from sanping.ui.live.living import Living
from sanping.wire.show import FloorWish, ViewKey
from sanping.wire.shown_sight import BY_HAND

REST_MS = 2_500
ANSWERED_MS = 2_000
RETURN_MS = 1_000


class Desk(Protocol):
    """The window as its conductor sees it."""

    state: DeskState
    living: Living
    city: CityShow
    flight: Flight

    def perform(self, name: str, *arguments: object) -> None:
        """Do an action or a gesture."""

    def show_state(self, new: DeskState) -> None:
        """Show a state."""

    def say(self, text: Text) -> None:
        """Say a last word in the status bar."""


class Conductor(QObject):
    """Links one desk with the room of its hub.

    `changed` comes with everything that is told; `taken` with every view that the wall has got; `time_led` carries the
    `Timeline` of the screen that is followed.
    """

    changed = Signal()
    taken = Signal()
    time_led = Signal(object)

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self.show = ShowState()
        self._desk, self._window = desk, window
        self._link: LiveLink | None = None
        self._wanted: Callable[[], None] | None = None
        self._is_applying = False
        self._time_taken: SharedValue | None = None
        self.label: Callable[[], Label | None] = lambda: None
        self._drawn: dict[ViewKey, Any] = {}
        self._pump = SharingPump(self._share, self)
        self._glide = Glide(self)
        self._glide.pose_reached.connect(self._on_glide)
        self._follower = Follower(desk.state.stage, self._hub_ms, self)
        self._follower.is_following = False
        self._follower.stage_changed.connect(self._on_led)
        self._follower.focus_changed.connect(self._on_led_focus)
        self._follower.board_changed.connect(self._on_led_board)
        self._rest = self._timer(REST_MS, self._on_rest)
        self._patience = self._timer(ANSWERED_MS, self._give_up)
        self._returning = self._timer(RETURN_MS, self._return)

    def _timer(self, after_ms: int, do: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(do)
        return timer

    @property
    def is_ready(self) -> bool:
        """The hub answers."""
        return self._link is not None and self.show.is_linked

    @property
    def is_following(self) -> bool:
        """The desk shows what another screen leads."""
        return self._follower.is_following

    @property
    def is_led_elsewhere(self) -> bool:
        """Another screen leads."""
        return self.show.is_linked and self.show.floor.holder not in ("", self.show.me)

    def follow(self) -> None:
        """Take part in the room of the hub that the desk is linked to now, if there is one."""
        self.leave()
        link = self._link = self._desk.living.link
        if link is not None:
            link.show_changed.connect(self._on_show)
            self.tell_here()
            self._on_show(link.show)

    def show_labelled(self) -> None:
        """Give what is shown of what people draw and write the present label, and what has not come back yet."""
        held = {key: one.value for key, one in self.show.values.items() if key in BY_HAND}
        self._pump.put({**held, **self._drawn})

    def leave(self) -> None:
        """Forget the room."""
        self._link, self._wanted = None, None
        self._pump.stop()
        self._glide.stop()
        for timer in (self._rest, self._patience, self._returning):
            timer.stop()
        self._follower.stop()
        self._follower.is_following = False
        self.show = ShowState()
        self.changed.emit()

    def tell_here(self) -> None:
        """Say how this desk is there."""
        if self._link is not None:
            director = self._desk.state.director
            follows = director.is_linked and director.follows and not director.is_previewing
            self._link.here(follows=follows, width_px=self._window.width(), height_px=self._window.height())

    # What the person does

    def present(self, new: DeskState, old: DeskState) -> None:
        """Look at what the person changed."""
        if new.director.taken is not old.director.taken or new.director.scenes is not old.director.scenes:
            self.changed.emit()
        if self._is_applying:
            return
        now, before = new.director, old.director
        modes = (now.is_linked, now.is_previewing, now.follows)
        if modes != (before.is_linked, before.is_previewing, before.follows):
            self._change_mode(new, old)
        changes = outgoing_changes(new, old)
        if self.is_following:
            self._follower.stage = new.stage
        if changes:
            self._act(new, changes)
            self.changed.emit()

    def take(self, *, is_smooth: bool) -> None:
        """Bring the desk's view to the wall."""
        if not self.is_ready:
            self._desk.say(words.NO_HUB)
        elif self.show.is_leading:
            self._send(is_smooth=is_smooth)
        elif self.is_led_elsewhere:
            self.floor("request")
            self._desk.say(words.WAITS.with_values(name=words.leader_of(self.show)))
        else:
            self._ask(lambda: self._send(is_smooth=is_smooth))

    def ask_or_leave(self) -> None:
        """Ask for the floor; give it up, or the place in the queue, where this desk has it."""
        self.floor("release" if self.show.is_leading or self.show.is_waiting else "request")

    def seize(self) -> None:
        """Take the floor whoever has it; the wall stays as it is until a take, unless this desk leads live."""
        director = self._desk.state.director
        if not director.is_linked:
            held = replace(director, is_linked=True, is_previewing=True)
            self._desk.show_state(replace(self._desk.state, director=held))
        self.floor("seize")

    def lock(self) -> None:
        """Lock the wall for this desk, or open it again."""
        if self.show.is_leading:
            self.floor("unlock" if self.show.floor.is_locked else "lock")
        else:
            self._desk.say(words.LOCK_FIRST)

    def go_to_wall(self) -> None:
        """Fly to what the wall shows."""
        pose = camera_shown(self.show.values, self._desk.state.stage)
        if pose is not None:
            self._desk.perform("camera.fly", pose)

    def answer(self, wish: FloorWish, screen: str) -> None:
        """Grant or deny a request; without a name the first."""
        first = self.show.floor.queue[:1]
        if screen or first:
            self.floor(wish, screen or first[0])
        else:
            self._desk.say(words.NOBODY_WAITS)

    def floor(self, wish: FloorWish, to: str = "") -> None:
        """Wish something about who leads."""
        if self._link is None or not self.show.is_linked:
            self._desk.say(words.NO_HUB)
        else:
            self._link.floor(wish, to)

    def _change_mode(self, new: DeskState, old: DeskState) -> None:
        director = new.director
        if not director.is_linked:
            self._pump.stop()
            self._glide.stop()
            self._wanted = None
            if self.is_ready and (self.show.is_leading or self.show.is_waiting):
                self.floor("release")
        elif not self.is_ready:
            self._desk.say(words.NO_HUB)
        elif not director.is_previewing and (not old.director.is_linked or old.director.is_previewing):
            self._lead_live()
        elif director.is_previewing and not old.director.is_previewing and old.director.is_linked:
            self._desk.say(words.HOLDS)
        self._follow_or_not()
        self.tell_here()
        self.changed.emit()

    def _act(self, new: DeskState, changes: dict[ViewKey, Any]) -> None:
        director = new.director
        if not director.is_linked or director.is_previewing or not self.is_ready:
            return
        if self.show.is_leading:
            self._glide.stop()
            self._pump.put(changes)
            self._rest.start()
        elif not self.is_led_elsewhere:
            self._lead_live()
        elif "camera" in changes and self.is_following:
            self._desk.show_state(replace(new, director=replace(director, follows=False)))
            self._desk.say(words.LOOKS_FREELY)

    def _lead_live(self) -> None:
        """Show the desk's view on the wall from now on, where nobody else leads."""
        if self.show.is_leading:
            self._send(is_smooth=self._desk.state.director.is_smooth)
        elif not self.is_led_elsewhere:
            self._ask(self._send)

    def _ask(self, then: Callable[[], None]) -> None:
        """Ask for the floor and do something once it is here; asked once until it is answered."""
        if self._wanted is None:
            self.floor("request")
            self._patience.start()
        self._wanted = then

    def _send(self, *, is_smooth: bool = False) -> None:
        state = self._desk.state
        goal = self._desk.flight.goal or state.stage.camera
        state = replace(state, stage=replace(state.stage, camera=goal))
        values = to_take(state, self.show.values)
        start = camera_shown(self.show.values, state.stage)
        self._glide.stop()
        if is_smooth and start is not None and values.pop("camera", None) is not None:
            self._glide.begin(start, goal)
        self._pump.put(values)
        if state.director.is_previewing:
            self._desk.say(words.TAKEN)
        self.taken.emit()

    # What the room does

    @Slot(object)
    def _on_show(self, show: ShowState) -> None:
        before, self.show, self._drawn = self.show, show, self._drawn if show.is_leading else {}
        if show.is_leading and not before.is_leading:
            self._gain()
        if before.is_leading and not show.is_leading:
            self._lose()
        if show.is_linked and not before.is_linked and before.me:
            self._returning.start()
        if self.is_led_elsewhere:
            self._wanted = None  # what was wanted of a floor that was free
        if show.refused is not None and show.refused is not before.refused:
            if show.refused.code != "pace":  # what was said too fast is done later
                self._wanted = None
            self._desk.say(Text(show.refused.error_zh, show.refused.error_en))
        self._follow_or_not()
        if self.is_following:
            self._follower.show(show)
            self._follow_time()
        self.changed.emit()

    def _gain(self) -> None:
        wanted, self._wanted = self._wanted, None
        state = self._desk.state
        director = state.director
        if not director.follows:
            self._apply(replace(state, director=replace(director, follows=True)))
        if wanted is not None:
            wanted()
        elif director.is_linked and not director.is_previewing:
            self._send(is_smooth=director.is_smooth)

    def _lose(self) -> None:
        self._glide.stop()
        self._pump.stop()
        self._rest.stop()
        if self.is_led_elsewhere:
            self._desk.say(words.LEADS.with_values(name=words.leader_of(self.show)))

    def _follow_or_not(self) -> None:
        director, follower = self._desk.state.director, self._follower
        follows = director.is_linked and director.follows and not director.is_previewing and self.is_led_elsewhere
        if follows == follower.is_following:
            return
        follower.is_following = follows
        if follows:
            follower.stand(self._desk.state.stage)
            follower.forget()
            follower.show(self.show)
            self._time_taken = None
            self._follow_time()
        else:
            follower.stop()

    def _follow_time(self) -> None:
        """Tell of the moment that is led; the machine of this desk plays on its own from there."""
        value = self.show.values.get("timeline")
        if value is None or value == self._time_taken:
            return
        self._time_taken = value
        if value.by != self.show.me:
            with suppress(InputError):
                self.time_led.emit(with_value(self._desk.state.stage, "timeline", value.value).timeline)

    @Slot(object)
    def _on_led(self, stage: Stage) -> None:
        """Show what the leading screen shows; what the mouse is over stays the person's own, time has its machine."""
        if not self._follower.is_following:
            return
        state = self._desk.state
        if stage.camera != state.stage.camera:
            self._desk.flight.stop()
            self._desk.city.camera_moves()
        area = narrowed(stage.area, state.centre)
        own = replace(stage, hovered=state.stage.hovered, timeline=state.stage.timeline, area=area)
        self._apply(replace(state, stage=own))

    @Slot(object)
    def _on_led_focus(self, focus: Focus | None) -> None:
        self._apply(with_led_focus(self._desk.state, focus))

    @Slot(object)
    def _on_led_board(self, board: BoardName) -> None:
        state = self._desk.state
        self._apply(replace(state, director=replace(state.director, board=board)))

    def _apply(self, state: DeskState) -> None:
        self._is_applying = True
        try:
            self._desk.show_state(state)
        finally:
            self._is_applying = False

    def _share(self, key: ViewKey, value: Any) -> None:
        if self._link is not None and self.show.is_leading:
            if key in BY_HAND:
                self._drawn[key] = value
            self._link.share(key, value, self.label() if key in BY_HAND else None)

    @Slot(object)
    def _on_glide(self, pose: object) -> None:
        self._pump.put({"camera": pose})

    @Slot()
    def _on_rest(self) -> None:
        if self.show.is_leading and not self._desk.state.director.is_previewing:
            self.taken.emit()

    @Slot()
    def _give_up(self) -> None:
        self._wanted = None

    @Slot()
    def _return(self) -> None:
        """Lead again after the hub was away, where the desk led live and nobody else does."""
        director = self._desk.state.director
        if self.is_ready and director.is_linked and not director.is_previewing and not self.is_led_elsewhere:
            self._lead_live()

    def _hub_ms(self) -> int:
        return round(time.time() * 1000 + self.show.clock_ahead_ms)
