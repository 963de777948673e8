"""Attribute keys and class words that cities use, in both languages, and how their values are written."""

from types import MappingProxyType

from sanping.commands.ifc_class_words import ifc_class_words
from sanping.domain.city import SurfaceKind
from sanping.domain.text import Language, Text

KEYS: MappingProxyType[str, Text] = MappingProxyType(
    {
        "name": Text("名称", "Name"),
        "name_en": Text("英文名", "English name"),
        "address": Text("地址", "Address"),
        "addr": Text("地址", "Address"),
        "addr:street": Text("道路", "Street"),
        "addr:housenumber": Text("门牌号", "House number"),
        "addr:city": Text("城市", "City"),
        "addr:postcode": Text("邮编", "Postcode"),
        "street": Text("街道", "Street"),
        "height": Text("高度", "Height"),
        "height_m": Text("高度（m）", "Height (m)"),
        "measuredHeight": Text("实测高度（m）", "Measured height (m)"),
        "storeys": Text("层数", "Storeys"),
        "storeysAboveGround": Text("地上层数", "Storeys above ground"),
        "storeysBelowGround": Text("地下层数", "Storeys below ground"),
        "storeyHeightsAboveGround": Text("地上层高（m）", "Storey heights above ground (m)"),
        "building:levels": Text("层数", "Storeys"),
        "levels": Text("层数", "Storeys"),
        "function": Text("功能", "Function"),
        "usage": Text("用途", "Usage"),
        "use": Text("用途", "Use"),
        "class": Text("类别", "Class"),
        "kind": Text("类型", "Kind"),
        "type": Text("类型", "Type"),
        "roofType": Text("屋顶类型", "Roof type"),
        "roof_type": Text("屋顶类型", "Roof type"),
        "yearOfConstruction": Text("建成年份", "Year of construction"),
        "yearOfDemolition": Text("拆除年份", "Year of demolition"),
        "year": Text("建成年份", "Year built"),
        "year_built": Text("建成年份", "Year built"),
        "oorspronkelijkbouwjaar": Text("建成年份", "Year of construction"),
        "creationDate": Text("创建日期", "Creation date"),
        "terminationDate": Text("终止日期", "Termination date"),
        "area": Text("面积", "Area"),
        "area_m2": Text("面积（m²）", "Area (m²)"),
        "floor_area_m2": Text("建筑面积（m²）", "Floor area (m²)"),
        "footprint_m2": Text("基底面积（m²）", "Footprint (m²)"),
        "gross_floor_area_m2": Text("总建筑面积（m²）", "Gross floor area (m²)"),
        "gross_floor_area": Text("总建筑面积（m²）", "Gross floor area (m²)"),
        "grossFloorArea": Text("总建筑面积（m²）", "Gross floor area (m²)"),
        "population": Text("人口", "Population"),
        "residents": Text("居住人口", "Residents"),
        "households": Text("户数", "Households"),
        "owner": Text("权属", "Owner"),
        "material": Text("材料", "Material"),
        "structure": Text("结构", "Structure"),
        "status": Text("状态", "Status"),
        "district": Text("区", "District"),
        "subdistrict": Text("街道", "Subdistrict"),
        "street_town": Text("街镇", "Street or town"),
        "community": Text("居委", "Community"),
        "grid": Text("网格", "Grid cell"),
        "grid_code": Text("网格编码", "Grid cell code"),
        "code": Text("编码", "Code"),
        "width_m": Text("宽度（m）", "Width (m)"),
        "length_m": Text("长度（m）", "Length (m)"),
        "level": Text("层级", "Level"),
        "level_m": Text("水位（m）", "Water level (m)"),
        "lanes": Text("车道数", "Lanes"),
        "rank": Text("等级", "Rank"),
        "synthetic": Text("模拟数据", "Synthetic"),
        "is_synthetic": Text("模拟数据", "Synthetic"),
        "source": Text("来源", "Source"),
        "capacity_m3_s": Text("流量（m³/s）", "Capacity (m³/s)"),
        "span_m": Text("跨径（m）", "Span (m)"),
        "river": Text("河道", "River"),
        "roof_height_m": Text("屋顶高（m）", "Roof height (m)"),
        "eaves_m": Text("檐高（m）", "Eaves height (m)"),
        "style": Text("风格", "Style"),
        "group": Text("组", "Group"),
        "ward": Text("片区", "Ward"),
        "ifc_class": Text("IFC 类别", "IFC class"),
        "class_code": Text("类别代码", "Class code"),
        "state": Text("状态", "State"),
        "competent_dept": Text("主管部门", "Competent department"),
        "owner_dept": Text("权属单位", "Owner"),
        "maintainer_dept": Text("养护单位", "Maintainer"),
        "device": Text("监测设备", "Device"),
        "opened": Text("启用年份", "Opened"),
    }
)

CLASSES: MappingProxyType[str, Text] = MappingProxyType(
    {
        "Building": Text("建筑", "Building"),
        "BuildingPart": Text("建筑部分", "Building part"),
        "BuildingInstallation": Text("建筑附属物", "Building installation"),
        "Bridge": Text("桥梁", "Bridge"),
        "BridgePart": Text("桥梁部分", "Bridge part"),
        "BridgeConstructionElement": Text("桥梁构件", "Bridge element"),
        "BridgeConstructiveElement": Text("桥梁构件", "Bridge element"),
        "BridgeInstallation": Text("桥梁附属物", "Bridge installation"),
        "Tunnel": Text("隧道", "Tunnel"),
        "Road": Text("道路", "Road"),
        "Railway": Text("铁路", "Railway"),
        "TransportSquare": Text("广场", "Square"),
        "WaterBody": Text("水体", "Water body"),
        "LandUse": Text("用地", "Land use"),
        "PlantCover": Text("植被", "Plant cover"),
        "SolitaryVegetationObject": Text("树木", "Tree"),
        "CityFurniture": Text("城市设施", "City furniture"),
        "GenericCityObject": Text("其他对象", "Other object"),
        "TINRelief": Text("地形", "Terrain"),
        "OtherConstruction": Text("构筑物", "Other construction"),
        "monitoring_station": Text("监测站", "Monitoring station"),
        "pump": Text("泵站", "Pumping station"),
        "sluice": Text("水闸", "Sluice"),
        "camera": Text("摄像机", "Camera"),
        "express": Text("快速路", "Expressway"),
        "arterial": Text("主干路", "Arterial road"),
        "collector": Text("次干路", "Collector road"),
        "local": Text("支路", "Local road"),
        "lane": Text("里弄", "Lane"),
        "buildings": Text("建筑", "Building"),
        "bridges": Text("桥梁", "Bridge"),
        "water": Text("水体", "Water"),
        "roads": Text("道路", "Road"),
        "green": Text("绿地", "Green space"),
        "places": Text("地名", "Place"),
        "facilities": Text("设施", "Facility"),
        "grid": Text("网格", "Grid cell"),
        "lines": Text("管线", "Line"),
        "terrain": Text("地形", "Terrain"),
        "residential": Text("住宅", "Residential"),
        "commercial": Text("商业", "Commercial"),
        "office": Text("办公", "Office"),
        "industrial": Text("工业", "Industrial"),
        "public": Text("公共", "Public"),
        "school": Text("学校", "School"),
        "hospital": Text("医院", "Hospital"),
        "education": Text("教育", "Education"),
        "medical": Text("医疗", "Medical"),
        "culture": Text("文化", "Culture"),
        "sport": Text("体育", "Sport"),
        "temple": Text("宗教", "Religion"),
        "hotel": Text("酒店", "Hotel"),
        "river": Text("河流", "River"),
        "creek": Text("河浜", "Creek"),
        "lake": Text("湖泊", "Lake"),
        "channel": Text("河道", "Channel"),
        "pitch": Text("运动场", "Sports pitch"),
        "campus": Text("校园", "Campus"),
        "pond": Text("水塘", "Pond"),
        "park": Text("公园", "Park"),
        "riverside": Text("滨水绿带", "Riverside green"),
        "lawn": Text("草坪", "Lawn"),
        "square": Text("广场", "Square"),
        "wood": Text("林地", "Wood"),
        "courtyard": Text("宅间绿地", "Courtyard green"),
        "street": Text("街旁绿地", "Street green"),
        "landmark": Text("地标", "Landmark"),
        "district": Text("片区", "District"),
        "mixed": Text("综合", "Mixed use"),
    }
)

SURFACES: MappingProxyType[SurfaceKind, Text] = MappingProxyType(
    {
        SurfaceKind.UNKNOWN: Text("未分类面", "Unclassified"),
        SurfaceKind.GROUND: Text("底面", "Ground"),
        SurfaceKind.WALL: Text("墙面", "Wall"),
        SurfaceKind.ROOF: Text("屋面", "Roof"),
        SurfaceKind.OUTER_FLOOR: Text("外露楼面", "Outer floor"),
        SurfaceKind.OUTER_CEILING: Text("外露顶棚", "Outer ceiling"),
        SurfaceKind.CLOSURE: Text("封闭面", "Closure"),
        SurfaceKind.WINDOW: Text("窗", "Window"),
        SurfaceKind.DOOR: Text("门", "Door"),
        SurfaceKind.INTERIOR: Text("室内面", "Interior"),
        SurfaceKind.WATER: Text("水面", "Water"),
        SurfaceKind.TRAFFIC: Text("行车面", "Traffic"),
        SurfaceKind.AUXILIARY_TRAFFIC: Text("附属交通面", "Auxiliary traffic"),
        SurfaceKind.OTHER: Text("其他面", "Other"),
    }
)


def key_words(key: str) -> Text:
    """Return the words for an attribute key; the key itself where none are known."""
    return KEYS.get(key, Text(key, key))


def class_words(name: str) -> Text:
    """Return the words for a class or kind; the name itself where none are known."""
    return known_class(name) or Text(name, name)


def known_class(name: str) -> Text | None:
    """Return the words for a class or kind, None where none are known."""
    return CLASSES.get(name) or ifc_class_words(name)


def value_words(value: object, language: Language) -> str:
    """Write an attribute value for a person."""
    if isinstance(value, bool):
        return Text("是", "yes").in_language(language) if value else Text("否", "no").in_language(language)
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, str):
        return class_words(value).in_language(language)
    if isinstance(value, list | tuple):
        return ", ".join(value_words(item, language) for item in value)
    return str(value)
