"""What each analysis asks of a person: places to pick on the map, and fields with their limits. Data only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sanping.analysis.noise_limits import NOISE_CLASSES
from sanping.analysis.pollution_limits import POLLUTANTS, STAGES
from sanping.commands.analysis_actions import ToolName
from sanping.domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Something to click in the city: places, or buildings where `is_building`; `least` or more where `is_many`."""

    key: str
    title: Text
    is_many: bool = False
    is_building: bool = False
    is_needed: bool = True
    least: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberAsk:
    """A number with its limits."""

    key: str
    title: Text
    number: float
    low: float
    high: float
    decimals: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceAsk:
    """One of several; choices that only a twin knows are filled in later."""

    key: str
    title: Text
    choices: Sequence[tuple[str, Text]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextAsk:
    """Words that a person types; `example` stands in the empty field."""

    key: str
    title: Text
    example: Text


Field = NumberAsk | ChoiceAsk | TextAsk


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """The form of one analysis."""

    name: ToolName
    hint: Text
    picks: Sequence[Pick]
    fields: Sequence[Field]


RADIUS, CELL = Text("半径 (m)", "Radius (m)"), Text("网格 (m)", "Grid (m)")
EYE_HEIGHT = Text("视点离地 (m)", "Eye height (m)")
MIDDLE = Text("中心", "Middle")
WINDS = (
    ("worst", Text("各处最不利", "Worst at each place")),
    ("0", Text("北风", "North")), ("45", Text("东北风", "Northeast")),
    ("90", Text("东风", "East")), ("135", Text("东南风", "Southeast")), ("180", Text("南风", "South")),
    ("225", Text("西南风", "Southwest")), ("270", Text("西风", "West")), ("315", Text("西北风", "Northwest")),
)  # fmt: skip
"""Where the wind comes from: degrees from north, clockwise."""
_ALL = (
    Tool(
        name="sunlight",
        hint=Text(
            "点选中心，计算范围内外墙与地面的日照；算地块时点它的角点，或用标注画的面。选了方案建筑时比较有无方案的差别。",
            "Pick the middle of an area, or the corners of a plot (areas of the annotations are plots too); with "
            "buildings of a plan picked, the difference they make is told.",
        ),
        picks=(
            Pick(key="middle", title=MIDDLE),
            Pick(key="plot", title=Text("地块角点", "Corners of a plot"), is_many=True, is_needed=False),
            Pick(key="plan", title=Text("方案建筑", "The plan"), is_many=True, is_building=True, is_needed=False),
        ),
        fields=(
            ChoiceAsk(key="rule", title=Text("规则", "Rule")),
            NumberAsk(key="radius", title=RADIUS, number=120, low=20, high=1000),
            ChoiceAsk(
                key="on",
                title=Text("计算对象", "Compute on"),
                choices=(
                    ("both", Text("外墙与地面", "Walls and ground")), ("walls", Text("外墙", "Walls")),
                    ("ground", Text("地面", "Ground")),
                    ("plots", Text("所画地块", "Drawn plots")),
                ),
            ),
            NumberAsk(key="share", title=Text("地块达标面积 ≥ (%)", "Sunny share ≥ (%)"), number=50, low=1,
                      high=100),
        ),
    ),
    Tool(
        name="sight",
        hint=Text("先点视点，再点一个或几个目标。", "Pick the eye, then one target or more."),
        picks=(
            Pick(key="eye", title=Text("视点", "Eye")),
            Pick(key="targets", title=Text("目标", "Targets"), is_many=True),
        ),
        fields=(
            NumberAsk(key="eye_m", title=EYE_HEIGHT, number=1.6, low=0, high=500, decimals=1),
            NumberAsk(key="target_m", title=Text("目标离地 (m)", "Target height (m)"), number=1.6, low=0, high=500,
                      decimals=1),
        ),
    ),
    Tool(
        name="viewshed",
        hint=Text(
            "点一个视点，或沿路径点几个；填了间距就沿路径逐点看。",
            "Pick an eye, or a path; a distance puts eyes along it."
        ),
        picks=(Pick(key="eyes", title=Text("视点", "Eyes"), is_many=True),),
        fields=(
            NumberAsk(key="eye_m", title=EYE_HEIGHT, number=1.6, low=0, high=500, decimals=1),
            NumberAsk(key="radius", title=RADIUS, number=400, low=20, high=3000),
            NumberAsk(key="cell", title=CELL, number=4, low=0.5, high=50, decimals=1),
            NumberAsk(key="target_m", title=Text("目标离地 (m)", "Target height (m)"), number=0, low=0, high=100,
                      decimals=1),
            NumberAsk(key="apart", title=Text("路径上间距 (m)", "Along a path (m)"), number=0, low=0, high=500),
        ),
    ),
    Tool(
        name="sky",
        hint=Text("点选中心，计算空地上看得见多少天空。", "Pick the middle of an area: how much sky it sees."),
        picks=(Pick(key="middle", title=MIDDLE),),
        fields=(
            NumberAsk(key="radius", title=RADIUS, number=150, low=20, high=1000),
            NumberAsk(key="cell", title=CELL, number=4, low=0.5, high=50, decimals=1),
        ),
    ),
    Tool(
        name="flood",
        hint=Text(
            "水从最大的水面或所选地点涨起，只淹连通的低处；水位为孪生的高程基准。",
            "Water rises from the largest water or picked places, over low ground that connects; levels are in the "
            "twin's vertical datum.",
        ),
        picks=(Pick(key="sources", title=Text("水源", "Sources"), is_many=True, is_needed=False),),
        fields=(
            ChoiceAsk(key="gauge", title=Text("取自测站", "From a gauge")),
            ChoiceAsk(
                key="course",
                title=Text("过程", "Course"),
                choices=(
                    ("levels", Text("按水位逐级上涨", "Level by level")),
                    ("24", Text("测站近 24 小时", "The gauge's last 24 hours")),
                    ("72", Text("测站近 72 小时", "The gauge's last 72 hours")),
                    ("typed", Text("填写的过程", "As typed below")),
                ),
            ),
            TextAsk(key="series", title=Text("填写过程", "Typed course"),
                    example=Text("08:00 3.2; 12:00 4.1; 18:00 3.6", "08:00 3.2; 12:00 4.1; 18:00 3.6")),
            ChoiceAsk(
                key="walls",
                title=Text("防汛墙", "Flood walls"),
                choices=(("hold", Text("挡水，直到漫顶", "Hold until overtopped")), ("none", Text("不计", "Left out"))),
            ),
            NumberAsk(key="from_m", title=Text("起始水位 (m)", "First level (m)"), number=3, low=-500,
                      high=9000, decimals=2),
            NumberAsk(key="to_m", title=Text("最高水位 (m)", "Last level (m)"), number=5.0, low=-500,
                      high=9000, decimals=2),
            NumberAsk(key="step_m", title=Text("每级 (m)", "Step (m)"), number=0.1, low=0.01, high=50, decimals=2),
        ),
    ),
    Tool(
        name="height",
        hint=Text(
            "限高区：点中心；净空锥：点起降点；视廊：点视点和地标。",
            "A zone: pick its middle; a cone: pick the pad; a corridor: pick the eye and the landmark.",
        ),
        picks=(
            Pick(key="middle", title=Text("中心、起降点或视点", "Middle, pad or eye")),
            Pick(key="landmark", title=Text("地标", "Landmark"), is_needed=False),
        ),
        fields=(
            ChoiceAsk(
                key="kind",
                title=Text("限高面", "Surface"),
                choices=(
                    ("zone", Text("限高区", "Zone")), ("cone", Text("净空锥面", "Cone of flights")),
                    ("corridor", Text("景观视廊", "View corridor")),
                ),
            ),
            NumberAsk(key="above_m", title=Text("离地 (m)", "Above ground (m)"), number=60, low=0, high=999),
            NumberAsk(key="radius", title=RADIUS, number=400, low=20, high=15000),
            NumberAsk(key="slope", title=Text("坡度 (%)", "Slope (%)"), number=12.5, low=0, high=100, decimals=1),
            NumberAsk(key="width", title=Text("视廊宽 (m)", "Width (m)"), number=60, low=1, high=2000),
        ),
    ),
    Tool(
        name="noise",
        hint=Text("点选声源，估算周围地面与外墙的声级；只作初步判断。", "Pick sources: the levels around them."),
        picks=(Pick(key="sources", title=Text("声源", "Sources"), is_many=True),),
        fields=(
            NumberAsk(key="power", title=Text("声功率 (dB)", "Sound power (dB)"), number=95, low=30, high=160),
            NumberAsk(key="up", title=Text("声源离地 (m)", "Source height (m)"), number=1.5, low=0, high=200,
                      decimals=1),
            NumberAsk(key="radius", title=RADIUS, number=150, low=20, high=1000),
            NumberAsk(key="cell", title=CELL, number=4, low=1, high=50, decimals=1),
            ChoiceAsk(
                key="class",
                title=Text("功能区", "Area"),
                choices=tuple((key, NOISE_CLASSES[key].title) for key in ("2", "0", "1", "3", "4a", "4b")),
            ),
            ChoiceAsk(key="when", title=Text("时段", "Time of day"),
                      choices=(("day", Text("昼间", "Day")), ("night", Text("夜间", "Night")))),
        ),
    ),
    Tool(
        name="walk",
        hint=Text("点选设施，沿道路计算步行可达的街道与建筑。", "Pick facilities: what lies within a walk."),
        picks=(Pick(key="facilities", title=Text("设施", "Facilities"), is_many=True),),
        fields=(NumberAsk(key="minutes", title=Text("步行（分钟）", "Walk (min)"), number=10, low=1, high=60),),
    ),
    Tool(
        name="earth",
        hint=Text("依次点选场地的角，计算整平的挖方与填方。", "Click the corners of a site: cut and fill to level it."),
        picks=(Pick(key="corners", title=Text("角点", "Corners"), is_many=True, least=3),),
        fields=(
            ChoiceAsk(key="to", title=Text("整平到", "Level it to"),
                      choices=(("balance", Text("挖填平衡", "Cut equals fill")),
                               ("level", Text("设计标高", "Design level")))),
            NumberAsk(key="level", title=Text("设计标高 (m)", "Design level (m)"), number=4, low=-500,
                      high=9000, decimals=2),
        ),
    ),
    Tool(
        name="skyline",
        hint=Text(
            "点视点，再点看去的方向；选了方案建筑时比较前后，填了限高时画出限高线。",
            "Pick the eye, then where it looks; a plan is compared with what stands, a limit drawn as a line.",
        ),
        picks=(
            Pick(key="eye", title=Text("视点", "Eye")),
            Pick(key="towards", title=Text("看向", "Look at")),
            Pick(key="plan", title=Text("方案建筑", "The plan"), is_many=True, is_building=True, is_needed=False),
        ),
        fields=(
            NumberAsk(key="eye_m", title=EYE_HEIGHT, number=1.6, low=0, high=500, decimals=1),
            NumberAsk(key="wide", title=Text("视角 (°)", "Angle (°)"), number=120, low=10, high=360),
            NumberAsk(key="reach", title=RADIUS, number=3000, low=50, high=20000),
            NumberAsk(key="limit", title=Text("限高，离地 (m)", "Limit above ground (m)"), number=0, low=0, high=999),
        ),
    ),
    Tool(
        name="landmark",
        hint=Text("点选地标，算出周围空地看得见它的多少。", "Pick the landmark: how much of it is seen around."),
        picks=(Pick(key="landmark", title=Text("地标", "Landmark"), is_many=True, is_building=True),),
        fields=(
            NumberAsk(key="radius", title=RADIUS, number=600, low=50, high=3000),
            NumberAsk(key="cell", title=CELL, number=8, low=1, high=50, decimals=1),
            NumberAsk(key="eye_m", title=EYE_HEIGHT, number=1.6, low=0, high=500, decimals=1),
        ),
    ),
    Tool(
        name="shadow",
        hint=Text(
            "点选中心，计算时间轴上那一天空地的阴影，逐步播放。",
            "Pick the middle: the shadows of the day that the time panel shows, to be played.",
        ),
        picks=(Pick(key="middle", title=MIDDLE),),
        fields=(
            NumberAsk(key="radius", title=RADIUS, number=200, low=20, high=1000),
            NumberAsk(key="cell", title=CELL, number=3, low=0.5, high=50, decimals=1),
            NumberAsk(key="step_min", title=Text("每步（分钟）", "Step (min)"), number=15, low=5, high=120),
        ),
    ),
    Tool(
        name="aerodrome",
        hint=Text(
            "点跑道两端的中点，检查周围建筑是否突破障碍物限制面。",
            "Pick the middles of both ends of a runway: which buildings break its obstacle limitation surfaces.",
        ),
        picks=(Pick(key="ends", title=Text("跑道端", "Runway ends"), is_many=True, least=2),),
        fields=(
            ChoiceAsk(key="runway", title=Text("跑道", "Runway")),
            NumberAsk(key="reach", title=RADIUS, number=6000, low=200, high=20000),
        ),
    ),
    Tool(
        name="pollution",
        hint=Text(
            "点排放源，按距离、风和其间的建筑估算空气中的浓度；只作初步判断。",
            "Pick sources: what is in the air around, by distance, wind and what stands between. A first look.",
        ),
        picks=(Pick(key="sources", title=Text("排放源", "Sources"), is_many=True),),
        fields=(
            ChoiceAsk(key="pollutant", title=Text("污染物", "Pollutant"),
                      choices=tuple((key, one.title) for key, one in POLLUTANTS.items())),
            ChoiceAsk(key="stage", title=Text("限值阶段", "Limits"), choices=tuple(STAGES.items())),
            NumberAsk(key="rate", title=Text("每源排放 (kg/h)", "Each emits (kg/h)"), number=1, low=0.001,
                      high=10000, decimals=3),
            NumberAsk(key="up", title=Text("排放口离地 (m)", "Outlet height (m)"), number=5, low=0, high=300,
                      decimals=1),
            NumberAsk(key="wind", title=Text("风速 (m/s)", "Wind (m/s)"), number=1.5, low=0.5, high=20, decimals=1),
            ChoiceAsk(key="direction", title=Text("风向", "Wind from"), choices=WINDS),
            ChoiceAsk(
                key="air",
                title=Text("大气稳定度", "Stability"),
                choices=(
                    ("worst", Text("最不利", "Worst")), ("D", Text("D 中性", "D, neutral")),
                    ("EF", Text("E–F 稳定", "E–F, stable")), ("C", Text("C 弱不稳定", "C, slightly unstable")),
                    ("AB", Text("A–B 不稳定", "A–B, unstable")),
                ),
            ),
            NumberAsk(key="radius", title=RADIUS, number=300, low=20, high=2000),
            NumberAsk(key="cell", title=CELL, number=6, low=1, high=50, decimals=1),
        ),
    ),
)  # fmt: skip
FORMS: Mapping[ToolName, Tool] = MappingProxyType({tool.name: tool for tool in _ALL})
