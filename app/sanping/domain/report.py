"""A report from the street: what somebody saw, where and when, in words and with a photo."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from sanping.domain.label import LOWEST, Label
from sanping.domain.text import Text

ReportCategory = Literal["floating", "colour", "outfall", "bank", "flooding", "facility", "road", "other"]
CATEGORIES: Mapping[ReportCategory, Text] = MappingProxyType(
    {
        "floating": Text("水面漂浮物", "Floating litter"),
        "colour": Text("水体异色异味", "Water colour or smell"),
        "outfall": Text("排口异常排放", "Outfall discharging"),
        "bank": Text("堤防护栏损坏", "Bank or railing damaged"),
        "flooding": Text("积水内涝", "Street flooding"),
        "facility": Text("泵闸站点故障", "Pump, gate or station fault"),
        "road": Text("道路与市容", "Road and street"),
        "other": Text("其他", "Other"),
    }
)
LONGEST_WORDS = 500


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One report.

    `id` is the `op` of the command that filed it, `time_ms` when it was seen (UTC), `received_ms` when the hub took it.
    `lon` and `lat` are degrees in WGS 84, `x_m` and `y_m` the same place in the twin's CRS, all None when nobody said
    where. `photo` names a picture the hub keeps, ""
    for none. `by` is the screen that filed it. `label` is that of the case it becomes, as the hub tells it.
    """

    id: str
    time_ms: int
    received_ms: int
    category: ReportCategory
    words: str
    lon: float | None = None
    lat: float | None = None
    photo: str = ""
    by: str = ""
    x_m: float | None = None
    y_m: float | None = None
    label: Label = LOWEST
