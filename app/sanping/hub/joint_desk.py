"""Joint sessions (联合会商): the screens of a higher site lead those of lower ones, by the rules of every floor.

Below, the session is one more screen in the main room: it takes the floor once, writes with the number of its lease,
and loses it like anybody else when the line is cut or somebody takes the floor. Who left is not called back.
"""

import logging
import uuid
from collections.abc import Callable, Mapping, Sequence

import msgspec

from sanping.domain.errors import InputError
from sanping.domain.label import HIGHEST, Label
from sanping.domain.site import Joint, JointState
from sanping.domain.text import Text
from sanping.hub.federation import Federation
from sanping.hub.room_seat import Seat
from sanping.hub.site_host import SiteHost, now_ms, steady_ms
from sanping.wire.federation import JOINT, JointFrame, JointValue, encoded, subject
from sanping.wire.show import Floor, Here, Show, Shown, ViewKey
from sanping.wire.shown_sight import shown_to

JOINT_CHANGED = "joint"
OVER_AFTER_MS = 30_000
OVER_TOLD_TIMES = 3
LARGEST_TITLE = 80
SHARED: frozenset[ViewKey] = frozenset(
    {
        "camera", "style", "moment", "timeline", "layers", "selection", "isolated", "colouring", "water_colour",
        "scene", "focus", "pointer", "area",
    }
)  # fmt: skip
IN_SPACE: frozenset[ViewKey] = frozenset({"camera", "pointer"})
_NOT_BELOW = Text("“{site}”不是下级站点；请重新选择", "{site} is no site below this one; choose again")
_NO_SITE = Text("请至少选择一个下级站点", "Choose at least one lower site")
_NO_JOINT = Text("现在没有上级发起的会商", "There is no joint session from above now")
_log = logging.getLogger(__name__)

Tell = Callable[[str, bytes], None]

ClearanceOf = Callable[[str], Label]
"""Up to which label a site is told."""


class JointLead:
    """The session that this site leads; `told(subject, body)` says something on the bus without waiting."""

    def __init__(
        self, plan: Federation, host: SiteHost, crs: str, told: Tell, clearance_of: ClearanceOf = lambda _: HIGHEST
    ) -> None:
        self._clearance_of = clearance_of
        self.joint = Joint()
        self._plan, self._host, self._crs, self._told = plan, host, crs, told
        self._over = ""
        self._over_told = 0

    def open(self, sites: Sequence[str], title: str, known: Callable[[str], str]) -> None:
        """Begin a session with sites, in place of the one that runs. Raises `InputError` for one that is not below."""
        if not sites:
            raise InputError(_NO_SITE)
        for site in sites:
            if not known(site):
                raise InputError(_NOT_BELOW.with_values(site=str(site)[:60]))
        self.joint = Joint(
            session=uuid.uuid4().hex, leader=self._plan.site, title=title[:LARGEST_TITLE],
            sites=tuple(dict.fromkeys(sites)), since_ms=now_ms(),
        )  # fmt: skip
        self._changed()
        self.pulse()

    def close(self) -> None:
        """End the session; those who do not hear of it end it by themselves."""
        self._over, self._over_told = self.joint.session, 0
        self.joint = Joint()
        self._changed()
        self.pulse()

    def shown(self, shown: Shown) -> None:
        """Take the other sites along to a value that all screens show now."""
        if self.joint.session and shown.key in SHARED:
            self._tell(JointFrame(via=self._plan.site, joint=self.joint, crs=self._crs, values=(_value(shown),)))

    def pulse(self) -> None:
        """Say that the session lives, and all that it shows; or, a few times, that it is over."""
        if self.joint.session:
            shown = self._host.rooms.main.values
            values = tuple(_value(one) for key, one in shown.items() if key in SHARED)
            self._tell(JointFrame(via=self._plan.site, joint=self.joint, crs=self._crs, values=values, is_all=True))
        elif self._over_told < OVER_TOLD_TIMES:
            self._over_told += 1
            self._tell(JointFrame(via=self._plan.site, joint=self.joint, over=self._over))

    def _tell(self, frame: JointFrame) -> None:
        for site in self._plan.lowers:
            told = _cleared(frame, self._clearance_of(site), self._host.rooms.labels.layers)
            self._told(subject(JOINT, site, self._plan.site), encoded(told))

    def _changed(self) -> None:
        self._host.log.append(JOINT_CHANGED, self.joint)
        self._host.fanout.changed()


class JointGuest:
    """The session that this site is taken along in; `joint.state` says how."""

    def __init__(
        self, plan: Federation, host: SiteHost, crs: str, told: Tell, clearance_of: ClearanceOf = lambda _: HIGHEST
    ) -> None:
        self._clearance_of = clearance_of
        self.joint = Joint()
        self._plan, self._host, self._crs, self._told = plan, host, crs, told
        self._seat: Seat | None = None
        self._heard_ms = 0
        self._shown: dict[ViewKey, tuple[int, bytes]] = {}
        self._values: dict[ViewKey, JointValue] = {}

    @property
    def is_asked(self) -> bool:
        """Whether this site is meant to take part."""
        return self._plan.site in self.joint.sites

    def heard(self, frame: JointFrame) -> None:
        """Take in what the upper site says of its session, and tell those further down."""
        for site in self._plan.lowers:
            passed = _cleared(_passed_on(frame, self._plan.site), self._clearance_of(site), {})
            self._told(subject(JOINT, site, self._plan.site), encoded(passed))
        if not frame.joint.session:
            if frame.over == self.joint.session:
                self._begin(Joint())
            return
        self._heard_ms = steady_ms()
        if frame.joint.session != self.joint.session:
            self._begin(frame.joint)
        if not self.is_asked or self.joint.state == "left":
            return
        for value in frame.values:
            if value.n >= self._newest(value.key):  # one in pieces may come after a later one
                self._values[value.key] = value
        self._lead(frame.crs)

    def leave(self) -> None:
        """Leave the session: the screens here are led from here again. Raises `InputError` without one."""
        self._check()
        self._quit("left")

    def join(self) -> None:
        """Come back into it. Raises `InputError` without one."""
        self._check()
        if self.joint.state != "joined":
            self._enter()
            self._wish("seize")
            self._note("joined" if self._leads() else "waiting")

    def time_passed(self) -> None:
        """End a session that was not heard of for long, and see whether it leads still."""
        if self.joint.session and steady_ms() - self._heard_ms > OVER_AFTER_MS:
            self._begin(Joint())

    def stop(self) -> None:
        """Leave the room."""
        self._quit("left")

    def _check(self) -> None:
        if not self.joint.session or not self.is_asked:
            raise InputError(_NO_JOINT)

    def _begin(self, joint: Joint) -> None:
        """Begin a session, or end the last where it says that it is over."""
        self._quit("left")
        self._values.clear()
        self.joint = joint
        self._shown.clear()
        if joint.session and self.is_asked:
            self._enter()
            self._wish("seize")
            self._note("joined" if self._leads() else "waiting")
        else:
            self._note(joint.state)

    def _lead(self, crs: str) -> None:
        """Show what is led to, while the session has the floor; ask for it again when the lease ran out."""
        seat, room = self._seat, self._host.rooms.main
        if seat is None:
            return
        room.here(seat, Here(name=seat.name))
        if not self._leads():
            holder = room.floor.holder
            if self.joint.state == "joined" and holder:  # somebody here has taken the floor
                self._quit("left")
                return
            self._wish("request")
            self._note("joined" if self._leads() else "waiting")
            self._shown.clear()
        if self._leads():
            self._note("joined")
            self._wish("renew")
            for key, value in self._values.items():
                told = value.n, bytes(value.value)  # another clearance takes away or gives what has the same number
                if self._shown.get(key) != told and not (key in IN_SPACE and crs != self._crs):
                    self._shown[key] = told
                    show = Show(key=key, value=value.value, fence=room.floor.fence, n=value.n, label=value.label)
                    refused = room.write(seat, show)
                    if refused is not None:
                        _log.warning("joint %s: %s", key, refused.error_en)

    def _newest(self, key: ViewKey) -> int:
        known = self._values.get(key)
        return 0 if known is None else known.n

    def _leads(self) -> bool:
        return self._seat is not None and self._host.rooms.main.floor.holder == self._seat.screen

    def _enter(self) -> None:
        if self._seat is None:
            self._seat = Seat(
                screen=f"site:{self.joint.leader}", kind="site", name=self.joint.title or self.joint.leader,
                role="duty_officer", window=1, write=_nothing, waiting=int, drop=lambda: None,
            )  # fmt: skip
            self._host.rooms.main.enter(self._seat)

    def _quit(self, state: JointState) -> None:
        if self._seat is not None:
            self._host.rooms.main.give_up(self._seat)
            self._host.rooms.main.leave(self._seat)
            self._seat = None
        if self.joint.session:
            self._note(state)

    def _wish(self, wish: str) -> None:
        if self._seat is not None:
            self._host.rooms.main.wish(self._seat, Floor(wish=wish))  # type: ignore[arg-type]  # one of our own words

    def _note(self, state: JointState) -> None:
        noted = msgspec.structs.replace(self.joint, state=state)
        if noted != self.joint or state == "open":
            self.joint = noted
            self._host.log.append(JOINT_CHANGED, noted)
            self._host.fanout.changed()


def _passed_on(frame: JointFrame, via: str) -> JointFrame:
    return msgspec.structs.replace(frame, via=via)


def _value(shown: Shown) -> JointValue:
    return JointValue(key=shown.key, value=shown.value, n=shown.revision, label=shown.label)


def _cleared(frame: JointFrame, clearance: Label, layers: Mapping[str, Label]) -> JointFrame:
    """Return a frame with what a site may see of its values; `layers` are those of the site that leads."""
    if clearance == HIGHEST:
        return frame
    shown = (Shown(revision=one.n, key=one.key, value=one.value, label=one.label) for one in frame.values)
    return msgspec.structs.replace(frame, values=tuple(_value(shown_to(one, clearance, layers)) for one in shown))


def _nothing(_: bytes) -> None:
    """Let a seat without a socket hear."""
