"""Asks a hub over REST: history, stations, sources. Every call blocks and belongs into a job, not into a window."""

import http.client
import ssl
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import SplitResult, quote, urlencode, urlsplit

import msgspec
import numpy as np

from sanping.client.hub_trust import UNTRUSTED, hub_tls
from sanping.domain.area import Level
from sanping.domain.case_filter import EVERY_CASE
from sanping.domain.catalogue import Catalogue
from sanping.domain.device import Device
from sanping.domain.errors import HubUnreachable, InputError, NotAllowed, SanpingError, SourceFailed
from sanping.domain.notice import Notice
from sanping.domain.observation import Observation
from sanping.domain.source_status import SourceStatus
from sanping.domain.text import Text
from sanping.ports.history import Series, SeriesKey, Step
from sanping.wire.cases import (
    AreaBoard,
    CaseFilter,
    CasePage,
    CasePoints,
    CaseScope,
    CaseSheet,
    Governance,
    GroupBy,
    Indicators,
    Measures,
)
from sanping.wire.responses import Plans, ResponseSheet
from sanping.wire.show import MAIN_ROOM, SCREEN_KIND

BASE = "/api/v1"
TIMEOUT_S = 30.0
LARGEST_ANSWER = 1 << 30
_PACKED = "application/msgpack"
_Kind = TypeVar("_Kind")

_SILENT = Text("中枢没有应答：{reason}；请确认它在运行", "The hub does not answer: {reason}; see that it runs")
_TOKEN = Text("中枢不接受令牌；请重新连接", "The hub does not accept the token; connect again")
_ODD = Text(
    "中枢的回答无法理解：{reason}；请更新程序", "The hub's answer is not understood: {reason}; update the program"
)


class _Columns(msgspec.Struct, frozen=True, kw_only=True):
    unit: str
    step: Step
    event_ms: list[float]
    value: list[float]
    low: list[float]
    high: list[float]
    quality: tuple[str, ...]


class _Words(msgspec.Struct, frozen=True, kw_only=True):
    zh: str = ""
    en: str = ""


class PairingCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code that lets one phone in until `until_ms` (since 1970 UTC), and where phones reach the hub."""

    code: str
    until_ms: int
    addresses: tuple[str, ...] = ()

    def link(self, address: str, room: str) -> str:
        """Return what a phone opens: the code and the room it is to join stay in the fragment, which no server sees."""
        said = {"pair": self.code} if room == MAIN_ROOM else {"pair": self.code, "room": room}
        return f"{address.rstrip('/')}/#{urlencode(said, quote_via=quote)}"


class Questions:
    """REST of one hub; `where` gives its address and token at each call. All calls raise `HubUnreachable`.

    `kind` says from which kind of screen they come, "" for none: a wall is told what a wall may show.
    """

    def __init__(self, where: Callable[[], tuple[str, str]], kind: str = "") -> None:
        self._where, self._kind = where, kind

    def as_of(self, moment_ms: int, stations: Sequence[str] = ()) -> list[Observation]:
        """Return the latest observation of every series up to a moment."""
        parameters = {"at_ms": moment_ms, "stations": ",".join(stations)}
        return self._asked("/as-of", parameters, list[Observation])

    def series(self, key: SeriesKey, from_ms: int, to_ms: int, step: Step = "raw") -> Series:
        """Return one series. Raises `InputError` when the hub refuses the span."""
        parameters = {
            "station": key.station,
            "quantity": key.quantity,
            "statistic": key.statistic,
            "period_s": key.period_s,
            "from_ms": from_ms,
            "to_ms": to_ms,
            "step": step,
        }
        found = self._asked("/series", parameters, _Columns)
        return Series(
            key=key,
            unit=found.unit,
            step=found.step,
            event_ms=np.array(found.event_ms, np.float64),
            value=np.array(found.value, np.float64),
            low=np.array(found.low, np.float64),
            high=np.array(found.high, np.float64),
            quality=found.quality,
        )

    def span(self) -> tuple[int, int]:
        """Return the first and the last event time kept, (0, 0) when nothing is."""
        found = self._asked("/span", {}, dict[str, int])
        return found["first_ms"], found["last_ms"]

    def sources(self) -> list[SourceStatus]:
        """Return how the sources are."""
        return self._asked("/sources", {}, list[SourceStatus])

    def notices(self) -> list[Notice]:
        """Return the public warnings in force, the worst first."""
        return self._asked("/notices", {}, list[Notice])

    def catalogue(self) -> Catalogue:
        """Return the catalogue of data and services, with how often they were asked."""
        return self._asked("/catalogue", {}, Catalogue)

    def adapters(self) -> dict[str, Any]:
        """Return the installed adapters with the forms of their settings."""
        return self._asked("/adapters", {}, dict[str, Any])

    def source(self, name: str) -> dict[str, Any]:
        """Return one source as it is configured: name, adapter, title, settings without secrets."""
        return self._asked(f"/sources/{quote(name, safe='')}", {}, dict[str, Any])

    def test(
        self, adapter: str, settings: Mapping[str, object], *, is_simulated: bool = False, source: str = ""
    ) -> Text:
        """Try settings at the hub, with the stored secrets of `source`, and return what was found.

        Raises `InputError` or `SourceFailed`.
        """
        body = msgspec.json.encode({"settings": dict(settings), "is_simulated": is_simulated, "source": source})
        found = self._decoded(self._answer("POST", f"/adapters/{quote(adapter, safe='')}/test", body), _Words)
        return Text(found.zh, found.en)

    def code(self) -> PairingCode:
        """Have a code made for a new phone."""
        return self._decoded(self._answer("POST", "/codes", b"{}"), PairingCode)

    def devices(self) -> list[Device]:
        """Return every device that was let in, those that are out too."""
        return self._asked("/devices", {}, list[Device])

    def governance(self) -> Governance:
        """Return the tables the city governs by, and what whoever asks is. Raises `InputError` when it does not."""
        return self._asked("/governance", {}, Governance)

    def cases(self, wanted: CaseFilter) -> CasePage:
        """Return some of the cases that a filter finds. Raises `InputError` for codes that cannot be."""
        return self._asked("/cases", _filled(wanted), CasePage)

    def case(self, id: str) -> CaseSheet:
        """Return everything about one case that whoever asks may see. Raises `InputError` when there is none."""
        return self._asked(f"/cases/{quote(id, safe='')}", {}, CaseSheet)

    def indicators(
        self, from_ms: int, to_ms: int, by: GroupBy = "area", level: Level = "street", scope: CaseScope = EVERY_CASE
    ) -> Indicators:
        """Return the indicators of the cases of a scope reported in a span; its end is not included.

        Raises `InputError`, and `NotAllowed` for an area that whoever asks answers for none of.
        """
        asked = {"from_ms": from_ms, "to_ms": to_ms, "by": by, "level": level, **_scope(scope)}
        return self._asked("/cases/indicators", asked, Indicators)

    def measures(self) -> Measures:
        """Return the measures of the city with what came of them. Raises `InputError` where nobody governs."""
        return self._asked("/cases/measures", {}, Measures)

    def areas(self, scope: CaseScope = EVERY_CASE, level: Level | None = None, from_ms: int = 0) -> AreaBoard:
        """Return an area and those below it, or all of a level within it; their rates are of cases since `from_ms`.

        Raises as `indicators` does.
        """
        return self._asked("/cases/areas", {"level": level or "", "from_ms": from_ms, **_scope(scope)}, AreaBoard)

    def case_points(self, wanted: CaseFilter) -> CasePoints:
        """Return where the cases lie that a filter finds. Raises as `indicators` does."""
        return self._asked("/cases/points", _filled(wanted), CasePoints)

    def plans(self, case: str = "", alarm: str = "") -> Plans:
        """Return the templates of joint responses, those that fit a case or an alarm first."""
        return self._asked("/responses/plans", {"case": case, "alarm": alarm}, Plans)

    def response(self, id: str) -> ResponseSheet:
        """Return everything about one joint response. Raises `InputError` when there is none."""
        return self._asked(f"/responses/{quote(id, safe='')}", {}, ResponseSheet)

    def photo(self, name: str) -> bytes:
        """Return one photo, JPEG or PNG. Raises `InputError` when the hub does not have it."""
        return self._answer("GET", f"/photos/{quote(name, safe='')}")

    def add_photo(self, content: bytes) -> str:
        """Have a photo kept and return its name. Raises `InputError` for what is no photo or too large."""
        return self._decoded(self._answer("POST", "/photos", content), dict[str, str])["photo"]

    def has_people(self) -> bool:
        """Whether anybody has an account at the hub."""
        return bool(self._asked("/me", {}, dict[str, Any]).get("has_people"))

    def unlock(self, name: str, password: str) -> str:
        """Return who somebody is that opens a locked desk. Raises `NotAllowed` for a wrong name or password."""
        body = msgspec.json.encode({"name": name, "password": password})
        return self._decoded(self._answer("POST", "/unlock", body), dict[str, str])["user"]

    def is_healthy(self) -> bool:
        """Whether the hub answers and its store works."""
        try:
            return bool(self._asked("/health", {}, dict[str, Any])["ok"])
        except (HubUnreachable, KeyError):
            return False

    def ask(self, path: str, parameters: Mapping[str, object]) -> Any:
        """Return any answer of the API as plain values."""
        return self._asked(path, parameters, Any)

    def send(self, path: str, said: Mapping[str, object]) -> Any:
        """Post to any address of the API and return its answer as plain values. Raises what the hub refuses with."""
        return self._decoded(self._answer("POST", path, msgspec.json.encode(said)), Any)

    def export(self, key: SeriesKey, from_ms: int, to_ms: int) -> bytes:
        """Return one series as a CSV file."""
        parameters = {
            "station": key.station,
            "quantity": key.quantity,
            "statistic": key.statistic,
            "period_s": key.period_s,
            "from_ms": from_ms,
            "to_ms": to_ms,
        }
        return self._answer("GET", f"/export?{urlencode(parameters)}")

    def _asked(self, path: str, parameters: Mapping[str, object], kind: type[_Kind]) -> _Kind:
        query = f"?{urlencode(parameters)}" if parameters else ""
        return self._decoded(self._answer("GET", f"{path}{query}"), kind)

    def _decoded(self, body: bytes, kind: type[_Kind]) -> _Kind:
        try:
            return msgspec.msgpack.decode(body, type=kind)
        except msgspec.MsgspecError as error:
            raise HubUnreachable(_ODD.with_values(reason=str(error)[:200])) from error

    def _answer(self, method: str, target: str, body: bytes | None = None) -> bytes:
        address, token = self._where()
        parts = urlsplit(address)
        connection = _line(parts)
        headers = {"Authorization": f"Bearer {token}", "Accept": _PACKED, "Host": parts.netloc}
        if self._kind:
            headers[SCREEN_KIND] = self._kind
        try:
            connection.request(method, f"{BASE}{target}", body=body, headers=headers)
            answer = connection.getresponse()
            content = answer.read(LARGEST_ANSWER)
        except ssl.SSLCertVerificationError as error:
            raise HubUnreachable(UNTRUSTED, place=address) from error
        except (OSError, http.client.HTTPException) as error:
            raise HubUnreachable(
                _SILENT.with_values(reason=str(error) or type(error).__name__), place=address
            ) from error
        finally:
            connection.close()
        if answer.status == 200:
            return content
        raise _refusal(answer.status, content, address)


def _line(parts: SplitResult) -> http.client.HTTPConnection:
    """Return a connection to a hub, not yet open."""
    if parts.scheme == "https":
        return http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_S, context=hub_tls())
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT_S)


def _scope(scope: CaseScope) -> dict[str, object]:
    """Return what narrows a scope, as parameters."""
    return {name: getattr(scope, name) for name in CaseScope.__struct_fields__ if getattr(scope, name)}


def _filled(wanted: CaseFilter) -> dict[str, object]:
    """Return what differs from an empty filter, as parameters."""
    usual = CaseFilter()
    values = {name: getattr(wanted, name) for name in CaseFilter.__struct_fields__}
    asked = {name: value for name, value in values.items() if value != getattr(usual, name)}
    return {**asked, "states": ",".join(wanted.states)} if wanted.states else asked


def _refusal(status: int, content: bytes, address: str) -> SanpingError:
    if status == 401:
        return HubUnreachable(_TOKEN, place=address)
    try:
        words = msgspec.json.decode(content, type=_Words)
    except (msgspec.MsgspecError, UnicodeError):
        words = _Words()
    if not words.zh:
        return HubUnreachable(_SILENT.with_values(reason=f"HTTP {status}"), place=address)
    found = Text(words.zh, words.en)
    kinds: dict[int, type[SanpingError]] = {400: InputError, 403: NotAllowed, 502: SourceFailed}
    return kinds.get(status, HubUnreachable)(found)
