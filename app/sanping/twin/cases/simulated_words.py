"""What invented people write: words that fit the kind of work a case is about."""

import random
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from sanping.domain.case import Step

Work = Literal["clearing", "water", "cover", "lamp", "building", "road", "device", "data", "any"]

WORKS: Mapping[Work, tuple[str, ...]] = MappingProxyType(
    {
        "cover": ("井盖", "箅"),
        "lamp": ("路灯", "信号灯", "照明"),
        "building": ("搭建", "侵占", "占道"),
        "road": ("塌陷", "护栏", "标志牌", "路面"),
        "device": ("设施故障", "掉线", "设备"),
        "water": ("水域", "水质", "水位", "积水", "险情", "捕捞", "采砂", "排口", "溢流"),
        "clearing": ("垃圾", "渣土", "不洁", "脏乱", "果皮箱", "花坛", "行道树"),
        "data": ("数据", "滞后", "停产", "撮合", "核查", "督导", "拥堵", "结算", "缓慢", "响应", "补点", "滞留"),
    }
)
_OFFICE: Mapping[Step, tuple[str, ...]] = MappingProxyType(
    {
        "refute": ("现场未见所述问题", "到场时问题已消除"),
        "decline": ("不属于受理范围，已向来电人说明", "现场核实不属实"),
        "refuse_filing": ("不符合立案标准", "属物业内部事务，转请自治处理"),
        "reassign": ("职责范围不符，改派",),
        "return": ("不属我单位职责，请改派", "位置在辖区外，退回"),
        "ask_suspension": ("待产权单位确认，申请挂账", "须列入下月计划，申请挂账"),
        "refuse_request": ("理由不充分，请按期处置",),
        "ask_help": ("需贵单位配合处置", "请协助维持现场秩序"),
        "help_done": ("已到场配合完成",),
        "void": ("重复上报，作废",),
        "urge": ("已超时，请尽快处置", "请今日内反馈结果"),
    }
)
_FIELD: Mapping[Step, Mapping[Work, tuple[str, ...]]] = MappingProxyType(
    {
        "ask_extension": {
            "clearing": ("清运车辆调度中，申请延期", "量大，须分两次清运，申请延期"),
            "water": ("连续降雨水位偏高，无法作业，申请延期", "需协调打捞船，申请延期"),
            "cover": ("新井盖到货需两天，申请延期", "需与管线权属单位会勘，申请延期"),
            "lamp": ("配件到货需两天，申请延期", "需停电作业，申请延期"),
            "building": ("当事人申请自行整改，申请延期", "须依程序催告，申请延期"),
            "road": ("连续降雨无法施工，申请延期", "需夜间封道施工，申请延期"),
            "device": ("备件到货需两天，申请延期",),
            "data": ("需上级部门核对数据，申请延期",),
            "any": ("需多部门会商，申请延期",),
        },
        "feed_back": {
            "clearing": ("已清理完毕，现场恢复整洁", "已清运并冲洗地面", "已清扫，周边一并整理"),
            "water": ("已打捞完毕，水面恢复", "已排查沿岸排口并处置，水体恢复正常", "已抽排完毕，水位回落"),
            "cover": ("已更换井盖并复位", "已修复，平整牢固"),
            "lamp": ("已更换灯具，夜间照明正常", "已修复线路，恢复亮灯"),
            "building": ("已劝离并整改到位", "已自行拆除，场地恢复"),
            "road": ("已修补并恢复通行", "已修复，警示标志撤除"),
            "device": ("已更换模块，数据恢复上传", "已检修，设备恢复在线"),
            "data": ("已核对并补报，数据恢复正常", "已联系责任单位整改，指标回到正常"),
            "any": ("已处置完毕，恢复正常", "已整改到位"),
        },
        "fail_check": {
            "clearing": ("清理不彻底，请返工",),
            "water": ("水面仍有残留，请继续处置",),
            "cover": ("井盖仍有异响，请返工",),
            "lamp": ("夜间仍不亮，请返工",),
            "building": ("仍有遗留，请继续处置",),
            "road": ("修补不平整，请返工",),
            "device": ("设备仍时断时续，请返工",),
            "data": ("指标仍未恢复，请继续处置",),
            "any": ("仍有遗留，请继续处置",),
        },
    }
)


def work_of(name: str) -> Work:
    """Return the kind of work that the name of a class is about; "any" when it says nothing of that."""
    return next((work for work, words in WORKS.items() if any(word in name for word in words)), "any")


def words_for(step: Step, name: str, chance: random.Random) -> str:
    """Return what somebody writes with a step of a case whose class has a name."""
    in_field = _FIELD.get(step)
    notes = _OFFICE.get(step) if in_field is None else in_field[work_of(name)]
    return chance.choice(notes or ("模拟办理",))
