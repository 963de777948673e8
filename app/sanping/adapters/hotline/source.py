"""Asks a hotline for work orders again and again, and files each once as a call."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import cast
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from sanping.adapters.hotline.decode import Datum, Page, Reading, call_of, page
from sanping.adapters.hotline.tables import tables_with
from sanping.domain.call import CALL_KIND_TITLES, CALL_KINDS, FINISHED, Call
from sanping.domain.errors import FrameBroken, SourceFailed, SourceRefused
from sanping.domain.text import Text
from sanping.ports.source import Fetched, World, secret_of

MOST_PAGES = 500
MOST_KNOWN = 200_000
SINCE = "{since}"

_NO_ADDRESS = Text("请填写工单接口的网址", "Give the address that answers work orders")
_BAD_KIND = Text(
    "立案的诉求类型里有“{word}”；只能是 {known}", "The kinds that become cases name “{word}”; use some of {known}"
)
_LIVE = Text("工单正常到达", "Work orders arrive")
_FOUND = Text(
    "可用：读到 {orders} 件工单，其中 {calls} 件可立案",
    "It works: {orders} work orders were read, {calls} can become cases",
)
_NOTHING_READ = Text(
    "接口有 {orders} 件工单，但没有一件可用；请核对字段对照表",
    "The address has {orders} work orders, but none can be used; check the mapping",
)
_TOO_LONG = Text("一次超过 {limit} 页，其余下次再读", "There are more than {limit} pages; the rest is read next time")
_BROKEN = Text("回应无法使用：{reason}", "An answer cannot be used: {reason}")
_ELSEWHERE = Text(
    "热线已自行办结或只是咨询的工单不立案", "Work orders that the hotline finished itself become no cases"
)


class Source:
    """A hotline with the settings of `manifest.toml`."""

    def __init__(self, settings: Mapping[str, object]) -> None:
        self._settings = settings
        self._url = str(settings.get("url") or "")
        if not self._url:
            raise SourceRefused(_NO_ADDRESS)
        self._orders = str(settings.get("orders_path") or "")
        self._cursor_path = str(settings.get("cursor_path") or "")
        self._cursor_name = str(settings.get("cursor_parameter") or "")
        self._interval_s = float(str(settings.get("interval_s") or 30))
        self._first_ms = round(float(str(settings.get("first_hours") or 24)) * 3_600_000)
        self._overlap_ms = round(float(str(settings.get("overlap_min") or 60)) * 60_000)
        self._kinds = _kinds(str(settings.get("kinds") or "help complaint accusation suggestion"))
        self._reading = Reading(
            tables=tables_with(str(settings.get("mapping_file") or "")),
            utc_offset_h=float(str(settings.get("utc_offset_h") or 8)),
            datum=cast(Datum, str(settings.get("datum") or "wgs84")),
        )
        self._mark = ("", "")  # an address and what its answer was marked with
        self._cursor = ""
        self._newest_ms = 0
        self._known: OrderedDict[str, Call] = OrderedDict()

    async def run(self, world: World) -> None:
        """File what is new, for ever. Raises `SourceFailed` when the address cannot be used."""
        while True:
            why: Text | None = None
            for _ in range(MOST_PAGES):
                found = await self._next(world)
                if found is None:
                    break
                why = await self._file(found, world) or why
                is_last = found.cursor in ("", self._cursor) or not found.orders
                self._cursor = found.cursor
                if is_last:
                    break
            else:
                world.count("long_answers", 1, _TOO_LONG.with_values(limit=MOST_PAGES))
            world.say("degraded" if why else "live", why or _LIVE)
            await world.sleep(self._interval_s)

    async def test(self, world: World) -> Text:
        """Ask once and say what was found."""
        found = await self._next(world) or Page(orders=(), cursor="")
        calls = [call for order in found.orders if (call := call_of(order, self._reading, world.now_ms())[0])]
        if found.orders and not calls:
            raise SourceRefused(_NOTHING_READ.with_values(orders=len(found.orders)))
        cases = sum(self._is_wanted(call) for call in calls)
        return _FOUND.with_values(orders=len(found.orders), calls=cases)

    async def _next(self, world: World) -> Page | None:
        """Return the next page, None when nothing is new."""
        address = self._address(world.now_ms())
        headers = {"If-None-Match": self._mark[1]} if self._mark[1] and self._mark[0] == address else {}
        name, secret = str(self._settings.get("key_header") or ""), secret_of(world, self._settings, "token")
        if name and secret:
            headers[name] = f"Bearer {secret}" if name.lower() == "authorization" else secret
        answer = await world.fetch(address, headers)
        if answer.status == 304:
            world.count("unchanged")
            return None
        world.count("frames")
        found = self._read(answer, world)
        self._mark = (address, answer.headers.get("etag", ""))
        return found

    def _read(self, answer: Fetched, world: World) -> Page:
        try:
            return page(answer.body, self._orders, self._cursor_path)
        except FrameBroken as error:
            words = _BROKEN.with_values(reason=error.message)
            world.count("bad_answers", 1, words)
            raise SourceFailed(words) from error

    def _address(self, now_ms: int) -> str:
        """Return the address with the moment and the cursor from which on work orders are wanted."""
        since_ms = (self._newest_ms or now_ms - self._first_ms + self._overlap_ms) - self._overlap_ms
        local = datetime.fromtimestamp(since_ms / 1000, UTC) + timedelta(hours=self._reading.utc_offset_h)
        address = self._url.replace(SINCE, quote(local.strftime("%Y-%m-%d %H:%M:%S")))
        if not self._cursor or not self._cursor_name:
            return address
        parts = urlsplit(address)
        asked = [(key, value) for key, value in parse_qsl(parts.query) if key != self._cursor_name]
        return urlunsplit(parts._replace(query=urlencode([*asked, (self._cursor_name, self._cursor)])))

    async def _file(self, found: Page, world: World) -> Text | None:
        """File the calls of a page that are new, or changed; return why some became no cases."""
        calls: list[Call] = []
        for order in found.orders:
            call, problems = call_of(order, self._reading, world.now_ms())
            for problem in problems:
                world.count(problem.what, 1, problem.why)
            if call is None:
                continue
            world.count("calls")
            self._newest_ms = max(self._newest_ms, call.at_ms)
            if self._known.get(call.number) == call:
                world.count("duplicates")
            elif self._is_old(call, world.now_ms()):
                world.count("old_calls")
            elif not self._is_wanted(call):
                world.count("answered_there", 1, _ELSEWHERE)
            else:
                calls.append(call)
        why = await world.file(calls) if calls else None
        for call in calls:
            self._remember(call)
        return why

    def _is_wanted(self, call: Call) -> bool:
        is_ours = call.stage not in FINISHED or call.number in self._known or call.call_back is not None
        return call.kind in self._kinds and is_ours

    def _is_old(self, call: Call, now_ms: int) -> bool:
        """Say whether a call is from before this source began; what the hotline heard since on ringing back is not."""
        is_new = call.number not in self._known and call.call_back is None
        return is_new and call.at_ms < now_ms - self._first_ms

    def _remember(self, call: Call) -> None:
        self._known[call.number] = call
        self._known.move_to_end(call.number)
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)


def _kinds(written: str) -> frozenset[str]:
    """Return kinds by our words or by the hotline's. Raises `SourceRefused`."""
    by_title = {title.zh: kind for kind, title in CALL_KIND_TITLES.items()}
    words = written.replace("、", " ").replace(",", " ").split()
    kinds = {by_title.get(word, word) for word in words}
    for word in words:
        if by_title.get(word, word) not in CALL_KINDS:
            raise SourceRefused(_BAD_KIND.with_values(word=word[:30], known=" ".join(CALL_KINDS)))
    return frozenset(kinds)
