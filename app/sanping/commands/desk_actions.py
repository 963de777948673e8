"""Every action of the operator's desk, declared once: menu, key, palette entry, button and help page come from here."""

from collections.abc import Callable
from functools import partial
from types import MappingProxyType

from sanping.commands import river_decisions as river
from sanping.commands import view_decisions as decide
from sanping.commands.action import Action
from sanping.commands.analysis_actions import analysis_actions
from sanping.commands.case_actions import case_actions, case_gestures
from sanping.commands.case_decisions import indicators_shown
from sanping.commands.desk_state import DeskState, Effect, EffectKind, Outcome, PanelName, QualityChoice
from sanping.commands.director_actions import director_actions, director_gestures
from sanping.commands.replay_actions import replay_actions
from sanping.commands.workbench_actions import WORKBENCH_GESTURES, workbench_actions
from sanping.domain.text import Text
from sanping.stage.state import WaterColour

FILE = Text("文件", "File")
EDIT = Text("编辑", "Edit")
VIEW = Text("视图", "View")
MOVE = Text("漫游", "Navigate")
TIME = Text("时间", "Time")
PANELS = Text("面板", "Panels")
RIVER = Text("河流", "River")
BOOKMARKS = Text("视角", "Bookmarks")
HELP = Text("帮助", "Help")

DeskAction = Action[Outcome]


def _asked(kind: EffectKind, argument: object = None) -> Callable[..., Outcome]:
    return partial(_asking, kind=kind, argument=argument)


def _asking(state: DeskState, given: object = None, *, kind: EffectKind, argument: object) -> Outcome:
    return Outcome(state=state, effects=(Effect(kind=kind, argument=argument if given is None else given),))


def _action(  # noqa: PLR0913
    name: str, zh: str, en: str, group: Text, decision: Callable[..., Outcome], *keys: str, icon: str = ""
) -> DeskAction:
    return Action(id=name, title=Text(zh, en), group=group, decide=decision, keys=keys, icon=icon)


def _file_actions() -> tuple[DeskAction, ...]:
    return (
        _action("file.open", "打开模型…", "Open models…", FILE, _asked("ask_files"), "Ctrl+O", icon="open"),
        _action("file.open_twin", "打开孪生…", "Open a twin…", FILE, _asked("ask_twin"), "Ctrl+Shift+O", icon="city"),
        _action("file.open_url", "打开三维瓦片服务…", "Open tiles of a server…", FILE, _asked("ask_url"),
                "Ctrl+Shift+U", icon="source"),
        _action("file.export", "导出模型…", "Export models…", FILE, _asked("hand_out", "export"), "Ctrl+E",
                icon="export"),
        _action("file.catalogue", "数据目录…", "Data catalogue…", FILE, _asked("hand_out", "catalogue"), "Ctrl+Shift+D",
                icon="source"),
        _action("file.picture", "截图 ×1", "Picture ×1", FILE, _asked("save_picture", 1), "Ctrl+P", icon="camera"),
        _action("file.picture_2", "截图 ×2", "Picture ×2", FILE, _asked("save_picture", 2), "Ctrl+Shift+P"),
        _action("file.picture_4", "截图 ×4", "Picture ×4", FILE, _asked("save_picture", 4), "Ctrl+Alt+P"),
        _action("file.cancel", "停止读取", "Stop loading", FILE, _asked("cancel_jobs"), "Ctrl+."),
        _action("file.settings", "设置…", "Settings…", FILE, _asked("show_settings"), "Ctrl+,", icon="settings"),
        _action("file.quit", "退出", "Quit", FILE, _asked("quit"), "Ctrl+Q"),
    )  # fmt: skip


_NOTHING_SELECTED = partial(decide.selected, feature=None)


def _edit_actions() -> tuple[DeskAction, ...]:
    return (
        _action("edit.undo", "撤销", "Undo", EDIT, decide.undo, "Ctrl+Z", icon="undo"),
        _action("edit.redo", "重做", "Redo", EDIT, decide.redo, "Ctrl+Shift+Z", "Ctrl+Y", icon="redo"),
        _action("edit.find", "查找…", "Find…", EDIT, _asked("show_locator"), "Ctrl+K", "Ctrl+F", icon="search"),
        _action("edit.copy", "复制对象", "Copy the object", EDIT, _asked("copy_object"), "Ctrl+C", icon="copy"),
        _action(
            "edit.deselect",
            "取消选择",
            "Select nothing",
            EDIT,
            partial(decide.selected, feature=None),
            "Esc",
            icon="close",
        ),
    )


def _view_actions() -> tuple[DeskAction, ...]:
    return (
        _action("view.home", "初始视角", "First view", VIEW, decide.home, "Home", icon="home"),
        _action("view.north", "正北朝上", "North up", VIEW, decide.north_up, "N", icon="north"),
        _action("view.top", "俯视", "From the top", VIEW, decide.from_top, "T", icon="top"),
        _action("view.fly", "飞到对象", "Fly to the object", VIEW, _asked("fly"), "F", icon="target"),
        _action("view.isolate", "单独显示该对象", "Show the object alone", VIEW, decide.isolated, "I", icon="isolate"),
        _action("view.show_all", "显示全部", "Show everything", VIEW, decide.all_shown, "Shift+I", icon="layers"),
        _action("view.style", "日夜切换", "Day or night", VIEW, decide.style_toggled, "L", icon="style"),
        _action(
            "view.components",
            "显示或隐藏城市部件",
            "Show or hide the components of the city",
            VIEW,
            decide.components_toggled,
            icon="layers",
        ),
        _action(
            "view.textures", "显示或隐藏贴图", "Show or hide textures", VIEW, decide.textures_toggled, icon="layers"
        ),
        _action("view.quality_auto", "画质：自动", "Quality: automatic", VIEW, _quality("auto")),
        _action("view.quality_draft", "画质：草图", "Quality: draft", VIEW, _quality("draft")),
        _action("view.quality_soft", "画质：流畅", "Quality: smooth", VIEW, _quality("soft")),
        _action("view.quality_standard", "画质：标准", "Quality: standard", VIEW, _quality("standard")),
        _action("view.quality_high", "画质：精细", "Quality: fine", VIEW, _quality("high")),
        _action("view.full", "全屏", "Full screen", VIEW, decide.full_screen_toggled, "F11", icon="full"),
        _action("view.language", "English", "中文", VIEW, decide.language_toggled, "Ctrl+L", icon="language"),
    )


def _quality(name: QualityChoice) -> Callable[..., Outcome]:
    return partial(decide.quality_set, quality=name)


def _move_actions() -> tuple[DeskAction, ...]:
    turn, tilt = decide.TURN_STEP_DEG, decide.TILT_STEP_DEG
    return (
        _action("move.walk", "步行", "Walk", MOVE, decide.walk_toggled, "G", icon="walk"),
        _action("move.nearer", "放大", "Zoom in", MOVE, partial(decide.zoomed, factor=decide.ZOOM_STEP), "=", "+",
                icon="plus"),
        _action("move.farther", "缩小", "Zoom out", MOVE, partial(decide.zoomed, factor=1 / decide.ZOOM_STEP), "-",
                icon="minus"),
        _action("move.turn_left", "左转", "Turn left", MOVE, partial(decide.turned, heading_deg=-turn, pitch_deg=0),
                "Q"),
        _action("move.turn_right", "右转", "Turn right", MOVE, partial(decide.turned, heading_deg=turn, pitch_deg=0),
                "E"),
        _action("move.tilt_up", "抬高视线", "Look up", MOVE, partial(decide.turned, heading_deg=0, pitch_deg=tilt),
                "PgUp"),
        _action("move.tilt_down", "压低视线", "Look down", MOVE, partial(decide.turned, heading_deg=0, pitch_deg=-tilt),
                "PgDown"),
    )  # fmt: skip


def _time_actions() -> tuple[DeskAction, ...]:
    return (
        _action("time.play", "播放或暂停", "Play or pause", TIME, decide.play_toggled, "P", icon="play"),
        _action("time.earlier", "前一小时", "An hour earlier", TIME, partial(decide.moment_shifted, hours=-1), "["),
        _action("time.later", "后一小时", "An hour later", TIME, partial(decide.moment_shifted, hours=1), "]"),
        _action("time.now", "当前时间", "The present time", TIME, _asked("set_moment_to_now"), "\\", icon="clock"),
    )


def _workspace_actions() -> tuple[DeskAction, ...]:
    return (
        _action("workspace.city", "城市工作区", "City panels", PANELS, partial(river.workspace_set, workspace="city"),
                "Ctrl+1", icon="city"),
        _action("workspace.river", "河流工作区", "River panels", PANELS,
                partial(river.workspace_set, workspace="river"), "Ctrl+2", icon="water"),
        _action("workspace.director", "导播工作区", "Director panels", PANELS,
                partial(river.workspace_set, workspace="director"), "Ctrl+3", icon="wall"),
        _action("workspace.cases", "治理工作区", "Case panels", PANELS,
                partial(river.workspace_set, workspace="cases"), "Ctrl+4", icon="cases"),
    )  # fmt: skip


def _panel_actions() -> tuple[DeskAction, ...]:
    def panel(name: PanelName, zh: str, en: str, key: str, icon: str) -> DeskAction:
        decision = partial(decide.panel_toggled, panel=name)
        return _action(f"panel.{name}", zh, en, PANELS, decision, key, icon=icon)

    return (
        panel("layers", "图层", "Layers", "Alt+1", "layers"),
        panel("bookmarks", "视角", "Bookmarks", "Alt+2", "bookmark"),
        panel("overview", "城市概况", "City overview", "Alt+3", "city"),
        panel("inspector", "对象信息", "Object", "Alt+4", "info"),
        panel("colours", "分级着色", "Colours", "Alt+5", "palette"),
        panel("time", "时间轴", "Time of day", "Alt+6", "clock"),
        panel("river", "河流态势", "State of the river", "Alt+7", "water"),
        panel("stations", "监测站点", "Stations", "Alt+8", "facility"),
        panel("station", "站点详情", "Station", "Alt+9", "info"),
        panel("movers", "移动目标", "Vehicles and vessels", "Alt+J", "road"),
        panel("alarms", "告警", "Alarms", "Alt+0", "warning"),
        panel("warnings", "公共预警", "Public warnings", "Alt+W", "warning"),
        panel("reports", "现场上报", "Reports", "Alt+R", "phone"),
        panel("sources", "数据源", "Sources", "Alt+-", "source"),
        panel("replay", "复盘时间条", "Timeline", "Alt+T", "live"),
        panel("director", "导播台", "Director", "Alt+D", "wall"),
        panel("scenes", "场景", "Scenes", "Alt+S", "bookmark"),
        panel("screens", "联动屏幕", "Linked screens", "Alt+F", "screens"),
        panel("pairing", "设备配对", "Devices", "Alt+M", "phone"),
        panel("cases", "案件列表", "Cases", "Alt+C", "cases"),
        panel("case", "案件单", "Case", "Alt+V", "info"),
        panel("areas", "区域", "Areas", "Alt+G", "place"),
        panel("responses", "联动响应", "Joint responses", "Alt+Shift+R", "warning"),
        panel("response", "响应单", "Response", "Alt+Shift+P", "warning"),
        panel("event", "活动保障", "Major event", "Alt+Shift+E", "target"),
        panel("sites", "上下级站点", "Sites", "Alt+Shift+S", "link"),
        panel("components", "部件状态", "Components", "Alt+K", "facility"),
        _action("panel.indicators", "治理指标", "Indicators", PANELS, indicators_shown, "Alt+I", icon="chart"),
        *_workspace_actions(),
        _action("panel.all", "隐藏或显示面板", "Hide or show the panels", PANELS, decide.overlays_toggled, "H",
                icon="panels"),
    )  # fmt: skip


def _river_actions() -> tuple[DeskAction, ...]:
    def water(colour: WaterColour, zh: str, en: str) -> DeskAction:
        return _action(f"river.water_{colour}", zh, en, RIVER, partial(river.water_coloured, colour=colour))

    return (
        _action("river.water", "水面着色切换", "Colour the water otherwise", RIVER, river.water_colour_changed, "V",
                icon="palette"),
        water("plain", "水面：本色", "Water: as it looks"),
        water("class", "水面：按水质类别", "Water: by class"),
        water("level", "水面：按水情", "Water: by flood colour"),
        _action("river.flows", "显示或隐藏数据汇聚弧线", "Show or hide the arcs of reports", RIVER, river.flows_toggled,
                icon="live"),
        _action("station.find", "转到站点…", "Go to a station…", RIVER, _asked("find_station"), "Ctrl+G",
                icon="target"),
        _action("alarm.next", "下一条告警", "Next alarm", RIVER, _asked("show_next_alarm"), "Alt+N", icon="warning"),
        _action("alarm.acknowledge", "确认告警", "Acknowledge the alarm", RIVER, _asked("acknowledge_alarm"), "Alt+A",
                icon="tick"),
    )  # fmt: skip


def _bookmark_actions() -> tuple[DeskAction, ...]:
    visits = tuple(
        _action(f"bookmark.{n}", f"视角 {n}", f"Bookmark {n}", BOOKMARKS, partial(decide.visited, number=n), str(n))
        for n in range(1, 10)
    )
    keep = _action("bookmark.keep", "保存当前视角", "Keep this view", BOOKMARKS, _asked("keep_bookmark"), "Ctrl+D",
                   icon="bookmark")  # fmt: skip
    return (keep, *visits)


def _help_actions() -> tuple[DeskAction, ...]:
    return (
        _action("help.keys", "操作与快捷键", "Controls and keys", HELP, _asked("show_keys"), "F1", "?", icon="keys"),
        _action("help.selfcheck", "安全与合规自查…", "Self-check…", HELP, _asked("show_self_check"), icon="check"),
        _action("help.hubs", "本站的中枢…", "Hubs of this site…", HELP, _asked("show_site_hubs"), icon="live"),
        _action("help.about", "关于三屏", "About Sanping", HELP, _asked("show_about"), icon="info"),
    )


ACTIONS: MappingProxyType[str, DeskAction] = MappingProxyType(
    {
        action.id: action
        for action in (
            *_file_actions(),
            *_edit_actions(),
            *_view_actions(),
            *_move_actions(),
            *_time_actions(),
            *_panel_actions(),
            *_river_actions(),
            *replay_actions(),
            *case_actions(),
            *director_actions(),
            *analysis_actions(),
            *workbench_actions(),
            *_bookmark_actions(),
            *_help_actions(),
        )
    }
)

GESTURES: MappingProxyType[str, Callable[..., Outcome]] = MappingProxyType(
    {
        "camera.fly": decide.flown_to,
        "camera.move": decide.moved_to,
        "camera.slide": decide.slid,
        "layer.visible": decide.visibility_set,
        "layer.opacity": decide.opacity_set,
        "layer.colour": decide.coloured,
        "object.select": decide.selected,
        "object.hover": decide.hovered,
        "time.set": decide.moment_set,
        "crs.show": decide.crs_set,
        "language.set": decide.language_set,
        **WORKBENCH_GESTURES,
        "quality.set": decide.quality_set,
        "file.open_path": _asked("open_path"),
        "bookmark.forget": _asked("forget_bookmark"),
        "bookmark.visit": decide.visited,
        "station.open": river.station_opened,
        "station.close": river.station_closed,
        "station.go": _asked("go_to_station"),
        "alarm.look_at": river.alarm_looked_at,
        "alarm.open": river.alarm_opened,
        **case_gestures(),
        **director_gestures(),
    }
)
