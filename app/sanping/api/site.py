"""A running hub in a script: readings, history, cases, commands, and what its screens show."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from sanping.api.closing import Closing
from sanping.bootstrap.desk_hub import HubChoice, hubs
from sanping.bootstrap.twins import folder_of, load_project
from sanping.client.hub_process import noted
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.domain.alarm import Alarm
from sanping.domain.case_filter import CaseFilter
from sanping.domain.errors import HubUnreachable, NotAllowed
from sanping.domain.observation import Observation
from sanping.domain.source_status import SourceStatus
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.ports.history import Series, SeriesKey, Step
from sanping.settings import paths
from sanping.stage.show import ShowState
from sanping.twin.live import LiveState
from sanping.wire.cases import CasePage, CaseSheet
from sanping.wire.show import MAIN_ROOM, ViewKey

LINK_S = 20.0
SHOWN_S = 2.0
_LATE = Text(
    "{seconds:.0f} 秒内没有连上中枢 {address}：{why}",
    "The hub {address} was not linked within {seconds:.0f} s: {why}",
)
_NONE = Text(
    "本机没有为内置孪生运行的中枢；请先执行 sanping hub 或 sanping run，或给出地址",
    "No hub of the bundled twin runs on this machine; start sanping hub or sanping run, or give an address",
)
_NO_FLOOR = Text("没有取得主导权：{holder} 正在主导", "The lead was not given: {holder} has it")


def connect(address: str = "", token: str = "", *, room: str = MAIN_ROOM, name: str = "script") -> "Site":
    """Link to a running hub, as a desk does; without an address to that of the bundled twin on this machine.

    The token of a hub of one's own need not be given. Raises `InputError` and `HubUnreachable`.
    """
    folder = folder_of(paths.default_twin())
    if not address:
        return Site(lambda: noted(paths.hub_folder(folder), _NONE), room=room, name=name)
    known = hubs(HubChoice(address=address, token=token), load_project(folder))
    return Site(known.where, room=room, name=name)


class Site(Closing):
    """A hub that is linked; closed after use, or by `with`. May be used from one thread."""

    def __init__(self, where: Callable[[], tuple[str, str]], *, room: str, name: str) -> None:
        self._where = where
        self.ask = Questions(where)
        """Every question that windows ask, as they ask it."""
        self._changed = threading.Condition()
        self._link = HubLink(
            where,
            screen=name,
            kind="desk",
            name=name,
            room=room,
            on_show=self._told,
            on_state=self._told,
            on_status=self._told,
        )
        self._link.start()
        self.wait(lambda: self._link.show.is_linked or self._link.status.state == "refused", LINK_S)
        if not self._link.show.is_linked:
            why = self._link.status.why
            self.close()
            raise HubUnreachable(_LATE.with_values(seconds=LINK_S, address=where()[0], why=why))

    def close(self) -> None:
        """Hang up; the hub and its screens go on."""
        self._link.close()

    @property
    def state(self) -> LiveState:
        """What the city is like now: readings, alarms, cases, sources."""
        return self._link.state

    @property
    def show(self) -> ShowState:
        """What the screens show, who leads, and who is there."""
        return self._link.show

    def readings(self, at: datetime | None = None, stations: Sequence[str] = ()) -> list[Observation]:
        """Return the latest observation of every series, now or as of a moment."""
        moment = datetime.now().astimezone() if at is None else at
        return self.ask.as_of(_ms(moment), stations)

    def series(self, station: str, quantity: str, begin: datetime, end: datetime, *, step: Step = "raw") -> Series:
        """Return one station's values of a quantity in a span. Raises `InputError`."""
        return self.ask.series(SeriesKey(station=station, quantity=quantity), _ms(begin), _ms(end), step)

    def alarms(self) -> list[Alarm]:
        """Return the alarms that are not closed."""
        return list(self.state.alarms.values())

    def sources(self) -> list[SourceStatus]:
        """Return how the sources are."""
        return self.ask.sources()

    def cases(self, wanted: CaseFilter | None = None) -> CasePage:
        """Return some of the cases a filter finds, the first hundred by default."""
        return self.ask.cases(wanted or CaseFilter())

    def case(self, id: str) -> CaseSheet:
        """Return everything about one case."""
        return self.ask.case(id)

    def do(self, action: str, **arguments: object) -> str:
        """Have the hub do an action and return what it made or changed; see the reference of roles for their names.

        Raises `NotAllowed` with the hub's own sentence when it refuses, `HubUnreachable` when it does not answer.
        """
        answer = self._link.command(action, arguments)
        if not answer.ok:
            raise NotAllowed(Text(answer.error_zh, answer.error_en), place=action)
        return answer.about

    def lead(self, within_s: float = 5.0) -> None:
        """Take the lead over the screens. Raises `NotAllowed` when somebody else keeps it."""
        self._link.floor("request")
        if not self.wait(lambda: self.show.is_leading, within_s):
            raise NotAllowed(_NO_FLOOR.with_values(holder=self.show.floor.holder))

    def present(self, key: ViewKey, value: object) -> None:
        """Show a value on all screens that follow, and return once the hub has it; a camera is a `CameraPose`.

        It needs the lead. Raises `NotAllowed` when the hub refuses it.
        """
        known, refused = self.show.values.get(key), self.show.refused
        self._link.share(key, value)
        self.wait(lambda: self.show.values.get(key) is not known or self.show.refused is not refused, SHOWN_S)
        if self.show.refused is not refused:
            raise NotAllowed(_NO_FLOOR.with_values(holder=self.show.floor.holder), place=key)

    def look(self, camera: CameraPose) -> None:
        """Turn the camera of all screens that follow; needs the lead."""
        self.present("camera", camera)

    def wait(self, until: Callable[[], bool], within_s: float) -> bool:
        """Wait until something is so, looking whenever the hub tells something; return whether it is."""
        with self._changed:
            return self._changed.wait_for(until, within_s)

    def _told(self, _: object) -> None:
        with self._changed:
            self._changed.notify_all()


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
