"""Where things are: approximate lines of Suzhou Creek, its side channels and the main roads (degrees, CGCS2000).

Names are real; positions are approximate and drawn from general knowledge, not surveyed.
"""

from dataclasses import dataclass

from cim_models.suhe.make.frame import LonLat

CREEK: tuple[tuple[LonLat, float], ...] = (
    ((121.3720, 31.2215), 62), ((121.3800, 31.2226), 64), ((121.3880, 31.2213), 66), ((121.3945, 31.2193), 66),
    ((121.4000, 31.2193), 64), ((121.4043, 31.2222), 60), ((121.4062, 31.2265), 56), ((121.4090, 31.2297), 54),
    ((121.4130, 31.2302), 54), ((121.4152, 31.2275), 52), ((121.4182, 31.2262), 52), ((121.4212, 31.2288), 54),
    ((121.4221, 31.2330), 54), ((121.4236, 31.2375), 56), ((121.4262, 31.2413), 54), ((121.4300, 31.2430), 52),
    ((121.4322, 31.2455), 52), ((121.4328, 31.2488), 54), ((121.4352, 31.2511), 56), ((121.4383, 31.2499), 54),
    ((121.4404, 31.2482), 52), ((121.4430, 31.2489), 52), ((121.4442, 31.2515), 52), ((121.4466, 31.2531), 54),
    ((121.4490, 31.2512), 54), ((121.4497, 31.2475), 56), ((121.4521, 31.2447), 58), ((121.4562, 31.2432), 60),
    ((121.4620, 31.2440), 62), ((121.4680, 31.2425), 64),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A side channel that ends in the creek."""

    name: str
    name_en: str
    width_m: float
    course: tuple[LonLat, ...]


CHANNELS = (
    Channel(name="真如港", name_en="Zhenru Gang", width_m=18, course=(
        (121.3935, 31.2640), (121.3990, 31.2585), (121.4068, 31.2538), (121.4125, 31.2482), (121.4178, 31.2440),
        (121.4206, 31.2410), (121.4237, 31.2378))),
    Channel(name="彭越浦", name_en="Pengyue Pu", width_m=24, course=(
        (121.4486, 31.2650), (121.4494, 31.2600), (121.4478, 31.2565), (121.4466, 31.2530))),
    Channel(name="木渎港", name_en="Mudu Gang", width_m=16, course=(
        (121.3840, 31.2400), (121.3868, 31.2330), (121.3872, 31.2270), (121.3882, 31.2213))),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Road:
    """A named main road: its class, carriageway width, lanes, and the bridge that carries it over the creek."""

    name: str
    name_en: str
    kind: str
    width_m: float
    lanes: int
    course: tuple[LonLat, ...]
    bridge: str = ""
    bridge_en: str = ""
    bridge_form: str = "beam"


ROADS = (
    Road(name="中山北路", name_en="Zhongshan North Road", kind="arterial", width_m=40, lanes=6,
         bridge="中山路桥", bridge_en="Zhongshan Road Bridge", course=(
        (121.4092, 31.2100), (121.4070, 31.2165), (121.4046, 31.2222), (121.4034, 31.2270), (121.4050, 31.2318),
        (121.4097, 31.2366), (121.4155, 31.2430), (121.4220, 31.2485), (121.4300, 31.2543), (121.4370, 31.2588),
        (121.4450, 31.2640))),
    Road(name="武宁路", name_en="Wuning Road", kind="arterial", width_m=40, lanes=6,
         bridge="武宁路桥", bridge_en="Wuning Road Bridge", bridge_form="pylons", course=(
        (121.3950, 31.2640), (121.4000, 31.2568), (121.4075, 31.2500), (121.4155, 31.2430), (121.4200, 31.2397),
        (121.4238, 31.2372), (121.4275, 31.2350), (121.4292, 31.2305), (121.4300, 31.2220), (121.4310, 31.2100))),
    Road(name="长寿路", name_en="Changshou Road", kind="arterial", width_m=36, lanes=6,
         bridge="长寿路桥", bridge_en="Changshou Road Bridge", bridge_form="arch", course=(
        (121.4275, 31.2350), (121.4320, 31.2396), (121.4370, 31.2432), (121.4430, 31.2460), (121.4497, 31.2477),
        (121.4560, 31.2490), (121.4640, 31.2500))),
    Road(name="长宁路", name_en="Changning Road", kind="arterial", width_m=32, lanes=6, course=(
        (121.3820, 31.2148), (121.3950, 31.2156), (121.4070, 31.2165), (121.4120, 31.2183), (121.4180, 31.2222),
        (121.4228, 31.2268), (121.4258, 31.2316), (121.4275, 31.2350))),
    Road(name="曹杨路", name_en="Caoyang Road", kind="arterial", width_m=32, lanes=6,
         bridge="曹杨路桥", bridge_en="Caoyang Road Bridge", bridge_form="arch", course=(
        (121.3850, 31.2568), (121.3955, 31.2492), (121.4040, 31.2428), (121.4097, 31.2366), (121.4160, 31.2338),
        (121.4222, 31.2326), (121.4258, 31.2316))),
    Road(name="金沙江路", name_en="Jinshajiang Road", kind="arterial", width_m=36, lanes=6, course=(
        (121.3800, 31.2324), (121.3920, 31.2321), (121.3980, 31.2322), (121.4050, 31.2318))),
    Road(name="宁夏路", name_en="Ningxia Road", kind="collector", width_m=24, lanes=4, course=(
        (121.4050, 31.2318), (121.4105, 31.2336), (121.4160, 31.2338))),
    Road(name="大渡河路", name_en="Daduhe Road", kind="arterial", width_m=32, lanes=6,
         bridge="古北路桥", bridge_en="Gubei Road Bridge", bridge_form="arch", course=(
        (121.3905, 31.2640), (121.3908, 31.2500), (121.3910, 31.2400), (121.3920, 31.2321), (121.3928, 31.2250),
        (121.3932, 31.2196), (121.3950, 31.2156), (121.3958, 31.2100))),
    Road(name="云岭东路", name_en="Yunling East Road", kind="collector", width_m=24, lanes=4, course=(
        (121.3780, 31.2262), (121.3850, 31.2256), (121.3928, 31.2243))),
    Road(name="枣阳路", name_en="Zaoyang Road", kind="collector", width_m=20, lanes=4, course=(
        (121.3990, 31.2462), (121.3986, 31.2390), (121.3980, 31.2322), (121.3974, 31.2260), (121.3972, 31.2205))),
    Road(name="兰溪路", name_en="Lanxi Road", kind="collector", width_m=20, lanes=4, course=(
        (121.4000, 31.2568), (121.4018, 31.2500), (121.4040, 31.2428), (121.4058, 31.2380), (121.4050, 31.2318))),
    Road(name="凯旋北路", name_en="Kaixuan North Road", kind="collector", width_m=24, lanes=4,
         bridge="凯旋路桥", bridge_en="Kaixuan Road Bridge", course=(
        (121.4128, 31.2100), (121.4120, 31.2183), (121.4116, 31.2240), (121.4110, 31.2300), (121.4105, 31.2336),
        (121.4097, 31.2366))),
    Road(name="白玉路", name_en="Baiyu Road", kind="collector", width_m=20, lanes=4,
         bridge="华阳路桥", bridge_en="Huayang Road Bridge", course=(
        (121.4180, 31.2222), (121.4181, 31.2262), (121.4172, 31.2300), (121.4160, 31.2338))),
    Road(name="华阳路", name_en="Huayang Road", kind="collector", width_m=20, lanes=2, course=(
        (121.4176, 31.2100), (121.4178, 31.2160), (121.4180, 31.2222))),
    Road(name="江苏路", name_en="Jiangsu Road", kind="arterial", width_m=28, lanes=4, course=(
        (121.4238, 31.2100), (121.4240, 31.2180), (121.4228, 31.2268))),
    Road(name="镇坪路", name_en="Zhenping Road", kind="collector", width_m=24, lanes=4,
         bridge="镇坪路桥", bridge_en="Zhenping Road Bridge", course=(
        (121.4178, 31.2640), (121.4192, 31.2560), (121.4220, 31.2485), (121.4243, 31.2445), (121.4262, 31.2413),
        (121.4285, 31.2384), (121.4301, 31.2378))),
    Road(name="东新路", name_en="Dongxin Road", kind="collector", width_m=20, lanes=4,
         bridge="宝成桥", bridge_en="Baocheng Bridge", course=(
        (121.4235, 31.2640), (121.4255, 31.2560), (121.4268, 31.2500), (121.4288, 31.2456), (121.4303, 31.2431),
        (121.4320, 31.2396))),
    Road(name="常德路", name_en="Changde Road", kind="collector", width_m=20, lanes=4, course=(
        (121.4320, 31.2396), (121.4352, 31.2350), (121.4380, 31.2280), (121.4400, 31.2200), (121.4408, 31.2100))),
    Road(name="胶州路", name_en="Jiaozhou Road", kind="collector", width_m=18, lanes=2, course=(
        (121.4301, 31.2378), (121.4325, 31.2330), (121.4345, 31.2270), (121.4355, 31.2190), (121.4362, 31.2100))),
    Road(name="西康路", name_en="Xikang Road", kind="collector", width_m=18, lanes=2, course=(
        (121.4352, 31.2470), (121.4372, 31.2432), (121.4402, 31.2370), (121.4428, 31.2300), (121.4450, 31.2200),
        (121.4458, 31.2100))),
    Road(name="江宁路", name_en="Jiangning Road", kind="collector", width_m=20, lanes=4,
         bridge="江宁路桥", bridge_en="Jiangning Road Bridge", bridge_form="arch", course=(
        (121.4335, 31.2640), (121.4352, 31.2576), (121.4368, 31.2540), (121.4376, 31.2504), (121.4398, 31.2447),
        (121.4440, 31.2382), (121.4472, 31.2310), (121.4498, 31.2200), (121.4508, 31.2100))),
    Road(name="昌化路", name_en="Changhua Road", kind="collector", width_m=20, lanes=4,
         bridge="昌化路桥", bridge_en="Changhua Road Bridge", course=(
        (121.4398, 31.2607), (121.4406, 31.2540), (121.4416, 31.2483), (121.4434, 31.2440), (121.4458, 31.2400),
        (121.4482, 31.2350), (121.4498, 31.2300))),
    Road(name="宜昌路", name_en="Yichang Road", kind="local", width_m=14, lanes=2, course=(
        (121.4320, 31.2396), (121.4336, 31.2440), (121.4352, 31.2470), (121.4390, 31.2466))),
    Road(name="澳门路", name_en="Aomen Road", kind="local", width_m=16, lanes=2, course=(
        (121.4330, 31.2425), (121.4362, 31.2450), (121.4390, 31.2466), (121.4428, 31.2474), (121.4470, 31.2486))),
    Road(name="莫干山路", name_en="Moganshan Road", kind="local", width_m=14, lanes=2, course=(
        (121.4430, 31.2460), (121.4452, 31.2482), (121.4458, 31.2515))),
    Road(name="中潭路", name_en="Zhongtan Road", kind="collector", width_m=20, lanes=4, course=(
        (121.4268, 31.2500), (121.4300, 31.2518), (121.4332, 31.2537), (121.4368, 31.2540), (121.4406, 31.2540),
        (121.4450, 31.2556))),
    Road(name="石泉路", name_en="Shiquan Road", kind="collector", width_m=20, lanes=4, course=(
        (121.4075, 31.2570), (121.4125, 31.2536), (121.4192, 31.2520), (121.4268, 31.2500))),
    Road(name="宜川路", name_en="Yichuan Road", kind="collector", width_m=20, lanes=4, course=(
        (121.4288, 31.2640), (121.4292, 31.2590), (121.4300, 31.2543))),
    Road(name="安远路", name_en="Anyuan Road", kind="local", width_m=16, lanes=2, course=(
        (121.4258, 31.2316), (121.4292, 31.2330), (121.4352, 31.2362), (121.4440, 31.2400), (121.4515, 31.2436))),
    Road(name="新闸路", name_en="Xinzha Road", kind="collector", width_m=20, lanes=4, course=(
        (121.4228, 31.2268), (121.4295, 31.2292), (121.4380, 31.2302), (121.4482, 31.2342), (121.4560, 31.2372),
        (121.4640, 31.2405))),
    Road(name="北京西路", name_en="Beijing West Road", kind="arterial", width_m=28, lanes=4, course=(
        (121.4240, 31.2210), (121.4300, 31.2220), (121.4400, 31.2240), (121.4500, 31.2272), (121.4640, 31.2325))),
    Road(name="南京西路", name_en="Nanjing West Road", kind="arterial", width_m=30, lanes=4, course=(
        (121.4240, 31.2150), (121.4310, 31.2168), (121.4400, 31.2188), (121.4500, 31.2228), (121.4640, 31.2290))),
    Road(name="恒丰路", name_en="Hengfeng Road", kind="arterial", width_m=30, lanes=6,
         bridge="恒丰路桥", bridge_en="Hengfeng Road Bridge", course=(
        (121.4520, 31.2640), (121.4528, 31.2560), (121.4538, 31.2487), (121.4548, 31.2436), (121.4566, 31.2372),
        (121.4578, 31.2300), (121.4582, 31.2200), (121.4586, 31.2100))),
)  # fmt: skip

ELEVATED = Road(name="内环高架路", name_en="Inner Ring Elevated Road", kind="express", width_m=18, lanes=4,
                course=ROADS[0].course)  # fmt: skip
NORTH_BANK_ROAD = ("光复西路", "Guangfu West Road")
SOUTH_BANK_ROAD = ("苏州河南岸滨河路", "Suzhou Creek South Riverside Road")
