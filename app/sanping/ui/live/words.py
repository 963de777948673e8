"""How values, ages and states are written on the panels."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from math import isnan
from types import MappingProxyType

from sanping.domain.observation import Observation, Origin, QualityCode
from sanping.domain.quantity import quantity
from sanping.domain.station import StationKind
from sanping.domain.text import Text

MISSING = "—"
SIMULATED = Text("模拟", "Simulated")
SIMULATED_SHORT = Text("模拟", "Sim.")
JUST_NOW = Text("刚刚", "now")
SECONDS = Text("{count} 秒前", "{count} s ago")
MINUTES = Text("{count} 分钟前", "{count} min ago")
HOURS = Text("{count} 小时前", "{count} h ago")
DAYS = Text("{count} 天前", "{count} d ago")
AHEAD = Text("时钟超前", "clock ahead")
QUALITY: Mapping[QualityCode, Text] = MappingProxyType(
    {
        "good": Text("正常", "good"),
        "suspect": Text("可疑", "suspect"),
        "maintenance": Text("维护", "maintenance"),
        "bad": Text("故障", "faulty"),
        "missing": Text("缺测", "missing"),
    }
)
ORIGIN: Mapping[Origin, Text] = MappingProxyType(
    {
        "live": Text("实时", "live"),
        "late": Text("补传", "late"),
        "retained": Text("保留", "retained"),
        "replay": Text("回放", "replay"),
    }
)
KIND: Mapping[StationKind, Text] = MappingProxyType(
    {
        "level": Text("水位", "Level"),
        "flow": Text("流量", "Flow"),
        "rain": Text("雨量", "Rain"),
        "quality": Text("水质", "Quality"),
        "pump": Text("泵站", "Pump"),
        "sluice": Text("水闸", "Sluice"),
        "outfall": Text("排口", "Outfall"),
        "camera": Text("视频", "Camera"),
        "weather": Text("气象", "Weather"),
        "system": Text("业务系统", "System"),
        "device": Text("物联设备", "Device"),
        "area": Text("区域", "Area"),
        "site": Text("场所", "Site"),
        "part": Text("部位", "Part"),
    }
)

SHORT_EN: Mapping[str, str] = MappingProxyType(
    {
        "dissolved_oxygen": "DO",
        "permanganate_index": "CODMn",
        "ammonia_nitrogen": "NH₃-N",
        "total_phosphorus": "TP",
        "total_nitrogen": "TN",
        "volatile_phenol": "Phenol",
        "anionic_surfactant": "LAS",
        "faecal_coliform": "Coliform",
    }
)
DATUMS: Mapping[str, Text] = MappingProxyType(
    {
        "吴淞高程": Text("吴淞高程", "Wusong"),
        "1985国家高程基准": Text("1985国家高程基准", "1985 National"),
        "1956黄海高程": Text("1956黄海高程", "1956 Yellow Sea"),
    }
)
NO, YES = Text("否", "no"), Text("是", "yes")
FLAGS = frozenset({"is_online", "mains_lost", "battery_low", "door_open", "level_alarm", "flow_alarm", "quality_alarm"})


def short(code: str) -> Text:
    """Return the name of a quantity for narrow places: the usual symbol in English."""
    title = quantity(code).title
    return Text(title.zh, SHORT_EN.get(code, title.en))


def datum(name: str) -> Text:
    """Return the name of a height datum."""
    return DATUMS.get(name, Text(name, name))


def said(reading: Observation) -> Text:
    """Return the value without its unit; a flag as yes or no."""
    if reading.quantity in FLAGS and not isnan(reading.value):
        return YES if reading.value else NO
    return Text(number(reading), number(reading))


def number(reading: Observation | None) -> str:
    """Return the value with its quantity's decimals, a dash for none or a missing one."""
    if reading is None or isnan(reading.value):
        return MISSING
    return f"{reading.value:.{quantity(reading.quantity).decimals}f}"


def value(reading: Observation | None) -> str:
    """Return the value with its unit."""
    if reading is None or isnan(reading.value):
        return MISSING
    return f"{number(reading)} {quantity(reading.quantity).unit}".strip()


def age(event_ms: int, now_ms: int) -> Text:
    """Return how long ago something was."""
    seconds = (now_ms - event_ms) // 1000
    if seconds < -60:
        return AHEAD
    steps = ((10, 1, JUST_NOW), (60, 1, SECONDS), (7200, 60, MINUTES), (172_800, 3600, HOURS))
    for bound, unit, words in steps:
        if seconds < bound:
            return words.with_values(count=max(0, seconds) // unit)
    return DAYS.with_values(count=seconds // 86_400)


def clock(event_ms: int, zone: tzinfo | None) -> str:
    """Return date and time of a moment where the twin lies."""
    return datetime.fromtimestamp(event_ms / 1000, zone).strftime("%m-%d %H:%M:%S")
