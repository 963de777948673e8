"""From what a person picked and wrote to a study that a thread can run; the modules that compute are imported there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import shapely

from sanping.analysis.aerodrome import RunwayRule
from sanping.analysis.findings import Finding, FindingLegend, LegendStep, Strokes
from sanping.analysis.sunlight_rules import SunlightRule
from sanping.commands.analysis_actions import ToolName
from sanping.commands.loaded_layer import LoadedLayer
from sanping.domain.errors import InputError
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.plan import Outline
from sanping.domain.text import Text
from sanping.domain.tile import TileSet
from sanping.domain.view import Point
from sanping.ports.progress import Progress
from sanping.stage.notes_shown import ShownNotes
from sanping.stage.state import FeatureRef
from sanping.twin.project import TwinProject
from sanping.ui.analysis.tools import FORMS, Pick

if TYPE_CHECKING:
    from sanping.analysis.level_series import LevelSeries
    from sanping.analysis.studies.city import Selected, StudiedCity

PREPARING = Text("准备计算（首次约需十秒）", "Making ready (about ten seconds the first time)")
MISSING = Text("请先在图上选取：{title}", "Pick on the map first: {title}")
MOST_LEVELS = 400
MOST_EYES = 60
AERODROME, LEAST_RUNWAY_M = Text("机场净空", "Aerodrome surfaces"), 100.0
SHORT_RUNWAY = Text(
    "跑道两端相距不到 {least} 米；请点在两端的中点",
    "The ends of the runway lie within {least} m; pick both ends",
)
PICKED = Text("选取的位置", "What was picked")
PLOT = Text("地块 {number}", "Plot {number}")
PICK_COLOUR, POST_M = (80, 225, 255), 18.0
Study = Callable[[Progress], Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A filled form: numbers, choices, places and buildings by key, and the rules that the choice "rule" names."""

    tool: ToolName
    numbers: Mapping[str, float]
    choices: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, Sequence[Point]] = field(default_factory=dict)
    buildings: Mapping[str, Sequence[FeatureRef]] = field(default_factory=dict)
    rules: Mapping[str, SunlightRule] = field(default_factory=dict)
    runways: Mapping[str, RunwayRule] = field(default_factory=dict)
    moment: datetime | None = None
    series: "LevelSeries | None" = None
    drawn: Sequence[tuple[str, Outline]] = ()

    @property
    def plots(self) -> tuple[tuple[str, Outline], ...]:
        """The areas that are drawn as annotations, and the one whose corners were picked."""
        corners = tuple((place[0], place[1]) for place in self.places.get("plot", ()))
        picked_plot = ((PLOT.with_values(number=len(self.drawn) + 1).zh, corners),) if len(corners) > 2 else ()
        return (*self.drawn, *picked_plot)

    def first(self, key: str) -> Point:
        """Return the place of a pick that has one."""
        return self.places[key][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class CityLayers:
    """The layers of a twin that analyses look at."""

    buildings: Sequence[tuple[str, TileSet]]
    terrain: Terrain | None
    water: Sequence[shapely.Geometry]
    walls: Sequence[TileSet] = ()
    streets: Sequence[shapely.Geometry] = ()


def layers_of(layers: Mapping[str, LoadedLayer], is_visible: Callable[[str], bool]) -> CityLayers:
    """Return buildings and walls that are shown, the ground, water with an area, and streets."""
    buildings: list[tuple[str, TileSet]] = []
    terrain: Terrain | None = None
    water: list[shapely.Geometry] = []
    walls: list[TileSet] = []
    streets: list[shapely.Geometry] = []
    for name, layer in layers.items():
        content, role = layer.content, layer.entry.role
        if isinstance(content, TileSet) and role == "buildings" and is_visible(name):
            buildings.append((name, content))
        elif isinstance(content, TileSet) and role == "bridges" and is_visible(name):
            walls.append(content)
        elif isinstance(content, Terrain) and terrain is None:
            terrain = content
        elif isinstance(content, VectorLayer) and role == "water":
            water += [shape for shape in content.geometries if shape.area > 0.0]
        elif isinstance(content, VectorLayer) and role == "roads":
            streets += [shape for shape in content.geometries if shape.length > 0.0 and shape.area == 0.0]
    return CityLayers(
        buildings=tuple(buildings), terrain=terrain, water=tuple(water), walls=tuple(walls), streets=tuple(streets)
    )


def study_of(asked: Asked, layers: CityLayers, project: TwinProject) -> Study:
    """Return what computes the finding; call it in a thread."""

    def run(progress: Progress) -> Finding:
        progress.report(0.0, PREPARING)
        return _STUDIES[asked.tool](asked, _city(layers, project, asked), progress)

    return run


def _city(layers: CityLayers, project: TwinProject, asked: Asked) -> "StudiedCity":
    from sanping.analysis.studies.city import StudiedCity  # noqa: PLC0415  half a second
    from sanping.analysis.sun_track import north_turn  # noqa: PLC0415
    from sanping.analysis.sunlight import Place  # noqa: PLC0415

    where = next((places[0][:2] for places in (*asked.places.values(), *(plot for _, plot in asked.drawn)) if places),
                 (0.0, 0.0))  # fmt: skip
    turn = north_turn(project.crs, where[0], where[1])
    place = Place(latitude_deg=project.latitude_deg, longitude_deg=project.longitude_deg, north_turn_deg=turn)
    return StudiedCity(
        buildings=layers.buildings, terrain=layers.terrain, water=layers.water, walls=layers.walls,
        streets=layers.streets, place=place,
    )  # fmt: skip


def _sunlight(asked: Asked, city: "StudiedCity", progress: Progress) -> Finding:
    from sanping.analysis.studies.sunlight_study import SunlightAsk, sunlight_study  # noqa: PLC0415

    on = asked.choices["on"]
    if on == "plots":
        return _plots(asked, city, progress)
    ask = SunlightAsk(
        middle=asked.first("middle")[:2],
        radius_m=asked.numbers["radius"],
        rule=asked.rules[asked.choices["rule"]],
        on="walls" if on == "walls" else "ground" if on == "ground" else "both",
        plan=_selected(asked, "plan"),
    )
    return sunlight_study(city, ask, progress)


def _plots(asked: Asked, city: "StudiedCity", progress: Progress) -> Finding:
    from sanping.analysis.studies.plot_study import PlotAsk, plot_study  # noqa: PLC0415

    ask = PlotAsk(
        plots=asked.plots, rule=asked.rules[asked.choices["rule"]], least_share=asked.numbers["share"] / 100.0,
        plan=_selected(asked, "plan"),
    )  # fmt: skip
    return plot_study(city, ask, progress)


def _sight(asked: Asked, city: "StudiedCity", progress: Progress) -> Finding:
    from sanping.analysis.studies.sight_study import SightAsk, sight_study  # noqa: PLC0415

    up = asked.numbers["target_m"]
    targets = [raised(place, up) for place in asked.places["targets"]]
    eye = raised(asked.first("eye"), asked.numbers["eye_m"])
    return sight_study(city, SightAsk(eye=eye, targets=targets), progress)


def _view(asked: Asked, city: "StudiedCity", progress: Progress) -> Finding:
    from sanping.analysis.studies.sight_study import ViewAsk, view_study  # noqa: PLC0415

    numbers = asked.numbers
    eyes = [raised(place, numbers["eye_m"]) for place in asked.places["eyes"]]
    if numbers["apart"] > 0.0 and len(eyes) > 1:
        eyes = _along(eyes, numbers["apart"], city, numbers["eye_m"])
    ask = ViewAsk(eyes=eyes, radius_m=numbers["radius"], cell_m=numbers["cell"], target_m=numbers["target_m"])
    return view_study(city, ask, progress)


def _along(corners: Sequence[Point], apart_m: float, city: "StudiedCity", eye_m: float) -> list[Point]:
    """Return eyes along a path, none lower than so high above the ground."""
    from sanping.analysis.findings import points_of  # noqa: PLC0415
    from sanping.analysis.looking import along_path  # noqa: PLC0415

    places = along_path(corners, apart_m)[:MOST_EYES]
    if city.terrain is not None:
        places[:, 2] = np.maximum(city.ground(places) + eye_m, places[:, 2])
    return list(points_of(places))


def _sky(asked: Asked, city: "StudiedCity", progress: Progress) -> Finding:
    from sanping.analysis.studies.sight_study import SkyAsk, sky_study  # noqa: PLC0415

    ask = SkyAsk(middle=asked.first("middle")[:2], radius_m=asked.numbers["radius"], cell_m=asked.numbers["cell"])
    return sky_study(city, ask, progress)


def _flood(asked: Asked, city: "StudiedCity", progress: Progress) -> Finding:
    from sanping.analysis.studies.flood_study import FloodAsk, flood_study  # noqa: PLC0415

    low, high = sorted((asked.numbers["from_m"], asked.numbers["to_m"]))
    count = min(MOST_LEVELS, max(1, round((high - low) / asked.numbers["step_m"])) + 1)
    levels = np.linspace(low, high, count).tolist() if high > low else [high]
    sources = [place[:2] for place in asked.places.get("sources", ())]
    ask = FloodAsk(levels_m=levels, sources=sources, has_walls=asked.choices["walls"] == "hold", series=_series(asked))
    return flood_study(city, ask, progress)


def _series(asked: Asked) -> "LevelSeries | None":
    """Return the course of levels that the water follows, None where it rises level by level."""
    from sanping.analysis.level_series import typed_series  # noqa: PLC0415

    if asked.choices.get("course") == "typed":
        assert asked.moment is not None  # the desk always shows one
        return typed_series(asked.choices.get("series", ""), asked.moment)
    return asked.series


def _height(asked: Asked, city: "StudiedCity", progress: Progress) -> Finding:
    from sanping.analysis.height_control import Cone, Corridor, LimitSurface, Zone  # noqa: PLC0415
    from sanping.analysis.studies.height_study import HeightAsk, height_study  # noqa: PLC0415

    numbers, (x, y, z) = asked.numbers, asked.first("middle")
    radius, kind = numbers["radius"], asked.choices["kind"]
    surface: LimitSurface
    if kind == "corridor":
        landmark = asked.first("landmark")
        title = Text("景观视廊", "View corridor")
        surface = Corridor(title=title, eye=(x, y, z + 1.6), landmark=landmark, width_m=numbers["width"])
        radius = float(np.hypot(landmark[0] - x, landmark[1] - y))
    elif kind == "cone":
        title = Text(f"净空锥面 {numbers['slope']:g}%", f"Cone of {numbers['slope']:g} %")
        surface = Cone(
            title=title, centre=(x, y), base_m=z, inner_m=10.0, outer_m=radius, slope=numbers["slope"] / 100.0
        )
    else:
        top = float(city.ground(np.array([[x, y]]))[0]) + numbers["above_m"]
        title = Text(f"限高区 {top:.1f} 米", f"Zone below {top:.1f} m")
        surface = Zone(title=title, area=shapely.Point(x, y).buffer(radius), top_m=top)
    return height_study(city, HeightAsk(surfaces=[surface], middle=(x, y), radius_m=radius), progress)


def needed(asked: Asked) -> list[Pick]:
    """Return what must be picked: of a corridor its landmark too, for plots none where some are drawn already."""
    if asked.tool == "sunlight" and asked.choices.get("on") == "plots":
        return [] if asked.plots else [replace(pick, least=3) for pick in FORMS["sunlight"].picks if pick.key == "plot"]
    is_corridor = asked.choices.get("kind") == "corridor"
    return [pick for pick in FORMS[asked.tool].picks if pick.is_needed or (pick.key == "landmark" and is_corridor)]


def drawn_areas(shown: ShownNotes | None) -> tuple[tuple[str, Outline], ...]:
    """Return the areas among the annotations that are shown, with their words or a number."""
    areas = [note for note in (() if shown is None else shown.notes) if note.kind == "polygon" and len(note.points) > 2]
    return tuple(
        (note.words.partition("\n")[0] or PLOT.with_values(number=number).zh, tuple((x, y) for x, y, _ in note.points))
        for number, note in enumerate(areas, start=1)
    )


def picked(asked: Asked) -> Finding | None:
    """Return what was picked as posts in the city, with the circle that is studied; None for nothing."""
    places = [place for key in asked.places for place in asked.places[key]]
    if not places:
        return None
    at = np.array(places)
    ends = [np.stack([at, at + np.array([0.0, 0.0, POST_M])], axis=1)]
    if "radius" in asked.numbers and asked.choices.get("kind") != "corridor":
        x, y, z = places[0]
        turn = np.linspace(0.0, 2.0 * np.pi, 97)
        rim = np.column_stack([x + asked.numbers["radius"] * np.sin(turn), y + asked.numbers["radius"] * np.cos(turn)])
        rim = np.column_stack([rim, np.full(len(rim), z + 2.0)])
        ends.append(np.stack([rim[:-1], rim[1:]], axis=1))
    lines = np.concatenate(ends)
    step = LegendStep(least=0.0, colour=PICK_COLOUR, title=PICKED)
    return Finding(
        id="picks", title=PICKED, summary=PICKED, method=PICKED, legend=FindingLegend(title=PICKED, steps=(step,)),
        strokes=Strokes(ends=lines, values=np.zeros(len(lines)), is_on_top=True),
    )  # fmt: skip


def _noise(asked: Asked, city: "StudiedCity", progress: Progress) -> Finding:
    from sanping.analysis.studies.noise_study import NoiseAsk, noise_study  # noqa: PLC0415

    numbers, choices = asked.numbers, asked.choices
    ask = NoiseAsk(
        sources=asked.places["sources"], power_db=numbers["power"], height_m=numbers["up"], radius_m=numbers["radius"],
        cell_m=numbers["cell"], area_class=choices["class"], is_night=choices["when"] == "night",
    )  # fmt: skip
    return noise_study(city, ask, progress)


def _pollution(asked: Asked, city: "StudiedCity", progress: Progress) -> Finding:
    from sanping.analysis.pollution import STABILITIES, Weather  # noqa: PLC0415
    from sanping.analysis.studies.pollution_study import PollutionAsk, pollution_study  # noqa: PLC0415

    numbers, choices = asked.numbers, asked.choices
    weather = Weather(
        wind_m_s=numbers["wind"], from_deg=None if choices["direction"] == "worst" else float(choices["direction"]),
        stabilities=tuple(STABILITIES) if choices["air"] == "worst" else (choices["air"],),
    )  # fmt: skip
    ask = PollutionAsk(
        sources=asked.places["sources"], pollutant=choices["pollutant"], rate_kg_h=numbers["rate"],
        height_m=numbers["up"], radius_m=numbers["radius"], cell_m=numbers["cell"], weather=weather,
        stage="2031" if choices["stage"] == "2031" else "2026",
    )  # fmt: skip
    return pollution_study(city, ask, progress)


def _walk(asked: Asked, city: "StudiedCity", progress: Progress) -> Finding:
    from sanping.analysis.studies.walk_study import WalkAsk, walk_study  # noqa: PLC0415

    return walk_study(city, WalkAsk(facilities=asked.places["facilities"], minutes=asked.numbers["minutes"]), progress)


def _earth(asked: Asked, city: "StudiedCity", progress: Progress) -> Finding:
    from sanping.analysis.studies.earth_study import EarthAsk, earth_study  # noqa: PLC0415

    level = asked.numbers["level"] if asked.choices["to"] == "level" else None
    corners = [place[:2] for place in asked.places["corners"]]
    return earth_study(city, EarthAsk(corners=corners, level_m=level), progress)


def _skyline(asked: Asked, city: "StudiedCity", progress: Progress) -> Finding:
    from sanping.analysis.studies.skyline_study import SkylineAsk, skyline_study  # noqa: PLC0415

    numbers, eye, towards = asked.numbers, raised(asked.first("eye"), asked.numbers["eye_m"]), asked.first("towards")
    ask = SkylineAsk(
        eye=eye, towards_deg=float(np.degrees(np.arctan2(towards[0] - eye[0], towards[1] - eye[1])) % 360.0),
        wide_deg=numbers["wide"], radius_m=numbers["reach"], limit_m=numbers["limit"], plan=_selected(asked, "plan"),
    )  # fmt: skip
    return skyline_study(city, ask, progress)


def _landmark(asked: Asked, city: "StudiedCity", progress: Progress) -> Finding:
    from sanping.analysis.studies.landmark_study import LandmarkAsk, landmark_study  # noqa: PLC0415

    numbers = asked.numbers
    ask = LandmarkAsk(
        landmark=_selected(asked, "landmark"), radius_m=numbers["radius"], cell_m=numbers["cell"],
        eye_m=numbers["eye_m"],
    )  # fmt: skip
    return landmark_study(city, ask, progress)


def _shadow(asked: Asked, city: "StudiedCity", progress: Progress) -> Finding:
    from sanping.analysis.studies.shadow_study import ShadowAsk, shadow_study  # noqa: PLC0415

    assert asked.moment is not None  # the desk always shows one
    numbers = asked.numbers
    ask = ShadowAsk(
        middle=asked.first("middle")[:2], day=asked.moment, radius_m=numbers["radius"],
        cell_m=numbers["cell"], step_min=numbers["step_min"],
    )  # fmt: skip
    return shadow_study(city, ask, progress)


def _aerodrome(asked: Asked, city: "StudiedCity", progress: Progress) -> Finding:
    from sanping.analysis.aerodrome import aerodrome_surfaces  # noqa: PLC0415
    from sanping.analysis.studies.height_study import HeightAsk, height_study  # noqa: PLC0415

    first, last = asked.places["ends"][:2]
    if np.hypot(last[0] - first[0], last[1] - first[1]) < LEAST_RUNWAY_M:
        raise InputError(SHORT_RUNWAY.with_values(least=f"{LEAST_RUNWAY_M:g}"))
    rule = asked.runways[asked.choices["runway"]]
    surfaces = aerodrome_surfaces(rule, (first, last))
    middle = ((first[0] + last[0]) / 2.0, (first[1] + last[1]) / 2.0)
    found = height_study(city, HeightAsk(surfaces=surfaces, middle=middle, radius_m=asked.numbers["reach"]), progress)
    method = Text(
        f"{rule.title.zh}。{found.method.zh}依据：{rule.source.zh}。",
        f"{rule.title.en}. {found.method.en} After: {rule.source.en}.",
    )
    return replace(found, id="aerodrome", title=AERODROME, method=method)


def _selected(asked: Asked, key: str) -> "list[Selected]":
    from sanping.analysis.studies.city import Selected  # noqa: PLC0415

    return [Selected(layer=one.layer, id=one.id) for one in asked.buildings.get(key, ())]


def raised(place: Point, by_m: float) -> Point:
    """Return a place, higher."""
    return (place[0], place[1], place[2] + by_m)


_STUDIES: Mapping[ToolName, Callable[[Asked, "StudiedCity", Progress], Finding]] = {
    "sunlight": _sunlight, "sight": _sight, "viewshed": _view, "sky": _sky, "flood": _flood, "height": _height,
    "noise": _noise, "walk": _walk, "earth": _earth, "skyline": _skyline, "landmark": _landmark, "shadow": _shadow,
    "aerodrome": _aerodrome, "pollution": _pollution,
}  # fmt: skip
