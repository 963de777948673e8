"""Names for cases that were never reported: the streets of a district, its departments, classes and roads.

Codes and names of streets are those of the statistical division codes; who works where is invented.
"""

from sanping.wire.cases import AreaRow, ClassRow, DepartmentRow, Governance, SourceRow

STREETS: tuple[tuple[str, str, str, float, float, tuple[str, ...]], ...] = (
    ("310107005", "曹杨新村街道", "Caoyang", 121.405, 31.240, ("兰溪路", "梅岭北路", "枫桥路")),
    ("310107014", "长风新村街道", "Changfeng", 121.394, 31.225, ("云岭东路", "大渡河路", "金沙江路")),
    ("310107015", "长寿路街道", "Changshou Road", 121.435, 31.243, ("长寿路", "昌化路", "莫干山路")),
    ("310107016", "甘泉路街道", "Ganquan Road", 121.429, 31.262, ("甘泉路", "延长西路", "志丹路")),
    ("310107017", "石泉路街道", "Shiquan Road", 121.418, 31.252, ("石泉路", "岚皋路", "铜川路")),
    ("310107020", "宜川路街道", "Yichuan Road", 121.437, 31.257, ("宜川路", "中山北路", "交通路")),
    ("310107021", "万里街道", "Wanli", 121.404, 31.268, ("新村路", "真华路", "富平路")),
    ("310107022", "真如镇街道", "Zhenru", 121.402, 31.252, ("真北路", "兰溪路", "北石路")),
    ("310107102", "长征镇", "Changzheng", 121.378, 31.240, ("怒江北路", "祁连山南路", "真光路")),
    ("310107103", "桃浦镇", "Taopu", 121.358, 31.276, ("武威路", "绿杨路", "古浪路")),
)
DEPARTMENTS: tuple[tuple[str, str, str], ...] = (
    ("city_appearance", "区绿化市容局", "City appearance"),
    ("water", "区水务管理所", "Water"),
    ("enforcement", "城管执法局", "Enforcement"),
    ("roads", "市政养护中心", "Roads"),
    ("construction", "区建设管理委", "Construction"),
    ("property", "房屋管理局", "Housing"),
    ("traffic", "交警支队", "Traffic police"),
    ("street_teams", "街镇综合队", "Street teams"),
)
CLASSES: tuple[tuple[str, str, str, int, str], ...] = (
    ("0102", "暴露垃圾", "Exposed garbage", 22, "city_appearance"),
    ("0104", "道路不洁", "Dirty road", 12, "city_appearance"),
    ("0105", "水域不洁", "Dirty water", 11, "water"),
    ("0106", "绿地脏乱", "Untidy greenery", 8, "city_appearance"),
    ("0101", "违法搭建", "Illegal construction", 7, "enforcement"),
    ("0103", "积存渣土", "Piled-up spoil", 5, "construction"),
    ("0201", "非法小广告", "Flyposting", 9, "street_teams"),
    ("0301", "施工扰民", "Noise of works", 8, "construction"),
    ("0302", "工地扬尘", "Dust of works", 5, "construction"),
    ("0401", "占道经营", "Street vending", 13, "enforcement"),
    ("0402", "机动车乱停", "Parking", 14, "traffic"),
    ("0403", "共享单车堆积", "Heaps of bicycles", 10, "street_teams"),
    ("0501", "道路积水", "Flooded road", 4, "water"),
    ("0502", "路面塌陷", "Sinkhole", 2, "roads"),
    ("0601", "路灯不亮", "Street light out", 6, "roads"),
    ("0602", "外墙脱落", "Loose facade", 3, "property"),
)
MAJORS = (("01", "市容环境", "City appearance"), ("02", "宣传广告", "Advertising"),
          ("03", "施工管理", "Construction sites"), ("04", "街面秩序", "Street order"),
          ("05", "突发事件", "Emergencies"), ("06", "其他", "Other"))  # fmt: skip
SOURCES: tuple[tuple[str, str, str, int], ...] = (
    ("hotline_12345", "12345 热线", "Hotline 12345", 30),
    ("collector", "网格员上报", "Grid workers", 34),
    ("camera", "视频智能发现", "Cameras", 16),
    ("rule", "规则智能发现", "Rules", 8),
    ("public", "公众上报", "Public", 9),
    ("higher_level", "领导交办", "Higher level", 2),
    ("media", "媒体关注", "Media", 1),
)
CELLS_A_STREET = 14


def invented_tables() -> Governance:
    """Return the tables of a district that does not exist."""
    streets = tuple(AreaRow(code=code, level="street", parent="310107", name_zh=zh, name_en=en)
                    for code, zh, en, *_ in STREETS)  # fmt: skip
    cells = tuple(
        AreaRow(code=f"{code}001{n:03}", level="cell", parent=f"{code}001", name_zh=f"{zh}第 {n} 网格",
                name_en=f"{en} cell {n}")
        for code, zh, en, *_ in STREETS
        for n in range(1, CELLS_A_STREET + 1)
    )  # fmt: skip
    county = AreaRow(code="310107", level="county", parent="31", name_zh="普陀区", name_en="Putuo")
    return Governance(
        areas=(county, *streets, *cells),
        classes=tuple(ClassRow(kind="event", code=code, name_zh=zh, name_en=en)
                      for code, zh, en in (*MAJORS, *((code, zh, en) for code, zh, en, *_ in CLASSES))),
        departments=tuple(DepartmentRow(id=key, name_zh=zh, name_en=en) for key, zh, en in DEPARTMENTS),
        sources=tuple(SourceRow(key=key, title_zh=zh, title_en=en) for key, zh, en, _ in SOURCES),
    )  # fmt: skip
