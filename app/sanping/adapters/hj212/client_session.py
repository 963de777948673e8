"""A connection that we made to a logger or a platform: we ask for its time and its data, it reports."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from sanping.adapters.hj212.encode import encoded
from sanping.adapters.hj212.frame import (
    ACCEPTED,
    EXECUTED,
    GET_TIME,
    HOUR,
    MINUTE_INTERVAL,
    REALTIME,
    VERSIONS,
    Frame,
    Item,
)
from sanping.adapters.hj212.framing import Cut
from sanping.adapters.hj212.listener import Listener, taken_cut
from sanping.adapters.hj212.options import Options
from sanping.adapters.hj212.segment import decoded_segment
from sanping.adapters.hj212.uplink import Uplink
from sanping.domain.errors import FrameBroken
from sanping.domain.text import Text
from sanping.ports.source import Count, HangUp, Send, Step

TRIES = 3
RESULT_WAIT_S = 60
GAP_MS = 3_600_000
_FIRST_QUESTIONS = (GET_TIME, MINUTE_INTERVAL)
_REFUSALS = {
    "3": Text("{mn} 拒绝请求：密码不对；请核对 password", "{mn} refuses: wrong password; check password"),
    "4": Text("{mn} 拒绝请求：MN 不对；请核对 allowed_stations", "{mn} refuses: wrong MN; check allowed_stations"),
}
_DECLINED = Text("{mn} 拒绝命令 {cn}：QnRtn={code}", "{mn} declines command {cn}: QnRtn={code}")
_FAILED = Text("{mn} 未能执行命令 {cn}：ExeRtn={code}", "{mn} could not carry out command {cn}: ExeRtn={code}")
_SILENT = Text("{peer} 不应答请求，已断开", "{peer} answers no request; hung up")
_SKEWED = Text("站点 {mn} 的时钟相差 {seconds} 秒；请校时", "The clock of station {mn} is {seconds} s off; set it")
_numbers = count(1)


@dataclass(slots=True)
class _Question:
    frame: Frame
    asked_ms: int
    tries: int = 1
    is_accepted: bool = False


class ClientSession:
    """Asks each station in turn: its time, its interval of minute data, then its data, again when none comes.

    After a gap of more than an hour it asks for the hours that were missed, before the data of now.

    `refusal` says why only a person can help, None as long as nobody is needed.
    """

    def __init__(self, options: Options, uplink: Uplink, peer: str) -> None:
        self.refusal: Text | None = None
        self._options = options
        self._uplink = uplink
        self._peer = peer
        self._listener = Listener(options, peer)
        self._number = -next(_numbers)
        self._todo: dict[str, deque[str]] = {mn: deque() for mn in sorted(options.stations)}
        self._asked: dict[str, _Question] = {}
        self._data_ms: dict[str, int] = {}
        self._answered_ms = 0
        self._last_qn_ms = 0
        self._is_over = False

    def started(self, now_ms: int) -> Iterable[Step]:
        """Ask every station the first question."""
        self._answered_ms = now_ms
        for mn, questions in self._todo.items():
            has_gap = now_ms - self._uplink.heard_ms.get(mn, now_ms) > GAP_MS
            questions.extend((*_FIRST_QUESTIONS, *((HOUR,) if has_gap else ()), REALTIME))
            yield from self._next_question(mn, now_ms)

    def received(self, data: bytes, now_ms: int) -> Iterable[Step]:
        """Take answers and data."""
        if self._is_over:
            return
        for found in self._listener.heard(data, now_ms):
            steps = self._heard(found, now_ms) if isinstance(found, Cut) else iter((found,))
            for step in steps:
                yield step
                if isinstance(step, HangUp):
                    self._is_over = True
                    return

    def woken(self, now_ms: int) -> Iterable[Step]:
        """Ask again what was not answered, ask on where data stay away, and lose patience."""
        if self._is_over:
            return
        yield from self._uplink.woken(now_ms)
        for mn in self._todo:
            yield from self._watched(mn, now_ms)
        steps: list[HangUp] = list(self._listener.woken(now_ms))
        if now_ms - self._answered_ms > (TRIES + 1) * self._silence_ms():
            steps.append(HangUp(reason=_SILENT.with_values(peer=self._peer)))
        self._is_over = bool(steps)
        yield from steps[:1]

    def _silence_ms(self) -> int:
        return max(self._options.timeout_s, self._options.request_interval_s) * 1000

    def _heard(self, cut: Cut, now_ms: int) -> Iterator[Step]:
        try:
            frame = decoded_segment(cut.segment)
        except FrameBroken as broken:
            yield Count(what="bad_frames", detail=broken.message)
            return
        self._answered_ms = now_ms
        question = self._asked.get(frame.mn)
        if frame.cn in (ACCEPTED, EXECUTED):
            yield Count(what="frames")
            if question is not None and question.frame.qn == frame.qn:
                yield from self._answered(frame, question, now_ms)
            return
        if frame.cn == GET_TIME:
            yield from self._compared(frame, now_ms)
        if frame.cn == REALTIME:
            self._data_ms[frame.mn] = now_ms
            if frame.mn in self._todo:
                self._uplink.heard_ms[frame.mn] = now_ms
            if question is not None and question.frame.cn == REALTIME:
                del self._asked[frame.mn]
        yield from taken_cut(self._uplink, cut, now_ms, self._number)

    def _answered(self, frame: Frame, question: _Question, now_ms: int) -> Iterator[Step]:
        """Follow 9011 (accepted or declined) and 9012 (done or failed)."""
        if frame.cn == ACCEPTED and frame.value("QnRtn").strip() == "1":
            question.is_accepted, question.asked_ms = True, now_ms
            return
        code, what, words = frame.value("ExeRtn").strip(), "requests_failed", _FAILED
        if frame.cn == ACCEPTED:
            code, what, words = frame.value("QnRtn").strip(), "requests_declined", _DECLINED
        if frame.cn == ACCEPTED or code != "1":
            yield Count(what=what, detail=words.with_values(mn=frame.mn, cn=question.frame.cn, code=code))
        if frame.cn == ACCEPTED and code in _REFUSALS:
            self.refusal = _REFUSALS[code].with_values(mn=frame.mn)
            yield HangUp(reason=self.refusal)
            return
        del self._asked[frame.mn]
        yield from self._next_question(frame.mn, now_ms)

    def _compared(self, frame: Frame, now_ms: int) -> Iterator[Step]:
        """Compare a station's clock with ours."""
        station_ms = self._uplink.interpreter.moment_ms(frame.value("SystemTime"))
        off_s = round((station_ms - now_ms) / 1000)
        if station_ms and abs(off_s) > self._options.max_skew_s:
            yield Count(what="clock_skew", detail=_SKEWED.with_values(mn=frame.mn, seconds=off_s))

    def _watched(self, mn: str, now_ms: int) -> Iterator[Step]:
        question = self._asked.get(mn)
        if question is None:
            quiet_ms = now_ms - self._data_ms.get(mn, 0)
            if not self._todo[mn] and quiet_ms >= self._options.request_interval_s * 1000:
                self._todo[mn].append(REALTIME)
            yield from self._next_question(mn, now_ms)
            return
        patience_s = RESULT_WAIT_S if question.is_accepted else self._options.timeout_s
        if now_ms - question.asked_ms < patience_s * 1000:
            return
        if not question.is_accepted and question.tries < TRIES:
            question.tries, question.asked_ms = question.tries + 1, now_ms
            yield Count(what="requests_repeated")
            yield Send(data=encoded(question.frame))
            return
        yield Count(what="requests_unanswered")
        del self._asked[mn]
        self._data_ms[mn] = now_ms
        yield from self._next_question(mn, now_ms)

    def _next_question(self, mn: str, now_ms: int) -> Iterator[Step]:
        if mn not in self._todo or not self._todo[mn] or mn in self._asked:
            return
        frame = self._request(mn, self._todo[mn].popleft(), now_ms)
        self._asked[mn] = _Question(frame=frame, asked_ms=now_ms)
        yield Send(data=encoded(frame))

    def _request(self, mn: str, command: str, now_ms: int) -> Frame:
        """Return a request with an exchange number of its own."""
        self._last_qn_ms = max(now_ms, self._last_qn_ms + 1)
        options = self._options
        return Frame(
            qn=self._uplink.interpreter.local_text(self._last_qn_ms),
            st=options.system,
            cn=command,
            pw=options.password,
            mn=mn,
            flag=VERSIONS.index(options.asks_as) << 2 | 1,
            items=self._span(mn, now_ms) if command == HOUR else (),
        )

    def _span(self, mn: str, now_ms: int) -> tuple[Item, ...]:
        """Return from when to when hours are asked for: whole hours, from the one in which data stopped."""
        text = self._uplink.interpreter.local_text
        begin, end = text(self._uplink.heard_ms[mn])[:10] + "0000", text(now_ms)[:10] + "0000"
        return (("BeginTime", begin),), (("EndTime", end),)
