"""What is known about a live source: its state, its counts, its grade."""

from typing import Literal

import msgspec

from sanping.domain.text import Text

SourceState = Literal["configured", "connecting", "live", "degraded", "retrying", "auth_failed", "disabled"]

STORE = "store"  # the name under which the hub's own history is told of
BACKUP, DISK = "backup", "disk"  # the names under which failed backups and full disks are told of
CASES = "cases"  # the name under which it is told that a twin cannot govern by its tables
NOT_TRUSTED = Text(
    "尚未信任该孪生，数据源未启动；请确认来源可靠后选择“信任”",
    "The twin is not trusted yet, so no source runs; choose “trust” once you know where it comes from",
)


class SourceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One source now.

    `why_zh`, `why_en` say in one sentence why it is in this state. `counts` are totals since it started: "frames",
    "observations", "bad_crc", "bad_length", "unknown_station", "unknown_code", "duplicates", "late", "garbage_bytes" …;
    "corrections" are rows that said something else of a moment that was known, and hold since. `last_ms` is when it
    last delivered (0: never), `retry_ms` when it will try again (0: not waiting).
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


def waits_for_trust(status: SourceStatus) -> bool:
    """Say whether a source has not begun because nobody has said yet that its twin is trusted."""
    return status.state == "configured" and status.why_en == NOT_TRUSTED.en
