"""What classes of IFC (ISO 16739-1) are called: Chinese for what buildings, roads, bridges and rails consist of."""

import re
from types import MappingProxyType

from sanping.domain.text import Text

_ZH: MappingProxyType[str, str] = MappingProxyType(
    {
        "Project": "项目", "Site": "场地", "Building": "建筑", "BuildingStorey": "楼层", "Space": "空间",
        "SpatialZone": "空间分区", "ExternalSpatialElement": "室外空间", "Zone": "分区", "Facility": "设施",
        "FacilityPart": "设施部分", "Bridge": "桥梁", "BridgePart": "桥梁部分", "Road": "道路", "RoadPart": "道路部分",
        "Railway": "铁路", "RailwayPart": "铁路部分", "MarineFacility": "港航设施", "MarinePart": "港航设施部分",
        "Wall": "墙", "WallStandardCase": "墙", "WallElementedCase": "组合墙", "CurtainWall": "幕墙", "Slab": "板",
        "SlabStandardCase": "板", "SlabElementedCase": "组合板", "Roof": "屋顶", "Beam": "梁", "BeamStandardCase": "梁",
        "Column": "柱", "ColumnStandardCase": "柱", "Member": "杆件", "MemberStandardCase": "杆件", "Plate": "板件",
        "PlateStandardCase": "板件", "Pile": "桩", "Footing": "基础", "DeepFoundation": "深基础",
        "CaissonFoundation": "沉箱基础", "Stair": "楼梯", "StairFlight": "梯段", "Ramp": "坡道", "RampFlight": "坡道段",
        "Railing": "栏杆", "Door": "门", "DoorStandardCase": "门", "Window": "窗", "WindowStandardCase": "窗",
        "Covering": "饰面", "Chimney": "烟囱", "ShadingDevice": "遮阳构件", "BuildingElement": "建筑构件",
        "BuiltElement": "建造构件", "BuildingElementProxy": "其他建筑构件", "BuildingElementPart": "构件部分",
        "BuildingElementComponent": "构件组成", "ElementAssembly": "构件组合", "OpeningElement": "洞口",
        "OpeningStandardCase": "洞口", "VoidingFeature": "挖空特征", "ProjectionElement": "凸出特征",
        "SurfaceFeature": "表面特征", "Bearing": "支座", "TendonConduit": "预应力孔道", "Tendon": "预应力筋",
        "TendonAnchor": "预应力锚具", "ReinforcingBar": "钢筋", "ReinforcingMesh": "钢筋网", "Fastener": "紧固件",
        "MechanicalFastener": "机械紧固件", "DiscreteAccessory": "附件", "VibrationIsolator": "隔振器",
        "VibrationDamper": "阻尼器", "ImpactProtectionDevice": "防撞装置", "Sign": "标志", "Signal": "信号机",
        "Course": "结构层", "Pavement": "路面", "Kerb": "路缘石", "EarthworksFill": "填方", "EarthworksCut": "挖方",
        "EarthworksElement": "土方", "ReinforcedSoil": "加筋土", "Rail": "钢轨", "TrackElement": "轨道部件",
        "MooringDevice": "系泊装置", "NavigationElement": "导航标志", "CivilElement": "土木构件",
        "GeographicElement": "地理要素", "GeotechnicalStratum": "地层", "Borehole": "钻孔", "Geomodel": "地质模型",
        "Furniture": "家具", "FurnishingElement": "家具陈设", "SystemFurnitureElement": "系统家具",
        "TransportElement": "运输设备", "TransportationDevice": "运输装置", "Vehicle": "车辆",
        "VirtualElement": "虚拟构件", "Annotation": "注释", "Grid": "轴网", "Alignment": "线路中线",
        "Referent": "里程标", "Port": "接口", "DistributionPort": "管线接口", "DistributionElement": "机电构件",
        "DistributionFlowElement": "流体管线构件", "DistributionControlElement": "控制构件",
        "DistributionChamberElement": "检查井", "FlowSegment": "管段", "FlowFitting": "管件", "FlowTerminal": "末端",
        "FlowController": "流量控制件", "FlowMovingDevice": "流体输送设备", "FlowStorageDevice": "储存设备",
        "FlowTreatmentDevice": "处理设备", "EnergyConversionDevice": "能量转换设备", "PipeSegment": "管道",
        "PipeFitting": "管道配件", "DuctSegment": "风管", "DuctFitting": "风管配件", "DuctSilencer": "消声器",
        "CableSegment": "线缆", "CableFitting": "线缆配件", "CableCarrierSegment": "桥架",
        "CableCarrierFitting": "桥架配件", "ConveyorSegment": "输送带", "Valve": "阀门", "Pump": "泵",
        "Fan": "风机", "Tank": "水箱", "Boiler": "锅炉",
        "Chiller": "冷水机组", "CoolingTower": "冷却塔", "HeatExchanger": "换热器", "AirTerminal": "风口",
        "AirTerminalBox": "末端风箱", "Damper": "风阀", "Filter": "过滤器", "UnitaryEquipment": "一体化设备",
        "SpaceHeater": "散热器", "SanitaryTerminal": "卫生器具", "WasteTerminal": "排水末端", "Interceptor": "隔油池",
        "FireSuppressionTerminal": "消防末端", "LightFixture": "灯具", "Lamp": "光源", "Outlet": "插座",
        "SwitchingDevice": "开关", "JunctionBox": "接线盒", "ElectricDistributionBoard": "配电箱",
        "ElectricAppliance": "电器", "ElectricGenerator": "发电机", "ElectricMotor": "电动机",
        "ElectricFlowStorageDevice": "蓄电设备", "Transformer": "变压器", "SolarDevice": "太阳能设备",
        "ProtectiveDevice": "保护装置", "CommunicationsAppliance": "通信设备", "AudioVisualAppliance": "音视频设备",
        "Sensor": "传感器", "Actuator": "执行器", "Controller": "控制器", "Alarm": "报警器", "FlowMeter": "流量计",
        "FlowInstrument": "仪表", "MedicalDevice": "医疗设备", "StackTerminal": "通气帽", "LiquidTerminal": "液体末端",
        "MobileTelecommunicationsAppliance": "移动通信设备", "Element": "构件", "Product": "产品",
    }
)  # fmt: skip
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*")


def ifc_class_words(name: str) -> Text | None:
    """Return the words for a class of IFC as "IfcWall", None for a name that is none; unknown ones are split up."""
    bare = name.removeprefix("Ifc")
    if bare == name or not bare[:1].isupper():
        return None
    parts = _WORDS.findall(bare) or [bare]
    english = " ".join([parts[0], *(part if part.isupper() else part.lower() for part in parts[1:])])
    return Text(_ZH.get(bare, english), english)
