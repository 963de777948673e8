"""The quantities that stations measure: codes, names, units and the decimals they are shown with.

Units follow GB 3838, SL 651 and HJ 212 after conversion: a source converts to the unit written here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from sanping.domain.text import Text

QuantityGroup = Literal["level", "flow", "rain", "quality", "device", "weather", "city"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """What is measured; `unit` is empty for a number without dimension."""

    code: str
    title: Text
    unit: str
    decimals: int
    group: QuantityGroup


def _table(group: QuantityGroup, *rows: tuple[str, str, str, str, int]) -> tuple[Quantity, ...]:
    return tuple(
        Quantity(code=code, title=Text(zh, en), unit=unit, decimals=decimals, group=group)
        for code, zh, en, unit, decimals in rows
    )


_ALL = (
    _table(
        "level",
        ("water_level", "水位", "Water level", "m", 2),
        ("level_above_gate", "闸上水位", "Level above gate", "m", 2),
        ("level_below_gate", "闸下水位", "Level below gate", "m", 2),
        ("groundwater_depth", "地下水埋深", "Groundwater depth", "m", 2),
    )
    + _table(
        "flow",
        ("flow", "流量", "Discharge", "m³/s", 2),
        ("velocity", "流速", "Velocity", "m/s", 2),
        ("outfall_flow", "排口流量", "Outfall flow", "L/s", 1),
    )
    + _table(
        "rain",
        ("rain", "时段雨量", "Rainfall", "mm", 1),
        ("rain_hour", "小时雨量", "Hourly rainfall", "mm", 1),
        ("rain_day", "日雨量", "Daily rainfall", "mm", 1),
        ("rain_total", "累计雨量", "Cumulative rainfall", "mm", 1),
    )
    + _table(
        "quality",
        ("water_temperature", "水温", "Water temperature", "°C", 1),
        ("ph", "pH", "pH", "", 2),
        ("dissolved_oxygen", "溶解氧", "Dissolved oxygen", "mg/L", 2),
        ("conductivity", "电导率", "Conductivity", "µS/cm", 0),
        ("turbidity", "浊度", "Turbidity", "NTU", 0),
        ("transparency", "透明度", "Transparency", "cm", 0),
        ("redox", "氧化还原电位", "Redox potential", "mV", 0),
        ("suspended_solids", "悬浮物", "Suspended solids", "mg/L", 0),
        ("permanganate_index", "高锰酸盐指数", "Permanganate index", "mg/L", 1),
        ("cod", "化学需氧量", "COD", "mg/L", 1),
        ("bod5", "五日生化需氧量", "BOD₅", "mg/L", 1),
        ("toc", "总有机碳", "TOC", "mg/L", 1),
        ("ammonia_nitrogen", "氨氮", "Ammonia nitrogen", "mg/L", 2),
        ("total_phosphorus", "总磷", "Total phosphorus", "mg/L", 3),
        ("total_nitrogen", "总氮", "Total nitrogen", "mg/L", 2),
        ("copper", "铜", "Copper", "mg/L", 4),
        ("zinc", "锌", "Zinc", "mg/L", 4),
        ("fluoride", "氟化物", "Fluoride", "mg/L", 2),
        ("selenium", "硒", "Selenium", "mg/L", 5),
        ("arsenic", "砷", "Arsenic", "mg/L", 5),
        ("mercury", "汞", "Mercury", "mg/L", 6),
        ("cadmium", "镉", "Cadmium", "mg/L", 5),
        ("chromium_6", "六价铬", "Chromium(VI)", "mg/L", 4),
        ("lead", "铅", "Lead", "mg/L", 5),
        ("cyanide", "氰化物", "Cyanide", "mg/L", 4),
        ("volatile_phenol", "挥发酚", "Volatile phenol", "mg/L", 4),
        ("petroleum", "石油类", "Petroleum", "mg/L", 3),
        ("anionic_surfactant", "阴离子表面活性剂", "Anionic surfactant", "mg/L", 3),
        ("sulfide", "硫化物", "Sulfide", "mg/L", 3),
        ("faecal_coliform", "粪大肠菌群", "Faecal coliform", "/L", 0),
        ("chlorophyll_a", "叶绿素a", "Chlorophyll a", "mg/L", 4),
        ("algae_density", "藻密度", "Algae density", "/L", 0),
        ("colour", "色度", "Colour", "°", 0),
    )
    + _table(
        "device",
        ("pumps_running", "开泵台数", "Pumps running", "", 0),
        ("gate_opening", "闸门开度", "Gate opening", "m", 2),
        ("gates_open", "开启孔数", "Gates open", "", 0),
        ("supply_voltage", "电源电压", "Supply voltage", "V", 2),
        ("signal_strength", "信号强度", "Signal strength", "dBm", 0),
        ("is_online", "在线", "Online", "", 0),
        ("mains_lost", "市电停电", "Mains lost", "", 0),
        ("battery_low", "电池欠压", "Battery low", "", 0),
        ("door_open", "箱门打开", "Cabinet door open", "", 0),
        ("level_alarm", "水位报警", "Level alarm", "", 0),
        ("flow_alarm", "流量报警", "Flow alarm", "", 0),
        ("quality_alarm", "水质报警", "Quality alarm", "", 0),
    )
    + _table(
        "weather",
        ("air_temperature", "气温", "Air temperature", "°C", 1),
        ("humidity", "湿度", "Humidity", "%", 0),
        ("pressure", "气压", "Air pressure", "hPa", 1),
        ("wind_speed", "风速", "Wind speed", "m/s", 1),
        ("wind_direction", "风向", "Wind direction", "°", 0),
        ("pm25", "PM2.5", "PM2.5", "µg/m³", 0),
        ("pm10", "PM10", "PM10", "µg/m³", 0),
        ("noise", "噪声", "Noise", "dB(A)", 1),
    )
    + _table(
        "city",
        ("speed", "速度", "Speed", "km/h", 1),
        ("mean_speed", "平均速度", "Mean speed", "km/h", 1),
        ("movers_online", "在线", "Online", "", 0),
        ("movers_moving", "行驶中", "Moving", "", 0),
        ("movers_alarming", "报警", "Alarming", "", 0),
        ("position_rate", "定位报文", "Positions", "/s", 0),
    )
)

QUANTITIES: Mapping[str, Quantity] = MappingProxyType({quantity.code: quantity for quantity in _ALL})


_DECLARED: dict[str, Quantity] = {}


def declare(quantities: Iterable[Quantity]) -> None:
    """Make the quantities that a twin adds known to this program; a code of the table above keeps its meaning."""
    _DECLARED.update({quantity.code: quantity for quantity in quantities if quantity.code not in QUANTITIES})


def quantity(code: str) -> Quantity:
    """Return what is known of a code; an unlisted one is shown by its code, without a unit."""
    known = QUANTITIES.get(code) or _DECLARED.get(code)
    return known or Quantity(code=code, title=Text(code, code), unit="", decimals=3, group="device")
