"""The checks that run a hub: the start, the values, good and bad settings, abuse, a far end that goes and returns."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from sanping.bootstrap.conformance.abuse import abused
from sanping.bootstrap.conformance.far_end import FarEnd, Recorder, liar
from sanping.bootstrap.conformance.finding import NOTHING, Finding, found
from sanping.bootstrap.conformance.trial import Trial
from sanping.bootstrap.conformance.trial_hub import Reported, TrialHub, write_twin
from sanping.domain.errors import HubUnreachable, SanpingError
from sanping.domain.observation import Observation
from sanping.domain.quantity import QUANTITIES
from sanping.domain.source_status import SourceStatus
from sanping.domain.text import Text
from sanping.hub.spare_port import free_port

PATIENCE_S = 40.0
LOOK_S = 0.3
SETTLE_S = 2.5
LIES_S = 6.0
LATEST_MS, EARLIEST_MS, EARLIEST_INTERVAL_MS = 60_000, 600_000, 3 * 3_600_000
LONGEST_WORDS = 500
MOST_AHEAD = 5
_HAN = re.compile(r"[\u4e00-\u9fff]")
_RAW = re.compile(r"Traceback|\bobject at 0x|^\w*(Error|Exception)\b")
_SOUND_COUNTS = frozenset(
    ("frames", "observations", "connections", "starts", "duplicates", "corrections", "late", "unknown_station", "leaps")
)
_AHEAD = ("future", "impossible_time")

STARTS = Text("启动后先连接，再正常", "After the start it connects, then is live")
VALUES = Text(
    "值带统一单位、UTC 时间与模拟标记", "Values carry our units, times in UTC, and the mark that they are simulated"
)
TESTS_GOOD = Text("设置可先测试：能用的设置", "Settings can be tried first: good ones")
TESTS_BAD = Text("设置可先测试：不能用的设置，说得明白", "Settings can be tried first: bad ones, in clear words")
UNKNOWN = Text("站点表外的站点不入库，但计数", "A station that is not listed is counted and not kept")
BAD_INPUT = Text("坏输入被计数，不崩溃，不产生假值", "Bad input is counted, never a crash, never a false value")
GOES = Text("对端消失后显示降级或重试", "When the far end goes it shows degraded or retrying")
RETURNS = Text("对端回来后恢复正常", "When the far end returns it is live again")
SECRETS = Text("日志与状态中没有机密", "Log and states hold no secret")

_NOT_LIVE = Text("状态为 {state}：{why}（{counts}）", "Its state is {state}: {why} ({counts})")
_NO_START = Text("没有先显示 connecting", "It did not show connecting first")
_SIMULATOR_ENDED = Text("模拟器停了：{why}", "The simulator ended: {why}")
_NO_VALUES = Text("没有任何值", "There is no value")
_WRONG_UNIT = Text("{quantity} 的单位是 {unit}，应为 {wanted}", "{quantity} is in {unit}, not in {wanted}")
_NO_NAME = Text("未知的量 {quantity} 应写成 协议:编码", "The unknown quantity {quantity} must be named protocol:code")
_WRONG_TIME = Text("{quantity} 的时间偏了 {minutes:.0f} 分钟", "The time of {quantity} is {minutes:.0f} minutes off")
_NOT_MARKED = Text("{quantity} 没有模拟标记", "{quantity} is not marked as simulated")
_UNCLEAR = Text("说明不清楚：{words}", "The words are not clear: {words}")
_ACCEPTED = Text("不能用的设置通过了测试：{words}", "Settings that cannot work passed: {words}")
_REFUSED = Text("测试没有通过：{words}", "The test failed: {words}")
_NOT_COUNTED = Text("没有计入 unknown_station", "Nothing was counted as unknown_station")
_KEPT = Text("站点表外的值入了库", "Values of a station that is not listed were kept")
_FALSE = Text("出现了没有谁报过的 {quantity} = {value}", "There is {quantity} = {value}, which nobody reported")
_IN_FUTURE = Text("{count} 个值的时间在未来", "{count} values are of the future")
_RESTARTED = Text("程序重新启动了 {times} 次", "The program was started again {times} times")
_UNCOUNTED = Text("坏输入没有计数", "The bad input was not counted")
_HUB_GONE = Text("中枢停了", "The hub ended")
_LEAKED = Text("{place}里有机密 {name}", "The secret {name} stands in {place}")
_LOG, _STATES = Text("日志", "the log"), Text("状态", "the states")
_NO_FAR_END = Text("没有对端", "There is no far end")
_ELSEWHERE = Text("对端是别的服务", "The far end is another service")
_NONE = Text("不适用", "Does not apply")


async def examined_live(trials: Sequence[Trial], folder: Path) -> list[Finding]:
    """Try adapters together with one hub, in an empty folder. Raises `HubUnreachable` when the hub does not start."""
    hub = TrialHub(write_twin(folder / "twin", trials), folder / "data", trials)
    acts = [_Act(trial, hub) for trial in trials]
    async with AsyncExitStack() as stack:
        for act in acts:
            await stack.enter_async_context(act.on_stage())
        stack.push_async_callback(hub.stop)
        await hub.start()
        await asyncio.gather(*(act.play() for act in acts))
        told, log = await hub.told(), hub.log()
    for act in acts:
        act.note(SECRETS, list(_leaks(act.trial, log, told)))
    return [finding for act in acts for finding in act.findings]


class _Act:
    """The story of one adapter."""

    def __init__(self, trial: Trial, hub: TrialHub) -> None:
        self.trial = trial
        self.findings: list[Finding] = []
        self._hub = hub
        self._far = FarEnd(trial)
        self._line = Recorder(trial.port) if trial.is_called else None

    @asynccontextmanager
    async def on_stage(self) -> AsyncIterator[None]:
        """Have the far end running."""
        async with AsyncExitStack() as stack:
            if self._line is not None:
                await stack.enter_async_context(self._line.running())
            stack.push_async_callback(self._far.stop)
            await self._enter()
            yield

    async def play(self) -> None:
        """Try everything, in order; what depends on a start that failed is left out."""
        try:
            if not await self._starts():
                return
            await self._values()
            await asyncio.gather(self._tests_good(), self._tests_bad())
            await self._unknown()
            await self._far.stop()
            await self._bad_input()
            await self._goes_and_returns()
        except HubUnreachable as error:
            self.note(BAD_INPUT, [_HUB_GONE if not self._hub.is_alive else error.message])

    def note(self, check: Text, shortcomings: Sequence[Text]) -> None:
        """Note what a check found."""
        self.findings.append(found(self.trial.name, check, shortcomings))

    def _leave_out(self, check: Text, why: Text) -> None:
        self.findings.append(Finding(adapter=self.trial.name, check=check, is_met=None, why=why))

    async def _enter(self) -> None:
        await self._far.start(self._line.port if self._line is not None else self.trial.port)

    async def _status(self) -> SourceStatus:
        return (await self._hub.statuses())[self.trial.name]

    async def _has_delivered(self) -> bool:
        status = await self._status()
        is_live = status.state == "live"
        if self.trial.table.gives == "notices":
            return is_live and await self._hub.notices() > 0
        if self.trial.table.gives == "calls":
            return is_live and status.counts.get("calls_filed", 0) > 0
        return is_live and bool(await self._hub.latest(self.trial.station))

    async def _starts(self) -> bool:
        async def is_settled() -> bool:
            if self._far.ended is not None or await self._has_delivered():
                return True
            counts = (await self._status()).counts
            return sum(counts.get(what, 0) for what in _AHEAD) > MOST_AHEAD

        await until(is_settled)
        is_live = self._far.ended is None and await self._has_delivered()
        states = [status.state for status in await self._hub.states_of(self.trial.name)]
        shortcomings: list[Text] = []
        if not is_live:
            shortcomings.append(_words_of(await self._status()))
            if self._far.ended is not None:
                shortcomings.append(_SIMULATOR_ENDED.with_values(why=self._far.ended))
        elif states[:1] != ["connecting"]:
            shortcomings.append(_NO_START)
        self.note(STARTS, shortcomings)
        return is_live

    async def _values(self) -> None:
        if self.trial.table.gives != "observations":
            return
        rows = (await self._hub.latest(self.trial.station)).values()
        now_ms = time.time_ns() // 1_000_000
        faults = [fault for row in rows for fault in faults_of(row, now_ms)]
        counts = (await self._status()).counts
        if ahead := sum(counts.get(what, 0) for what in _AHEAD):
            faults.append(_IN_FUTURE.with_values(count=ahead))
        self.note(VALUES, faults if rows else [_NO_VALUES])

    async def _tests_good(self) -> None:
        settings = self.trial.settings(port=free_port()) if self.trial.is_called else self.trial.settings()
        words, is_good = await self._tested(settings)
        self.note(TESTS_GOOD, list(unclear(words)) if is_good else [_REFUSED.with_values(words=words)])

    async def _tests_bad(self) -> None:
        nowhere = self.trial.folder / "nowhere"
        port = self.trial.port if self.trial.is_called else free_port()
        words, is_good = await self._tested(self.trial.settings(port=port, folder=nowhere))
        self.note(TESTS_BAD, [_ACCEPTED.with_values(words=words)] if is_good else list(unclear(words)))

    async def _tested(self, settings: dict[str, str | int | float | bool]) -> tuple[Text, bool]:
        """Return what a test of settings says, and whether they were found good."""
        ask = self._hub.questions.test
        try:
            return await asyncio.to_thread(ask, self.trial.name, settings, is_simulated=True), True
        except SanpingError as error:
            return error.message, False

    async def _unknown(self) -> None:
        if not self.trial.table.other_station:
            self._leave_out(UNKNOWN, _NONE)
            return

        async def is_counted() -> bool:
            return (await self._status()).counts.get("unknown_station", 0) > 0

        shortcomings = [] if await until(is_counted) else [_NOT_COUNTED]
        if self.trial.table.other_station in await self._hub.stations():
            shortcomings.append(_KEPT)
        self.note(UNKNOWN, shortcomings)

    async def _bad_input(self) -> None:
        trial = self.trial
        if trial.table.needs is not None or trial.manifest.kind == "file":
            self._leave_out(BAD_INPUT, _ELSEWHERE if trial.table.needs is not None else _NO_FAR_END)
            return
        await asyncio.sleep(SETTLE_S)
        before, values = await self._status(), await self._hub.kept(trial.station)
        if self._line is not None:
            await abused(trial.port, self._line.pieces, has_check_code=trial.table.has_check_code)
        else:
            async with liar(trial.port):
                await asyncio.sleep(LIES_S)
        await asyncio.sleep(SETTLE_S)
        after = await self._status()
        self.note(BAD_INPUT, [*self._uncounted(before, after), *await self._false_values(values)])

    def _uncounted(self, before: SourceStatus, after: SourceStatus) -> list[Text]:
        """Return what was not counted, or should not have happened; who is not called upon shows it by its state."""
        if self._line is None:
            is_told = after.counts != before.counts or after.state in ("degraded", "retrying")
            return [] if is_told else [_UNCOUNTED]
        shortcomings = []
        if (times := after.counts.get("starts", 1) - before.counts.get("starts", 1)) > 0:
            shortcomings.append(_RESTARTED.with_values(times=times))
        grown = [what for what, count in after.counts.items() if count > before.counts.get(what, 0)]
        if not set(grown) - _SOUND_COUNTS:
            shortcomings.append(_UNCOUNTED)
        return shortcomings

    async def _false_values(self, before: set[Reported]) -> list[Text]:
        invented = await self._hub.kept(self.trial.station) - before
        return [_FALSE.with_values(quantity=quantity, value=value) for quantity, _, value in sorted(invented)]

    async def _goes_and_returns(self) -> None:
        if self.trial.manifest.kind == "file":
            self._leave_out(GOES, _NO_FAR_END)
            return

        async def is_away() -> bool:
            return (await self._status()).state in ("degraded", "retrying")

        is_seen = await until(is_away)
        self.note(GOES, [] if is_seen else [_words_of(await self._status())])
        await self._enter()
        is_back = await until(self._has_delivered)
        self.note(RETURNS, [] if is_back else [_words_of(await self._status())])


def faults_of(row: Observation, now_ms: int) -> list[Text]:
    """Return what is wrong with the unit, the time or the marks of a row that was reported just now."""
    faults = []
    known = QUANTITIES.get(row.quantity)
    if known is None and ":" not in row.quantity:
        faults.append(_NO_NAME.with_values(quantity=row.quantity))
    elif known is not None and known.unit != row.unit:
        faults.append(_WRONG_UNIT.with_values(quantity=row.quantity, unit=row.unit or "—", wanted=known.unit))
    is_now = row.statistic == "instant" and row.origin == "live"
    age_ms = now_ms - row.event_ms
    if not -LATEST_MS <= age_ms <= (EARLIEST_MS if is_now else EARLIEST_INTERVAL_MS):
        faults.append(_WRONG_TIME.with_values(quantity=row.quantity, minutes=age_ms / 60_000))
    if not row.is_simulated:
        faults.append(_NOT_MARKED.with_values(quantity=row.quantity))
    return faults


def unclear(words: Text) -> list[Text]:
    """Return what is wrong with words for a person."""
    is_clear = (
        _HAN.search(words.zh) is not None
        and words.en.strip() != ""
        and len(words.zh) <= LONGEST_WORDS
        and not any(_RAW.search(part) for part in (words.zh, words.en))
    )
    return [] if is_clear else [_UNCLEAR.with_values(words=words)]


async def until(condition: Callable[[], Awaitable[bool]], patience_s: float = PATIENCE_S) -> bool:
    """Wait for something; return whether it came."""
    ends_s = time.monotonic() + patience_s
    while not await condition():
        if time.monotonic() > ends_s:
            return False
        await asyncio.sleep(LOOK_S)
    return True


def _words_of(status: SourceStatus) -> Text:
    why = Text(status.why_zh, status.why_en) if status.why_zh else NOTHING
    counts = ", ".join(f"{what} {count}" for what, count in sorted(status.counts.items()))
    return _NOT_LIVE.with_values(state=status.state, why=why, counts=counts or "—")


def _leaks(trial: Trial, log: str, told: str) -> list[Text]:
    places = ((_LOG, log), (_STATES, told))
    return [
        _LEAKED.with_values(place=place, name=name)
        for name, secret in trial.table.secrets.items()
        for place, text in places
        if re.search(rf"(?<![\w]){re.escape(secret)}(?![\w])", text)
    ]
