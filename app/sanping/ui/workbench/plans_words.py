"""Words of the tool for plans."""

from collections.abc import Mapping

from sanping.domain.text import Text
from sanping.stage.plan_shown import PlanView

TITLE = Text("规划方案", "Schemes")
HINT = Text(
    "先画方案区，再画体块或导入模型；方案区内的现状建筑会被替换，可逐栋保留。数字键 0–9 切换方案，Backspace 撤销。",
    "Draw the planned area, then masses, or import a model; what stands there is replaced, or kept one by one. "
    "Keys 0–9 switch alternatives, Backspace takes a step back.",
)
VIEWS: Mapping[PlanView | str, Text] = {
    "before": Text("现状", "Before"),
    "after": Text("方案", "After"),
    "compare": Text("对比", "Compare"),
    "": Text("不显示", "Off"),
}
NEW_AREA, REMOVE_PLAN = Text("新方案区", "New area"), Text("移除方案区", "Remove the area")
NO_AREA, AREA_NAME = Text("还没有方案区", "No area yet"), Text("方案区名称", "Name of the area")
NAME = Text("方案名称", "Name of the scheme")
ADD, COPY, REMOVE = Text("＋ 新方案", "＋ Alternative"), Text("复制", "Copy"), Text("删除", "Remove")
SKETCH, IMPORT, KEEP = Text("画体块", "Draw a mass"), Text("导入模型…", "Import…"), Text("保留/替换", "Keep or replace")
KEEP_ALL, REPLACE_ALL = Text("全部保留", "Keep all"), Text("全部替换", "Replace all")
STOREYS, STOREY_M, USE = Text("层数", "Storeys"), Text("层高 (m)", "Storey (m)"), Text("用途", "Use")
EAST, NORTH, UP = Text("东 (m)", "East (m)"), Text("北 (m)", "North (m)"), Text("底高 (m)", "Foot (m)")
TURN, SCALE = Text("转角 (°)", "Turn (°)"), Text("比例", "Scale")
ON_GROUND, REMOVE_PART = Text("落到地面", "On the ground"), Text("删除该体块", "Remove it")
PART, LIMITS = Text("选中：{name}", "Selected: {name}"), Text("规划条件（0 为不限）", "Plot conditions (0: none)")
NO_PART = Text("点击体块可选中；按住拖动可移动", "Click a mass to choose it; drag to move it")
MASS_NAME = Text("体块 {id}", "Mass {id}")
FAR, DENSITY = Text("容积率 ≤", "FAR ≤"), Text("建筑密度 % ≤", "Density % ≤")
HEIGHT, GREEN = Text("限高 m ≤", "Height m ≤"), Text("绿地率 % ≥", "Green % ≥")
FIRST = Text("方案 {letter}", "Scheme {letter}")
AREA_TITLE = Text("方案区 {number}", "Area {number}")
COPY_OF = Text("{name} 副本", "{name} copy")
MODEL_FILES = "*.ifc *.ifczip *.glb *.gltf *.obj *.json *.jsonl *.geojson *.gpkg *.shp *.fgb *.gml *.kml *.kmz *.zip"
CHOOSE_MODEL = Text("导入方案模型", "Import a scheme")
FILES = Text(f"方案模型 ({MODEL_FILES})", f"Models ({MODEL_FILES})")
DRAW_AREA = Text(
    "依次点击方案区的角点；双击、回车或点回起点结束，Esc 放弃",
    "Click the corners of the area; a double click, Enter or the first corner ends, Esc gives up",
)
DRAW_MASS = Text(
    "依次点击体块轮廓的角点；双击、回车或点回起点结束，Esc 放弃",
    "Click the corners of the mass; a double click, Enter or the first corner ends, Esc gives up",
)
CLICK_KEEP = Text(
    "点击方案区内的建筑：保留或替换；Esc 结束", "Click buildings in the area to keep or replace; Esc ends"
)
CLICK_PLACE = Text(
    "点击地面放置模型；随后可拖动、输入转角与比例", "Click the ground to place the model; then drag or type"
)
TOO_FEW = Text("至少需要三个角点", "Three corners at least are needed")
NO_GROUND = Text("这里没有地面；请点在城市里", "There is no ground here: click in the city")
FIRST_AREA = Text("请先画一个方案区", "Draw a planned area first")
FIRST_ALTERNATIVE = Text(
    "现状不能修改；请先选择或新建一个方案", "What stands today cannot change: choose or add an alternative"
)
NOT_IN_AREA = Text("这栋建筑不在方案区内", "This building is not in the area")
KEPT, REPLACED = Text("已保留 {id}", "{id} is kept"), Text("已改为替换 {id}", "{id} is replaced")
READING, IMPORTED = (
    Text("正在读取 {name}", "Reading {name}"),
    Text("已导入 {name}：{count} 个体块", "{name}: {count} blocks"),
)
PLACED_BY_HAND = Text("{name} 没有坐标：请点击地面放置", "{name} has no coordinates: click the ground to place it")
FAR_AWAY = Text(
    "{name} 的坐标离方案区 {km} km，已移到方案区；请核对坐标系",
    "{name} lies {km} km away and was moved here: check its CRS",
)
NOT_KEPT = Text("方案未保存：{reason}", "The plan was not kept: {reason}")
SHOWN = Text("显示：{name}", "Shown: {name}")
TODAY = Text("现状", "Today")
NOTHING_BACK = Text("没有可撤销的步骤", "There is nothing to take back")
PUT_ASIDE = Text(
    "“{title}”已移到 plans/removed，可从那里取回", "{title} was put into plans/removed, from where it can be fetched"
)
