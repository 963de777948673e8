// Written by `make docs` from the Python tables. Do not edit.
export interface Words { readonly zh: string; readonly en: string }

export interface Quantity extends Words { readonly unit: string; readonly decimals: number; readonly group: string }

export const QUANTITIES: Readonly<Record<string, Quantity>> = {
  "water_level": {"zh": "水位", "en": "Water level", "unit": "m", "decimals": 2, "group": "level"},
  "level_above_gate": {"zh": "闸上水位", "en": "Level above gate", "unit": "m", "decimals": 2, "group": "level"},
  "level_below_gate": {"zh": "闸下水位", "en": "Level below gate", "unit": "m", "decimals": 2, "group": "level"},
  "groundwater_depth": {"zh": "地下水埋深", "en": "Groundwater depth", "unit": "m", "decimals": 2, "group": "level"},
  "flow": {"zh": "流量", "en": "Discharge", "unit": "m³/s", "decimals": 2, "group": "flow"},
  "velocity": {"zh": "流速", "en": "Velocity", "unit": "m/s", "decimals": 2, "group": "flow"},
  "outfall_flow": {"zh": "排口流量", "en": "Outfall flow", "unit": "L/s", "decimals": 1, "group": "flow"},
  "rain": {"zh": "时段雨量", "en": "Rainfall", "unit": "mm", "decimals": 1, "group": "rain"},
  "rain_hour": {"zh": "小时雨量", "en": "Hourly rainfall", "unit": "mm", "decimals": 1, "group": "rain"},
  "rain_day": {"zh": "日雨量", "en": "Daily rainfall", "unit": "mm", "decimals": 1, "group": "rain"},
  "rain_total": {"zh": "累计雨量", "en": "Cumulative rainfall", "unit": "mm", "decimals": 1, "group": "rain"},
  "water_temperature": {"zh": "水温", "en": "Water temperature", "unit": "°C", "decimals": 1, "group": "quality"},
  "ph": {"zh": "pH", "en": "pH", "unit": "", "decimals": 2, "group": "quality"},
  "dissolved_oxygen": {"zh": "溶解氧", "en": "Dissolved oxygen", "unit": "mg/L", "decimals": 2, "group": "quality"},
  "conductivity": {"zh": "电导率", "en": "Conductivity", "unit": "µS/cm", "decimals": 0, "group": "quality"},
  "turbidity": {"zh": "浊度", "en": "Turbidity", "unit": "NTU", "decimals": 0, "group": "quality"},
  "transparency": {"zh": "透明度", "en": "Transparency", "unit": "cm", "decimals": 0, "group": "quality"},
  "redox": {"zh": "氧化还原电位", "en": "Redox potential", "unit": "mV", "decimals": 0, "group": "quality"},
  "suspended_solids": {"zh": "悬浮物", "en": "Suspended solids", "unit": "mg/L", "decimals": 0, "group": "quality"},
  "permanganate_index": {"zh": "高锰酸盐指数", "en": "Permanganate index", "unit": "mg/L", "decimals": 1, "group": "quality"},
  "cod": {"zh": "化学需氧量", "en": "COD", "unit": "mg/L", "decimals": 1, "group": "quality"},
  "bod5": {"zh": "五日生化需氧量", "en": "BOD₅", "unit": "mg/L", "decimals": 1, "group": "quality"},
  "toc": {"zh": "总有机碳", "en": "TOC", "unit": "mg/L", "decimals": 1, "group": "quality"},
  "ammonia_nitrogen": {"zh": "氨氮", "en": "Ammonia nitrogen", "unit": "mg/L", "decimals": 2, "group": "quality"},
  "total_phosphorus": {"zh": "总磷", "en": "Total phosphorus", "unit": "mg/L", "decimals": 3, "group": "quality"},
  "total_nitrogen": {"zh": "总氮", "en": "Total nitrogen", "unit": "mg/L", "decimals": 2, "group": "quality"},
  "copper": {"zh": "铜", "en": "Copper", "unit": "mg/L", "decimals": 4, "group": "quality"},
  "zinc": {"zh": "锌", "en": "Zinc", "unit": "mg/L", "decimals": 4, "group": "quality"},
  "fluoride": {"zh": "氟化物", "en": "Fluoride", "unit": "mg/L", "decimals": 2, "group": "quality"},
  "selenium": {"zh": "硒", "en": "Selenium", "unit": "mg/L", "decimals": 5, "group": "quality"},
  "arsenic": {"zh": "砷", "en": "Arsenic", "unit": "mg/L", "decimals": 5, "group": "quality"},
  "mercury": {"zh": "汞", "en": "Mercury", "unit": "mg/L", "decimals": 6, "group": "quality"},
  "cadmium": {"zh": "镉", "en": "Cadmium", "unit": "mg/L", "decimals": 5, "group": "quality"},
  "chromium_6": {"zh": "六价铬", "en": "Chromium(VI)", "unit": "mg/L", "decimals": 4, "group": "quality"},
  "lead": {"zh": "铅", "en": "Lead", "unit": "mg/L", "decimals": 5, "group": "quality"},
  "cyanide": {"zh": "氰化物", "en": "Cyanide", "unit": "mg/L", "decimals": 4, "group": "quality"},
  "volatile_phenol": {"zh": "挥发酚", "en": "Volatile phenol", "unit": "mg/L", "decimals": 4, "group": "quality"},
  "petroleum": {"zh": "石油类", "en": "Petroleum", "unit": "mg/L", "decimals": 3, "group": "quality"},
  "anionic_surfactant": {"zh": "阴离子表面活性剂", "en": "Anionic surfactant", "unit": "mg/L", "decimals": 3, "group": "quality"},
  "sulfide": {"zh": "硫化物", "en": "Sulfide", "unit": "mg/L", "decimals": 3, "group": "quality"},
  "faecal_coliform": {"zh": "粪大肠菌群", "en": "Faecal coliform", "unit": "/L", "decimals": 0, "group": "quality"},
  "chlorophyll_a": {"zh": "叶绿素a", "en": "Chlorophyll a", "unit": "mg/L", "decimals": 4, "group": "quality"},
  "algae_density": {"zh": "藻密度", "en": "Algae density", "unit": "/L", "decimals": 0, "group": "quality"},
  "colour": {"zh": "色度", "en": "Colour", "unit": "°", "decimals": 0, "group": "quality"},
  "pumps_running": {"zh": "开泵台数", "en": "Pumps running", "unit": "", "decimals": 0, "group": "device"},
  "gate_opening": {"zh": "闸门开度", "en": "Gate opening", "unit": "m", "decimals": 2, "group": "device"},
  "gates_open": {"zh": "开启孔数", "en": "Gates open", "unit": "", "decimals": 0, "group": "device"},
  "supply_voltage": {"zh": "电源电压", "en": "Supply voltage", "unit": "V", "decimals": 2, "group": "device"},
  "signal_strength": {"zh": "信号强度", "en": "Signal strength", "unit": "dBm", "decimals": 0, "group": "device"},
  "is_online": {"zh": "在线", "en": "Online", "unit": "", "decimals": 0, "group": "device"},
  "mains_lost": {"zh": "市电停电", "en": "Mains lost", "unit": "", "decimals": 0, "group": "device"},
  "battery_low": {"zh": "电池欠压", "en": "Battery low", "unit": "", "decimals": 0, "group": "device"},
  "door_open": {"zh": "箱门打开", "en": "Cabinet door open", "unit": "", "decimals": 0, "group": "device"},
  "level_alarm": {"zh": "水位报警", "en": "Level alarm", "unit": "", "decimals": 0, "group": "device"},
  "flow_alarm": {"zh": "流量报警", "en": "Flow alarm", "unit": "", "decimals": 0, "group": "device"},
  "quality_alarm": {"zh": "水质报警", "en": "Quality alarm", "unit": "", "decimals": 0, "group": "device"},
  "air_temperature": {"zh": "气温", "en": "Air temperature", "unit": "°C", "decimals": 1, "group": "weather"},
  "humidity": {"zh": "湿度", "en": "Humidity", "unit": "%", "decimals": 0, "group": "weather"},
  "pressure": {"zh": "气压", "en": "Air pressure", "unit": "hPa", "decimals": 1, "group": "weather"},
  "wind_speed": {"zh": "风速", "en": "Wind speed", "unit": "m/s", "decimals": 1, "group": "weather"},
  "wind_direction": {"zh": "风向", "en": "Wind direction", "unit": "°", "decimals": 0, "group": "weather"},
  "pm25": {"zh": "PM2.5", "en": "PM2.5", "unit": "µg/m³", "decimals": 0, "group": "weather"},
  "pm10": {"zh": "PM10", "en": "PM10", "unit": "µg/m³", "decimals": 0, "group": "weather"},
  "noise": {"zh": "噪声", "en": "Noise", "unit": "dB(A)", "decimals": 1, "group": "weather"},
  "speed": {"zh": "速度", "en": "Speed", "unit": "km/h", "decimals": 1, "group": "city"},
  "mean_speed": {"zh": "平均速度", "en": "Mean speed", "unit": "km/h", "decimals": 1, "group": "city"},
  "movers_online": {"zh": "在线", "en": "Online", "unit": "", "decimals": 0, "group": "city"},
  "movers_moving": {"zh": "行驶中", "en": "Moving", "unit": "", "decimals": 0, "group": "city"},
  "movers_alarming": {"zh": "报警", "en": "Alarming", "unit": "", "decimals": 0, "group": "city"},
  "position_rate": {"zh": "定位报文", "en": "Positions", "unit": "/s", "decimals": 0, "group": "city"},
};

export const CATEGORIES = {
  "floating": {"zh": "水面漂浮物", "en": "Floating litter"},
  "colour": {"zh": "水体异色异味", "en": "Water colour or smell"},
  "outfall": {"zh": "排口异常排放", "en": "Outfall discharging"},
  "bank": {"zh": "堤防护栏损坏", "en": "Bank or railing damaged"},
  "flooding": {"zh": "积水内涝", "en": "Street flooding"},
  "facility": {"zh": "泵闸站点故障", "en": "Pump, gate or station fault"},
  "road": {"zh": "道路与市容", "en": "Road and street"},
  "other": {"zh": "其他", "en": "Other"},
} as const;

export const ROLES = {
  "viewer": {"zh": "访客", "en": "Viewer"},
  "grid_worker": {"zh": "网格员", "en": "Grid worker"},
  "operator": {"zh": "坐席员", "en": "Operator"},
  "duty_officer": {"zh": "值班长", "en": "Duty officer"},
  "admin": {"zh": "管理员", "en": "Administrator"},
} as const;

export const CASE_STAGES = {
  "collecting": {"zh": "信息收集", "en": "Collecting"},
  "filing": {"zh": "案卷建立", "en": "Filing"},
  "dispatching": {"zh": "任务派遣", "en": "Dispatching"},
  "handling": {"zh": "任务处理", "en": "Handling"},
  "feedback": {"zh": "处理反馈", "en": "Feedback"},
  "checking": {"zh": "核查结案", "en": "Checking and closing"},
  "evaluating": {"zh": "综合评价", "en": "Evaluating"},
} as const;

export const CASE_STATES = {
  "reported": {"zh": "待受理", "en": "Reported"},
  "verifying": {"zh": "核实中", "en": "Being verified"},
  "to_file": {"zh": "待立案", "en": "To be filed"},
  "filed": {"zh": "待派遣", "en": "To be dispatched"},
  "dispatched": {"zh": "待签收", "en": "To be signed for"},
  "handling": {"zh": "处置中", "en": "Being handled"},
  "suspended": {"zh": "挂账", "en": "Suspended"},
  "fed_back": {"zh": "已反馈", "en": "Fed back"},
  "checking": {"zh": "待核查", "en": "To be checked"},
  "passed": {"zh": "待结案", "en": "To be closed"},
  "closed": {"zh": "已结案", "en": "Closed"},
  "archived": {"zh": "已归档", "en": "Archived"},
  "declined": {"zh": "不予受理", "en": "Declined"},
  "not_filed": {"zh": "不予立案", "en": "Not filed"},
  "merged": {"zh": "已并案", "en": "Merged"},
  "void": {"zh": "已作废", "en": "Void"},
} as const;

export const CASE_ROLES = {
  "collector": {"zh": "采集员（监督员）", "en": "Collector"},
  "registrar": {"zh": "受理员", "en": "Registrar"},
  "duty_officer": {"zh": "值班长", "en": "Duty officer"},
  "dispatcher": {"zh": "派遣员", "en": "Dispatcher"},
  "handler": {"zh": "专业部门", "en": "Handling department"},
  "assessor": {"zh": "考评员", "en": "Assessor"},
  "system": {"zh": "系统", "en": "System"},
} as const;

export interface StepRule extends Words { readonly before: readonly string[]; readonly after: string; readonly roles: readonly string[]; readonly needs: readonly string[]; readonly guards: readonly string[] }
export const CASE_STEPS: Readonly<Record<string, StepRule>> = {
  "report": {"zh": "上报", "en": "Report", "before": [], "after": "reported", "roles": ["collector", "duty_officer", "registrar", "system"], "needs": ["new"], "guards": []},
  "send_to_verify": {"zh": "派核实", "en": "Send to verify", "before": ["reported"], "after": "verifying", "roles": ["registrar"], "needs": [], "guards": []},
  "confirm": {"zh": "核实属实", "en": "Confirm", "before": ["verifying"], "after": "to_file", "roles": ["collector"], "needs": [], "guards": []},
  "refute": {"zh": "核实不属实", "en": "Refute", "before": ["verifying"], "after": "reported", "roles": ["collector"], "needs": ["note"], "guards": []},
  "register": {"zh": "受理", "en": "Register", "before": ["reported"], "after": "to_file", "roles": ["registrar", "system"], "needs": [], "guards": ["trusted_or_confirmed", "not_refuted"]},
  "decline": {"zh": "不予受理", "en": "Decline", "before": ["reported"], "after": "declined", "roles": ["registrar"], "needs": ["note"], "guards": []},
  "file": {"zh": "立案", "en": "File", "before": ["to_file"], "after": "filed", "roles": ["duty_officer"], "needs": [], "guards": ["trusted_or_confirmed"]},
  "refuse_filing": {"zh": "不予立案", "en": "Refuse to file", "before": ["to_file"], "after": "not_filed", "roles": ["duty_officer"], "needs": ["note"], "guards": []},
  "dispatch": {"zh": "派遣", "en": "Dispatch", "before": ["filed"], "after": "dispatched", "roles": ["dispatcher"], "needs": ["department"], "guards": []},
  "reassign": {"zh": "改派", "en": "Reassign", "before": ["dispatched", "handling"], "after": "dispatched", "roles": ["dispatcher"], "needs": ["department", "note"], "guards": ["nothing_asked"]},
  "sign": {"zh": "签收", "en": "Sign for", "before": ["dispatched"], "after": "handling", "roles": ["handler"], "needs": [], "guards": ["own_department"]},
  "return": {"zh": "回退", "en": "Return", "before": ["dispatched", "handling"], "after": "filed", "roles": ["handler"], "needs": ["note"], "guards": ["own_department", "nothing_asked"]},
  "ask_extension": {"zh": "申请延期", "en": "Ask for more time", "before": ["handling"], "after": "handling", "roles": ["handler"], "needs": ["note", "amount"], "guards": ["own_department", "nothing_asked"]},
  "grant_extension": {"zh": "同意延期", "en": "Grant more time", "before": ["handling"], "after": "handling", "roles": ["dispatcher", "duty_officer"], "needs": [], "guards": ["extension_asked", "asked_by_other"]},
  "ask_suspension": {"zh": "申请挂账", "en": "Ask to suspend", "before": ["handling"], "after": "handling", "roles": ["handler"], "needs": ["note"], "guards": ["own_department", "nothing_asked"]},
  "grant_suspension": {"zh": "同意挂账", "en": "Suspend", "before": ["handling"], "after": "suspended", "roles": ["duty_officer"], "needs": [], "guards": ["suspension_asked", "asked_by_other"]},
  "refuse_request": {"zh": "驳回申请", "en": "Refuse the request", "before": ["handling"], "after": "handling", "roles": ["dispatcher", "duty_officer"], "needs": ["note"], "guards": ["something_asked", "asked_by_other"]},
  "resume": {"zh": "恢复办理", "en": "Resume", "before": ["suspended"], "after": "handling", "roles": ["dispatcher", "duty_officer"], "needs": [], "guards": []},
  "ask_help": {"zh": "协办", "en": "Ask for help", "before": ["handling"], "after": "handling", "roles": ["dispatcher"], "needs": ["department", "note"], "guards": ["nothing_asked"]},
  "help_done": {"zh": "协办反馈", "en": "Help done", "before": ["handling"], "after": "handling", "roles": ["handler"], "needs": ["note"], "guards": ["helper_department"]},
  "feed_back": {"zh": "处理反馈", "en": "Feed back", "before": ["handling"], "after": "fed_back", "roles": ["handler"], "needs": ["note", "after_photo"], "guards": ["own_department", "nothing_asked", "no_open_help"]},
  "send_to_check": {"zh": "派核查", "en": "Send to check", "before": ["fed_back"], "after": "checking", "roles": ["dispatcher", "registrar"], "needs": [], "guards": []},
  "pass_check": {"zh": "核查通过", "en": "Pass", "before": ["checking"], "after": "passed", "roles": ["collector"], "needs": ["photo"], "guards": ["other_person"]},
  "fail_check": {"zh": "返工", "en": "Send back to work", "before": ["checking"], "after": "handling", "roles": ["collector"], "needs": ["note", "photo"], "guards": ["other_person"]},
  "close": {"zh": "结案", "en": "Close", "before": ["passed"], "after": "closed", "roles": ["duty_officer"], "needs": [], "guards": ["other_person"]},
  "evaluate": {"zh": "评价归档", "en": "Evaluate", "before": ["closed"], "after": "archived", "roles": ["assessor", "registrar"], "needs": ["score"], "guards": ["other_person"]},
  "merge": {"zh": "并案", "en": "Merge", "before": ["filed", "reported", "to_file", "verifying"], "after": "merged", "roles": ["duty_officer", "registrar"], "needs": ["other_case"], "guards": []},
  "void": {"zh": "作废", "en": "Void", "before": ["checking", "dispatched", "fed_back", "filed", "handling", "passed", "reported", "suspended", "to_file", "verifying"], "after": "void", "roles": ["duty_officer"], "needs": ["note"], "guards": []},
  "urge": {"zh": "督办", "en": "Urge", "before": ["checking", "dispatched", "fed_back", "filed", "handling", "passed", "suspended"], "after": "", "roles": ["assessor", "duty_officer"], "needs": ["note"], "guards": []},
  "note": {"zh": "备注", "en": "Note", "before": ["checking", "closed", "dispatched", "fed_back", "filed", "handling", "passed", "reported", "suspended", "to_file", "verifying"], "after": "", "roles": ["assessor", "collector", "dispatcher", "duty_officer", "handler", "registrar", "system"], "needs": ["note"], "guards": []},
  "call_back": {"zh": "回访", "en": "Call back", "before": ["archived", "closed"], "after": "", "roles": ["assessor", "registrar", "system"], "needs": ["call_back"], "guards": ["of_hotline", "not_called_back", "other_person"]},
  "erase_reporter": {"zh": "清除上报人信息", "en": "Erase the reporter", "before": ["archived", "checking", "closed", "declined", "dispatched", "fed_back", "filed", "handling", "merged", "not_filed", "passed", "reported", "suspended", "to_file", "verifying", "void"], "after": "", "roles": ["duty_officer"], "needs": ["note"], "guards": []},
  "raise_label": {"zh": "提高密级", "en": "Raise the label", "before": ["archived", "checking", "closed", "declined", "dispatched", "fed_back", "filed", "handling", "merged", "not_filed", "passed", "reported", "suspended", "to_file", "verifying", "void"], "after": "", "roles": ["dispatcher", "duty_officer", "registrar"], "needs": [], "guards": ["can_be_raised"]},
  "lower_label": {"zh": "降低密级", "en": "Lower the label", "before": ["archived", "checking", "closed", "declined", "dispatched", "fed_back", "filed", "handling", "merged", "not_filed", "passed", "reported", "suspended", "to_file", "verifying", "void"], "after": "", "roles": ["duty_officer"], "needs": ["note"], "guards": ["was_raised"]},
};

export const ALARM_STATES = {
  "active": {"zh": "未确认", "en": "active"},
  "acknowledged": {"zh": "已确认", "en": "acknowledged"},
  "returned": {"zh": "已恢复待确认", "en": "returned"},
  "shelved": {"zh": "已搁置", "en": "shelved"},
  "closed": {"zh": "已关闭", "en": "closed"},
} as const;

export const FLOOD_STATES = {
  "unknown": {"zh": "无警戒资料", "en": "No thresholds"},
  "normal": {"zh": "正常", "en": "Normal"},
  "blue": {"zh": "接近警戒", "en": "Near warning"},
  "yellow": {"zh": "超警戒", "en": "Above warning"},
  "orange": {"zh": "超保证", "en": "Above guarantee"},
  "red": {"zh": "超历史", "en": "Above record"},
} as const;

export const WATER_CLASSES = {
  "1": {"zh": "Ⅰ类", "en": "Class I"},
  "2": {"zh": "Ⅱ类", "en": "Class II"},
  "3": {"zh": "Ⅲ类", "en": "Class III"},
  "4": {"zh": "Ⅳ类", "en": "Class IV"},
  "5": {"zh": "Ⅴ类", "en": "Class V"},
  "6": {"zh": "劣Ⅴ类", "en": "Worse than V"},
} as const;

export const LONGEST_WORDS = 500;
export const LONGEST_NOTE = 2000;
export const MOST_PHOTOS = 12;
export const NEAR_WARNING_M = 0.3;
