"""A public warning as CAP 1.2 (GB/T 35965.1) carries it, with the places it is for."""

from typing import Literal

import msgspec

from sanping.domain.alarm import AlarmColour
from sanping.domain.label import LOWEST, Label

NoticeStatus = Literal["actual", "exercise", "system", "test", "draft"]
NoticeKind = Literal["alert", "update", "cancel", "ack", "error"]


class NoticeArea(msgspec.Struct, frozen=True, kw_only=True):
    """Where a notice holds: closed rings of (longitude, latitude) in degrees, circles with a radius in km, codes."""

    name: str
    polygons: tuple[tuple[tuple[float, float], ...], ...] = ()
    circles: tuple[tuple[float, float, float], ...] = ()
    codes: tuple[str, ...] = ()


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One warning.

    `identifier` with `sender` and `sent_ms` names it; `references` name those it replaces or ends. `colour` is None
    where the sender gave no severity. Times are milliseconds since 1970 UTC, 0 where not given. Only a notice whose
    `status` is "actual" may trigger anything; every other one is shown with a watermark. What is published is public;
    what another site tells this one has the `label` that it has there.
    """

    identifier: str
    sender: str
    sent_ms: int
    status: NoticeStatus
    kind: NoticeKind
    event: str
    colour: AlarmColour | None
    headline_zh: str
    headline_en: str = ""
    description_zh: str = ""
    description_en: str = ""
    instruction_zh: str = ""
    instruction_en: str = ""
    sender_name: str = ""
    urgency: str = "Unknown"
    certainty: str = "Unknown"
    effective_ms: int = 0
    onset_ms: int = 0
    expires_ms: int = 0
    areas: tuple[NoticeArea, ...] = ()
    references: tuple[str, ...] = ()
    source: str = ""
    is_simulated: bool = False
    label: Label = LOWEST

    @property
    def key(self) -> str:
        """How references name it."""
        return f"{self.sender},{self.identifier}"
