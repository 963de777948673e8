"""A hub that was told to stop ends within seconds, whatever its disk does, and says what it could not save."""

import logging
import os
import sys
import threading
from typing import Protocol

from sanping.domain.text import Text
from sanping.hub.event_keeper import EventKeeper
from sanping.hub.ledger import Ledger

END_WITHIN_S = 8.0
ENDED_LATE = 74
"""The status of a program that could not write (`EX_IOERR` of sysexits)."""

_UNSAVED = Text(
    "停止时未能保存：{rows} 行未确认的观测（数据源会重发），{events} 条事件；{why}",
    "Not saved at the stop: {rows} rows of observations, which were not acknowledged and will be sent again, and "
    "{events} events; {why}",
)
_LATE = Text("存储在 {seconds} 秒内没有结束", "the stores did not end within {seconds} s")
_STUCK = Text(
    "中枢在 {seconds} 秒内没有停下，已强行结束；它没有自己的存储，未确认的内容会重发",
    "The hub did not stop within {seconds} s and was ended; it has no stores, and what was not acknowledged is sent "
    "again",
)
_log = logging.getLogger(__name__)


class Stopping(Protocol):
    """What of a hub tells what it still holds."""

    ledger: Ledger
    events: EventKeeper


class Ending:
    """Ends this process `within_s` after `begin` unless it is `over` before; whatever still writes is left alone.

    0 means `END_WITHIN_S`. `is_stopped` is set once the hub has stopped by itself: until then its threads keep the
    process alive.
    """

    def __init__(self, within_s: float = 0.0) -> None:
        self.is_stopped = False
        self._within_s = within_s = within_s or END_WITHIN_S
        self._hub: Stopping | None = None
        self._timer = threading.Timer(within_s, self._end)
        self._timer.daemon = True

    def begin(self, hub: Stopping | None = None) -> None:
        """Let the time run for a hub, None for one without stores of its own."""
        self._hub = hub
        self._timer.start()

    def over(self) -> None:
        """Nothing of the hub runs any more: say what could not be saved, if anything. Where it does, time goes on."""
        if not self.is_stopped:
            return
        self._timer.cancel()
        if self._timer.is_alive():
            self._timer.join()  # a thread that ends after the interpreter keeps the hub with its stores alive till then
        if self._hub is None:
            return
        trouble = self._hub.ledger.trouble
        if self._hub.ledger.rows_waiting or self._hub.events.held_back:
            self._tell(self._hub, Text("", "") if trouble is None else trouble.message)

    def _end(self) -> None:
        seconds = f"{self._within_s:g}"
        if self._hub is None:
            _log.error("%s", _STUCK.with_values(seconds=seconds).en)
        else:
            self._tell(self._hub, _LATE.with_values(seconds=seconds))
        sys.stderr.flush()
        os._exit(ENDED_LATE)

    def _tell(self, hub: Stopping, why: Text) -> None:
        rows, events = hub.ledger.rows_waiting, len(hub.events.held_back)
        _log.error("%s", _UNSAVED.with_values(rows=rows, events=events, why=why).en)
