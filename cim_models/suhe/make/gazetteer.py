"""Named places of the twin: parks, lakes, landmarks, labels, streets and towns, and what stands along the creek.

Names are real and public; shapes and positions are approximate. Facilities and their codes are invented.
"""

from dataclasses import dataclass

from cim_models.suhe.make.frame import LonLat


@dataclass(frozen=True, slots=True, kw_only=True)
class Park:
    """A park or campus: an outline; nothing is built in a park except what is placed by name."""

    name: str
    name_en: str
    kind: str
    ring: tuple[LonLat, ...]
    mound_m: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Lake:
    """A lake outline with its level in metres."""

    name: str
    name_en: str
    level_m: float
    ring: tuple[LonLat, ...]


PARKS = (
    Park(name="长风公园", name_en="Changfeng Park", kind="park", mound_m=12.0, ring=(
        (121.3928, 31.2305), (121.3971, 31.2306), (121.3968, 31.2247), (121.3934, 31.2243))),
    Park(name="曹杨公园", name_en="Caoyang Park", kind="park", mound_m=2.0, ring=(
        (121.4066, 31.2462), (121.4092, 31.2448), (121.4074, 31.2426), (121.4052, 31.2444))),
    Park(name="梦清园", name_en="Mengqing Garden", kind="park", mound_m=3.0, ring=(
        (121.4331, 31.2476), (121.4337, 31.2496), (121.4352, 31.2504), (121.4366, 31.2496), (121.4352, 31.2478))),
    Park(name="武宁公园", name_en="Wuning Park", kind="park", mound_m=2.0, ring=(
        (121.4118, 31.2408), (121.4140, 31.2412), (121.4146, 31.2392), (121.4124, 31.2384))),
    Park(name="普陀公园", name_en="Putuo Park", kind="park", mound_m=2.0, ring=(
        (121.4326, 31.2420), (121.4344, 31.2430), (121.4352, 31.2418), (121.4334, 31.2407))),
    Park(name="中山公园", name_en="Zhongshan Park", kind="park", mound_m=5.0, ring=(
        (121.4124, 31.2244), (121.4172, 31.2246), (121.4172, 31.2222), (121.4125, 31.2196))),
    Park(name="沪太公园", name_en="Hutai Park", kind="park", mound_m=2.0, ring=(
        (121.4416, 31.2592), (121.4440, 31.2590), (121.4438, 31.2570), (121.4414, 31.2571))),
    Park(name="静安雕塑公园（示意）", name_en="Sculpture Park (schematic)", kind="park", mound_m=2.0, ring=(
        (121.4528, 31.2352), (121.4550, 31.2360), (121.4556, 31.2342), (121.4532, 31.2334))),
    Park(name="甘泉公园", name_en="Ganquan Park", kind="park", mound_m=2.5, ring=(
        (121.4262, 31.2602), (121.4284, 31.2604), (121.4284, 31.2586), (121.4262, 31.2584))),
)  # fmt: skip

CAMPUSES = (
    Park(name="华东师范大学（示意）", name_en="East China Normal University (schematic)", kind="campus", ring=(
        (121.3988, 31.2308), (121.4040, 31.2306), (121.4026, 31.2268), (121.4030, 31.2232), (121.3984, 31.2226))),
    Park(name="华东政法大学（示意）", name_en="ECUPL (schematic)", kind="campus", ring=(
        (121.4088, 31.2278), (121.4106, 31.2290), (121.4124, 31.2291), (121.4137, 31.2272), (121.4150, 31.2257),
        (121.4096, 31.2252))),
)  # fmt: skip

LAKES = (
    Lake(name="银锄湖", name_en="Yinchu Lake", level_m=2.8, ring=(
        (121.3938, 31.2268), (121.3952, 31.2286), (121.3962, 31.2281), (121.3961, 31.2264), (121.3953, 31.2256),
        (121.3944, 31.2254))),
    Lake(name="丽娃河", name_en="Liwa River", level_m=2.8, ring=(
        (121.40105, 31.2298), (121.40135, 31.2298), (121.40145, 31.2280), (121.40110, 31.2262), (121.40120, 31.2242),
        (121.40090, 31.2242), (121.40078, 31.2263), (121.40112, 31.2281))),
    Lake(name="曹杨公园湖", name_en="Caoyang Park Lake", level_m=2.9, ring=(
        (121.4066, 31.2448), (121.4076, 31.2446), (121.4075, 31.2438), (121.4067, 31.2439))),
    Lake(name="陈家池", name_en="Zhongshan Park Pond", level_m=2.9, ring=(
        (121.4140, 31.2236), (121.4156, 31.2238), (121.4160, 31.2229), (121.4146, 31.2226))),
    Lake(name="普陀公园湖", name_en="Putuo Park Pond", level_m=2.9, ring=(
        (121.4335, 31.2420), (121.4341, 31.2422), (121.4343, 31.2416), (121.4337, 31.2414))),
)  # fmt: skip

STREETS: tuple[tuple[str, str, str, tuple[LonLat, ...]], ...] = (
    ("长寿路街道", "Changshou Road Subdistrict", "014", ((121.437, 31.244), (121.430, 31.240), (121.444, 31.249))),
    ("曹杨新村街道", "Caoyang Xincun Subdistrict", "005", ((121.405, 31.243), (121.411, 31.238))),
    ("长风新村街道", "Changfeng Xincun Subdistrict", "010", ((121.396, 31.227), (121.404, 31.229), (121.412, 31.232))),
    ("宜川路街道", "Yichuan Road Subdistrict", "015", ((121.436, 31.256), (121.440, 31.252))),
    ("甘泉路街道", "Ganquan Road Subdistrict", "016", ((121.428, 31.259),)),
    ("石泉路街道", "Shiquan Road Subdistrict", "017", ((121.421, 31.250), (121.420, 31.243))),
    ("真如镇街道", "Zhenru Town Subdistrict", "020", ((121.403, 31.252), (121.412, 31.252))),
    ("长征镇", "Changzheng Town", "102", ((121.389, 31.236), (121.389, 31.246))),
)

LABELS: tuple[tuple[str, str, int, LonLat], ...] = (
    ("普陀区", "Putuo District", 1, (121.4185, 31.2470)),
    ("长风", "Changfeng", 2, (121.3905, 31.2270)), ("曹杨新村", "Caoyang Xincun", 2, (121.4035, 31.2420)),
    ("武宁", "Wuning", 2, (121.4200, 31.2410)), ("长寿路", "Changshou Road", 2, (121.4372, 31.2440)),
    ("宜川", "Yichuan", 2, (121.4320, 31.2575)), ("甘泉", "Ganquan", 2, (121.4235, 31.2590)),
    ("石泉", "Shiquan", 3, (121.4190, 31.2525)), ("真如", "Zhenru", 2, (121.4000, 31.2550)),
    ("曹家渡", "Caojiadu", 2, (121.4250, 31.2325)), ("中山公园", "Zhongshan Park", 2, (121.4148, 31.2230)),
    ("静安寺", "Jing'an Temple", 2, (121.4440, 31.2240)), ("不夜城", "Everbright City", 2, (121.4540, 31.2505)),
    ("苏州河", "Suzhou Creek", 1, (121.4225, 31.2345)), ("长风湾", "Changfeng Bend", 3, (121.3975, 31.2193)),
    ("梦清园", "Mengqing Garden", 3, (121.4348, 31.2493)), ("潭子湾", "Tanziwan", 3, (121.4352, 31.2530)),
    ("M50 创意园（示意）", "M50 Creative Park (schematic)", 3, (121.4447, 31.2497)),
    ("天安千树（示意）", "1000 Trees (schematic)", 3, (121.4466, 31.2516)),
    ("环球港（示意）", "Global Harbor (schematic)", 2, (121.4072, 31.2328)),
    ("华东师范大学（示意）", "East China Normal University (schematic)", 3, (121.4010, 31.2290)),
    ("玉佛寺（示意）", "Jade Buddha Temple (schematic)", 3, (121.4418, 31.2412)),
    ("长风公园", "Changfeng Park", 3, (121.3950, 31.2275)),
    ("中远两湾城（示意）", "Two Bays (schematic)", 3, (121.4398, 31.2522)),
    ("武宁路桥", "Wuning Road Bridge", 3, (121.4238, 31.2372)),
)  # fmt: skip

# Heights of ambition: where offices and towers gather (lon, lat, spread in metres, storeys at the middle).
CENTRES: tuple[tuple[LonLat, float, int], ...] = (
    ((121.4072, 31.2325), 300, 30), ((121.3885, 31.2240), 380, 26), ((121.4375, 31.2432), 400, 36),
    ((121.4545, 31.2498), 420, 34), ((121.4500, 31.2275), 620, 46), ((121.4115, 31.2190), 330, 38),
    ((121.4140, 31.2425), 220, 22), ((121.4265, 31.2330), 260, 28), ((121.4420, 31.2215), 420, 40),
    ((121.4570, 31.2340), 420, 38), ((121.4000, 31.2500), 260, 20),
    ((121.4505, 31.2455), 280, 34), ((121.4345, 31.2545), 220, 26),
)  # fmt: skip
