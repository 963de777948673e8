"""An alarm: a rule that was hit, with its evidence (ISA-18.2 states)."""

from typing import Literal

import msgspec

from sanping.domain.label import LOWEST, Label

AlarmColour = Literal["red", "orange", "yellow", "blue"]
AlarmState = Literal["active", "acknowledged", "returned", "shelved", "closed"]


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm.

    `id` is unique for ever; `rule` names the rule, `station` the place it was seen at, `group` joins alarms of one
    cause. "returned": the condition is gone but nobody has acknowledged it yet. `evidence` is the series that fired it,
    oldest first, as (event_ms, value). `shelved_until_ms` is 0 unless shelved. Texts are whole sentences. `label` is
    that of its station, as far as the hub tells it.
    """

    id: str
    rule: str
    station: str
    quantity: str
    colour: AlarmColour
    state: AlarmState
    title_zh: str
    title_en: str
    raised_ms: int
    changed_ms: int
    group: str = ""
    value: float = 0.0
    limit: float = 0.0
    unit: str = ""
    evidence: tuple[tuple[int, float], ...] = ()
    acknowledged_by: str = ""
    shelved_until_ms: int = 0
    proposes_case: bool = False
    is_simulated: bool = False
    label: Label = LOWEST
