"""What is known about a live source: its state, its counts, its grade."""

from typing import Literal

import msgspec

SourceState = Literal["configured", "connecting", "live", "degraded", "retrying", "auth_failed", "disabled"]


class SourceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One source now.

    `why_zh`, `why_en` say in one sentence why it is in this state. `counts` are totals since it started: "frames",
    "observations", "bad_crc", "bad_length", "unknown_station", "unknown_code", "duplicates", "late", "garbage_bytes" …
    `last_ms` is when it last delivered (0: never), `retry_ms` when it will try again (0: not waiting).
    """

    name: str
    adapter: str
    state: SourceState
    why_zh: str = ""
    why_en: str = ""
    since_ms: int = 0
    last_ms: int = 0
    retry_ms: int = 0
    counts: dict[str, int] = {}
    is_simulated: bool = False
