"""The regions that are modelled: rough outlines in degrees, seats of counties by their true names, waters, roads."""

from dataclasses import dataclass

LonLat = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class County:
    """A county or zone: code (GB/T 2260, "" for a zone that has none), names, seat, and how many towns it has."""

    code: str
    name: str
    name_en: str
    seat: LonLat
    towns: int
    is_city: bool = False


@dataclass(frozen=True, kw_only=True)
class Water:
    """A water: its outline in degrees, or a line with a width in kilometres."""

    name: str
    name_en: str
    points: tuple[LonLat, ...]
    width_km: float = 0.0
    kind: str = "river"


@dataclass(frozen=True, kw_only=True)
class Region:
    """One region; `crs` is the zone of CGCS2000 that it lies in, `scale` how much smaller the table is."""

    key: str
    title: str
    title_en: str
    city: str
    city_en: str
    crs: str
    scale: float
    outline: tuple[LonLat, ...]
    counties: tuple[County, ...]
    waters: tuple[Water, ...]
    style: str = "night"
    province: str = "江苏省"
    province_en: str = "Jiangsu"
    has_streets: bool = False


NANTONG = Region(
    key="nantong",
    title="南通市域沙盘（模拟数据）",
    title_en="Sand table of Nantong (synthetic data)",
    city="南通市",
    city_en="Nantong",
    crs="EPSG:4549",
    scale=22.0,
    outline=(
        (120.20, 32.53), (120.32, 32.62), (120.52, 32.66), (120.76, 32.70), (120.94, 32.66), (121.04, 32.56),
        (121.20, 32.49), (121.38, 32.43), (121.45, 32.28), (121.55, 32.18), (121.68, 32.07), (121.80, 31.95),
        (121.89, 31.78), (121.93, 31.67), (121.70, 31.67), (121.44, 31.74), (121.22, 31.79), (121.06, 31.80),
        (120.91, 31.89), (120.80, 31.96), (120.70, 31.99), (120.60, 32.02), (120.52, 32.06), (120.44, 32.13),
        (120.37, 32.22), (120.27, 32.36),
    ),
    counties=(
        County(code="320613", name="崇川区", name_en="Chongchuan", seat=(120.860, 32.020), towns=14, is_city=True),
        County(code="320612", name="通州区", name_en="Tongzhou", seat=(121.075, 32.075), towns=12),
        County(code="320614", name="海门区", name_en="Haimen", seat=(121.180, 31.895), towns=12),
        County(code="320681", name="启东市", name_en="Qidong", seat=(121.655, 31.815), towns=12),
        County(code="320682", name="如皋市", name_en="Rugao", seat=(120.570, 32.375), towns=14),
        County(code="320685", name="海安市", name_en="Hai'an", seat=(120.465, 32.545), towns=10),
        County(code="320623", name="如东县", name_en="Rudong", seat=(121.185, 32.315), towns=14),
        County(code="", name="开发区", name_en="Development Zone", seat=(120.965, 31.925), towns=4),
        County(code="", name="通州湾", name_en="Tongzhou Bay", seat=(121.430, 32.155), towns=2),
        County(code="", name="苏锡通园区", name_en="Suxitong Park", seat=(121.040, 31.840), towns=2),
    ),
    waters=(
        Water(
            name="长江", name_en="Yangtze River",
            points=((119.9, 31.93), (120.30, 32.02), (120.46, 31.97), (120.62, 31.93), (120.78, 31.88), (120.92, 31.79),
                    (121.10, 31.70), (121.40, 31.62), (121.75, 31.52), (122.4, 31.40)),
            width_km=15.0,
        ),
        Water(
            name="黄海", name_en="Yellow Sea", kind="sea",
            points=((120.80, 32.74), (120.97, 32.69), (121.08, 32.58), (121.24, 32.52), (121.42, 32.46),
                    (121.49, 32.30), (121.59, 32.20), (121.72, 32.10), (121.85, 31.98), (121.94, 31.80),
                    (121.97, 31.66), (122.5, 31.5), (122.5, 33.0), (120.80, 33.0)),
        ),
        Water(name="通吕运河", name_en="Tonglü Canal", width_km=0.9,
              points=((120.84, 32.06), (121.07, 32.05), (121.35, 32.05), (121.62, 32.02), (121.82, 31.95))),
        Water(name="通扬运河", name_en="Tongyang Canal", width_km=0.8,
              points=((120.82, 32.05), (120.70, 32.22), (120.56, 32.39), (120.46, 32.53), (120.30, 32.58))),
    ),
)  # fmt: skip
SUQIAN = Region(
    key="suqian",
    title="宿迁市域沙盘（模拟数据）",
    title_en="Sand table of Suqian (synthetic data)",
    city="宿迁市",
    city_en="Suqian",
    crs="EPSG:4548",
    scale=22.0,
    outline=(
        (117.96, 33.52), (118.02, 33.28), (118.28, 33.14), (118.55, 33.22), (118.72, 33.40), (118.92, 33.60),
        (119.10, 33.86), (119.22, 34.08), (119.20, 34.34), (118.92, 34.42), (118.62, 34.32), (118.34, 34.24),
        (118.12, 34.12), (118.06, 33.88), (117.98, 33.72),
    ),
    counties=(
        County(code="321302", name="宿城区", name_en="Sucheng", seat=(118.250, 33.945), towns=16, is_city=True),
        County(code="321311", name="宿豫区", name_en="Suyu", seat=(118.400, 33.960), towns=14),
        County(code="321322", name="沭阳县", name_en="Shuyang", seat=(118.805, 34.110), towns=30),
        County(code="321323", name="泗阳县", name_en="Siyang", seat=(118.705, 33.720), towns=16),
        County(code="321324", name="泗洪县", name_en="Sihong", seat=(118.220, 33.460), towns=22),
        County(code="", name="洋河新区", name_en="Yanghe", seat=(118.400, 33.770), towns=3),
        County(code="", name="湖滨新区", name_en="Lakeside", seat=(118.270, 34.060), towns=3),
    ),
    waters=(
        Water(
            name="骆马湖", name_en="Luoma Lake", kind="lake",
            points=((118.08, 34.00), (118.14, 33.98), (118.20, 34.02), (118.22, 34.10), (118.18, 34.18),
                    (118.10, 34.19), (118.04, 34.12)),
        ),
        Water(
            name="洪泽湖", name_en="Hongze Lake", kind="lake",
            points=((118.30, 33.40), (118.42, 33.44), (118.55, 33.50), (118.68, 33.52), (118.86, 33.44),
                    (118.92, 33.28), (118.70, 33.16), (118.48, 33.20), (118.34, 33.28)),
        ),
        Water(name="京杭大运河", name_en="Grand Canal", width_km=1.2,
              points=((117.85, 34.16), (118.12, 34.03), (118.28, 33.97), (118.45, 33.85), (118.68, 33.74),
                      (118.98, 33.62), (119.3, 33.50))),
        Water(name="新沂河", name_en="Xinyi River", width_km=1.3,
              points=((118.20, 34.13), (118.45, 34.17), (118.78, 34.15), (119.05, 34.20), (119.5, 34.24))),
    ),
    style="night",
)  # fmt: skip
XIONGAN = Region(
    key="xiongan",
    title="雄安新区沙盘（模拟数据）",
    title_en="Sand table of Xiong'an (synthetic data)",
    city="雄安新区",
    city_en="Xiong'an",
    province="河北省",
    province_en="Hebei",
    crs="EPSG:4548",
    scale=9.0,
    outline=(
        (115.66, 38.98), (115.75, 39.10), (115.92, 39.16), (116.10, 39.14), (116.30, 39.05), (116.28, 38.92),
        (116.18, 38.80), (115.98, 38.72), (115.80, 38.75), (115.70, 38.85),
    ),
    counties=(
        County(code="130629", name="容城县", name_en="Rongcheng", seat=(115.865, 39.045), towns=9, is_city=True),
        County(code="130632", name="安新县", name_en="Anxin", seat=(115.930, 38.935), towns=12),
        County(code="130638", name="雄县", name_en="Xiongxian", seat=(116.110, 38.995), towns=12),
        County(code="", name="启动区", name_en="Start-up Area", seat=(115.985, 39.055), towns=2),
        County(code="", name="昝岗片区", name_en="Zangang", seat=(116.215, 39.035), towns=2),
    ),
    waters=(
        Water(
            name="白洋淀", name_en="Baiyang Lake", kind="lake",
            points=((115.88, 38.90), (115.98, 38.93), (116.08, 38.90), (116.12, 38.84), (116.04, 38.78),
                    (115.94, 38.80), (115.86, 38.84)),
        ),
        Water(name="大清河", name_en="Daqing River", width_km=0.5,
              points=((116.05, 38.90), (116.13, 38.94), (116.22, 38.96), (116.45, 38.98))),
        Water(name="白沟引河", name_en="Baigou Canal", width_km=0.4,
              points=((116.02, 39.20), (116.00, 39.08), (115.96, 38.99), (115.95, 38.91))),
    ),
)  # fmt: skip
CHANGZHOU = Region(
    key="changzhou",
    title="常州市域沙盘（模拟数据）",
    title_en="Sand table of Changzhou (synthetic data)",
    city="常州市",
    city_en="Changzhou",
    crs="EPSG:4549",
    scale=16.0,
    outline=(
        (119.72, 31.99), (119.86, 32.03), (120.00, 31.97), (120.07, 31.93), (120.10, 31.86), (120.17, 31.77),
        (120.19, 31.66), (120.16, 31.55), (120.06, 31.49), (119.97, 31.52), (119.86, 31.50), (119.77, 31.45),
        (119.66, 31.36), (119.61, 31.26), (119.54, 31.16), (119.40, 31.18), (119.26, 31.26), (119.21, 31.40),
        (119.28, 31.50), (119.33, 31.62), (119.35, 31.75), (119.44, 31.86), (119.57, 31.88), (119.66, 31.93),
    ),
    counties=(
        County(code="320402", name="天宁区", name_en="Tianning", seat=(119.990, 31.775), towns=7, is_city=True),
        County(code="320404", name="钟楼区", name_en="Zhonglou", seat=(119.885, 31.785), towns=8),
        County(code="320411", name="新北区", name_en="Xinbei", seat=(119.945, 31.880), towns=10),
        County(code="320412", name="武进区", name_en="Wujin", seat=(119.950, 31.665), towns=16),
        County(code="320413", name="金坛区", name_en="Jintan", seat=(119.565, 31.735), towns=9),
        County(code="320481", name="溧阳市", name_en="Liyang", seat=(119.480, 31.425), towns=12),
    ),
    waters=(
        Water(name="长江", name_en="Yangtze River", width_km=6.0,
              points=((119.30, 32.27), (119.55, 32.20), (119.76, 32.08), (119.92, 32.04), (120.06, 31.98),
                      (120.22, 31.95), (120.60, 32.00))),
        Water(
            name="滆湖", name_en="Ge Lake", kind="lake",
            points=((119.79, 31.68), (119.84, 31.67), (119.86, 31.60), (119.85, 31.53), (119.79, 31.51),
                    (119.76, 31.57), (119.77, 31.64)),
        ),
        Water(
            name="长荡湖", name_en="Changdang Lake", kind="lake",
            points=((119.53, 31.66), (119.58, 31.65), (119.60, 31.59), (119.57, 31.53), (119.52, 31.55),
                    (119.50, 31.61)),
        ),
        Water(
            name="太湖", name_en="Lake Tai", kind="lake",
            points=((120.05, 31.47), (120.14, 31.51), (120.24, 31.50), (120.36, 31.47), (120.60, 31.45),
                    (120.62, 30.98), (120.10, 30.96), (119.94, 31.12), (119.96, 31.32)),
        ),
        Water(name="京杭大运河", name_en="Grand Canal", width_km=0.8,
              points=((119.35, 32.12), (119.58, 31.98), (119.74, 31.88), (119.88, 31.81), (119.99, 31.75),
                      (120.10, 31.71), (120.26, 31.60), (120.50, 31.45))),
    ),
)  # fmt: skip
WUXI = Region(
    key="wuxi",
    title="无锡市域沙盘（模拟数据）",
    title_en="Sand table of Wuxi (synthetic data)",
    city="无锡市",
    city_en="Wuxi",
    crs="EPSG:4549",
    scale=12.0,
    has_streets=True,
    outline=(
        (119.98, 31.82), (120.00, 31.92), (120.14, 31.955), (120.29, 31.94), (120.42, 31.93), (120.58, 31.91),
        (120.60, 31.80), (120.57, 31.71), (120.64, 31.61), (120.60, 31.50), (120.50, 31.43), (120.38, 31.41),
        (120.27, 31.44), (120.18, 31.49), (120.09, 31.52), (120.04, 31.49), (120.02, 31.41), (119.97, 31.27),
        (119.91, 31.17), (119.79, 31.14), (119.66, 31.17), (119.56, 31.25), (119.53, 31.38), (119.58, 31.48),
        (119.68, 31.57), (119.82, 31.60), (119.93, 31.65), (120.01, 31.72),
    ),
    counties=(
        County(code="320213", name="梁溪区", name_en="Liangxi", seat=(120.303, 31.566), towns=8, is_city=True),
        County(code="320205", name="锡山区", name_en="Xishan", seat=(120.430, 31.632), towns=9),
        County(code="320206", name="惠山区", name_en="Huishan", seat=(120.205, 31.682), towns=7),
        County(code="320211", name="滨湖区", name_en="Binhu", seat=(120.205, 31.520), towns=7),
        County(code="320214", name="新吴区", name_en="Xinwu", seat=(120.430, 31.497), towns=6),
        County(code="320281", name="江阴市", name_en="Jiangyin", seat=(120.285, 31.885), towns=12),
        County(code="320282", name="宜兴市", name_en="Yixing", seat=(119.820, 31.355), towns=14),
    ),
    waters=(
        Water(name="长江", name_en="Yangtze River", width_km=5.0,
              points=((119.60, 31.99), (119.86, 31.97), (120.05, 31.99), (120.22, 31.985), (120.36, 31.975),
                      (120.56, 31.965), (120.90, 31.98))),
        Water(
            name="太湖", name_en="Lake Tai", kind="lake",
            points=((120.04, 31.45), (120.10, 31.485), (120.17, 31.455), (120.24, 31.41), (120.33, 31.375),
                    (120.44, 31.39), (120.52, 31.30), (120.50, 31.02), (120.10, 30.96), (119.95, 31.12),
                    (120.00, 31.27)),
        ),
        Water(name="五里湖", name_en="Lake Wuli", kind="lake",
              points=((120.225, 31.512), (120.262, 31.524), (120.285, 31.514), (120.262, 31.500), (120.232, 31.497))),
        Water(name="京杭大运河", name_en="Grand Canal", width_km=0.7,
              points=((119.98, 31.82), (120.12, 31.72), (120.22, 31.632), (120.275, 31.585), (120.320, 31.535),
                      (120.40, 31.460), (120.52, 31.36))),
        Water(name="锡澄运河", name_en="Xicheng Canal", width_km=0.5,
              points=((120.24, 31.95), (120.255, 31.84), (120.262, 31.73), (120.272, 31.62))),
    ),
)  # fmt: skip
REGIONS = (NANTONG, SUQIAN, XIONGAN, CHANGZHOU, WUXI)
