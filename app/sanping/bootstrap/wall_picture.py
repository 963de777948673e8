"""The wall as a picture, without a window: the city tile by tile, the panels before it, bezels as black bars."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

import msgspec
import numpy as np

from sanping.bootstrap.desk_hub import HubChoice, hubs
from sanping.bootstrap.drawn_upon import cut_open, painting
from sanping.bootstrap.opener import Refusal
from sanping.bootstrap.pictures import Shot, staged_layers
from sanping.bootstrap.plug_ins import installed_panels
from sanping.bootstrap.rehearsing import played_responses
from sanping.bootstrap.wall import WallWish, check_qt, wall_folder
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.commands.loaded_layer import LoadedLayer, loaded
from sanping.commands.overview import overview_of
from sanping.domain.catalogue import Catalogue
from sanping.domain.errors import HubUnreachable, InputError
from sanping.domain.geo import UInt8Array
from sanping.domain.label import clearances_of
from sanping.domain.text import Text
from sanping.domain.view import StyleName
from sanping.hub.plan import in_metres, metres_of
from sanping.ports.history import SeriesKey
from sanping.ports.progress import Part, Progress
from sanping.scene.city_scene import CityScene
from sanping.settings.settings import Settings
from sanping.stage.area_map import AreaMap, AreaMapKind, area_pose, centre_name
from sanping.stage.sharing import Focus, FocusKind
from sanping.stage.state import QualityName, Stage
from sanping.twin.fleet import seen_at
from sanping.twin.live import LiveState
from sanping.twin.project import TwinProject
from sanping.twin.river_view import river_view

if TYPE_CHECKING:
    from sanping.ui.areas_in_city import AreaShow
    from sanping.ui.wall.facts import Points, WallFacts
    from sanping.ui.wall.governing import Governed
    from sanping.ui.wall.layout import Layout
    from sanping.ui.wall.rehearsal import Rehearsal

DEFAULT_PX = (1920, 1080)
HEARD_WITHIN_S = 20.0
SETTLED_S = 2.0
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MOST_COURSES, RECENT = 24, 18
REPORTED_MS = 5_000
_DRAWING = Text("绘制大屏", "Drawing the wall")
_SILENT = Text("中枢没有应答；请确认它在运行", "The hub does not answer; see that it runs")
_NO_FOCUS = Text(
    "看不懂放大内容。请写成 station:编号、alarm:编号 或 panel:名称",
    "What is to be large is not understood. Write station:ID, alarm:ID or panel:NAME",
)


@dataclass(frozen=True, kw_only=True)
class WallShot:
    """How the city looks in the picture; `focus` is what the wall shows large, "kind:id".

    `case_map` is laid over the city, and `area` is the area whose command centre the wall hangs in; both need a hub
    that is named.
    """

    style: StyleName | None = None
    view: str = ""
    quality: QualityName = "high"
    moment: datetime | None = None
    focus: str = ""
    area: str = ""
    case_map: AreaMapKind | None = None


def wall_picture(  # noqa: PLR0913  what, where, how, of what, with what
    project: TwinProject,
    output: Path,
    wished: tuple[WallWish, WallShot],
    hub: HubChoice,
    *,
    progress: Progress,
    settings: Settings,
) -> tuple[Refusal, ...]:
    """Write a picture of the wall, and return the layers that are missing in it.

    With a named hub the panels tell what it tells; otherwise what the twin's simulators would tell now. Raises
    `InputError` for a layout, view or folder that cannot be used, `HubUnreachable` when a named hub is silent.
    """
    from PIL import Image  # noqa: PLC0415  only for pictures

    picture, refused = wall_pixels(project, wished, hub, progress, settings)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(output)
    except OSError as error:
        words = Text("画面无法写入：{reason}", "The picture cannot be written: {reason}")
        raise InputError(words.with_values(reason=error.strerror), path=str(output)) from error
    return refused


def wall_pixels(
    project: TwinProject,
    wished: tuple[WallWish, WallShot],
    hub: HubChoice,
    progress: Progress,
    settings: Settings,
) -> tuple[UInt8Array, tuple[Refusal, ...]]:
    """Return the wall's canvas (height, width, 3), what the bezels hide in black, and the layers that are missing."""
    check_qt()
    project = project.cleared_for(clearances_of(settings.clearances).of_screen("wall"))
    with painting(settings):
        from sanping.ui.movers_in_city import movers_of  # noqa: PLC0415  Qt only after the check
        from sanping.ui.wall.picture import WallCanvas  # noqa: PLC0415

        wish, look = wished
        width, height = wish.size_px or DEFAULT_PX
        canvas = WallCanvas(wall_folder(project), wish.layout, wish.counts, (width, height), settings, wish.board)
        canvas.plugged = installed_panels(settings)
        canvas.measure(wish.bezel_mm, wish.pitch_mm, wish.seat_m)
        shot = Shot(
            width=width, height=height, style=look.style, view=look.view, quality=look.quality, moment=look.moment
        )
        scene, stage, refused, layers = staged_layers(project, shot, Part(progress, 0.0, 0.6), settings)
        try:
            opened = tuple(map(loaded, layers))
            facts = _facts(project, look, hub, settings, canvas.layout)
            facts = replace(_with_own_data(facts, opened, project), style=stage.style, overview=overview_of(opened))
            facts, stage = _with_areas(scene, facts, stage, look.area)
            scene.animate(3.3)
            scene.show(stage, None)
            cut_open(scene, stage, layers)
            scene.show_river(facts.view)
            _show_cases(scene, facts)
            scene.governed.show_movers(movers_of(seen_at(facts.fleet, facts.now_ms + REPORTED_MS)), facts.now_ms)
            pixels = canvas.drawn(scene, stage, facts, Part(progress, 0.6, 1.0))
        finally:
            scene.close()
    progress.report(1.0, _DRAWING)
    return np.ascontiguousarray(pixels), tuple(refused)


def _with_own_data(facts: "WallFacts", layers: Sequence[LoadedLayer], project: TwinProject) -> "WallFacts":
    """Return the facts with the catalogue of the twin's own layers where no hub told one."""
    from sanping.ui.outgoing.catalogue_lines import own_cards  # noqa: PLC0415

    if facts.catalogue is not None:
        return facts
    cards = own_cards(layers, project)
    return replace(facts, catalogue=Catalogue(at_ms=facts.now_ms, began_ms=facts.now_ms, cards=cards))


def _with_areas(scene: CityScene, facts: "WallFacts", stage: Stage, centre: str) -> "tuple[WallFacts, Stage]":
    """Lay areas over the city; a command centre has its own name, and looks at its own area."""
    from sanping.ui.areas_in_city import lay_over  # noqa: PLC0415

    shown = None if facts.governed is None else facts.governed.areas
    if shown is None:
        return facts, stage
    lay_over(scene.governed, shown)
    name = centre_name(shown.board, centre)
    pose = area_pose(shown.board.area.outline, stage.camera) if centre else None
    if name is not None:
        facts = replace(facts, title=name, tagline=facts.title)
    return facts, stage if pose is None else replace(stage, camera=pose)


def _areas(questions: Questions, crs: str, look: WallShot, now_ms: int) -> "AreaShow":
    """Ask a hub for the areas that a picture shows."""
    from sanping.domain.crs import converter  # noqa: PLC0415  loads PROJ
    from sanping.ui.areas_in_city import asked, shown_of  # noqa: PLC0415

    area_map = None if look.case_map is None else AreaMap(kind=look.case_map)
    found = asked(questions, look.area, area_map or AreaMap(), now_ms)
    return shown_of(found, area_map, converter("EPSG:4490", crs))


def _show_cases(scene: CityScene, facts: "WallFacts") -> None:
    """Show the running cases in the city, and what people do together."""
    from sanping.ui.cases_in_city import marks_of  # noqa: PLC0415
    from sanping.ui.operations_in_city import sceneries  # noqa: PLC0415

    placed = () if facts.governed is None else facts.governed.lines
    scene.governed.show_cases(marks_of(placed, facts.now_ms))
    shown = facts.operations
    state = LiveState(
        responses={one.id: one for one in shown.responses}, event=shown.event, posts=shown.posts,
        cases={line.id: line for line in placed},
    )  # fmt: skip
    for name, scenery in sceneries(state, facts.now_ms).items():
        scene.governed.show_operation(name, scenery)


def _placed(governed: "Governed", crs: str) -> "Governed":
    """Place cases in metres: invented ones know their place in degrees only."""
    lines = []
    for line in governed.lines:
        x_m, y_m = line.x_m, line.y_m
        if x_m is None and line.lon_deg is not None and line.lat_deg is not None:
            x_m, y_m = metres_of(crs, line.lon_deg, line.lat_deg)
        lines.append(msgspec.structs.replace(line, x_m=x_m, y_m=y_m))
    return replace(governed, lines=tuple(lines))


def _facts(project: TwinProject, look: WallShot, hub: HubChoice, settings: Settings, layout: "Layout") -> "WallFacts":
    """Return what the panels show: what a named hub tells, or what the simulators would."""
    from sanping.ui.wall.facts import WallFacts  # noqa: PLC0415
    from sanping.ui.wall.gathering import alarm_lines  # noqa: PLC0415
    from sanping.ui.wall.rehearsal import rehearsal  # noqa: PLC0415
    from sanping.ui.wall.rehearsal_event import rehearsed_operations  # noqa: PLC0415
    from sanping.ui.wall.rehearsal_fleet import rehearsed_fleet  # noqa: PLC0415
    from sanping.ui.wall.rehearsal_photos import rehearsed_governing  # noqa: PLC0415
    from sanping.ui.wall.series import wanted_of  # noqa: PLC0415

    now_ms = round((look.moment or datetime.now().astimezone()).timestamp() * 1000)
    if hub.address:
        told, now_ms = _heard(project, hub, layout, look), time.time_ns() // 1_000_000
    else:
        told = rehearsal(project.live, hub.scenario, now_ms, wanted_of(layout))
    governed = told.governed
    if project.governance is not None and project.is_synthetic and not hub.address:
        invented = rehearsed_governing(now_ms, project.moment.tzinfo, look.focus.removeprefix("case:"))
        governed = _placed(invented, project.crs)
    fleet = told.state.fleet
    if not len(fleet) and not hub.address:
        fleet = rehearsed_fleet(project.live, in_metres(project.crs), now_ms)
    played = () if hub.address else played_responses(project, hub.scenario, now_ms)
    levels = {name: [(int(at), value) for at, value in course[-RECENT:]] for name, course in told.courses.items()}
    view = river_view(project.live, told.state, now_ms, levels)
    return WallFacts(
        now_ms=now_ms,
        view=view,
        title=project.title,
        tagline=project.tagline,
        part=project.live,
        lines=alarm_lines(project.live, view),
        sources=tuple(told.state.sources.values()),
        courses=told.courses,
        series=told.series,
        fleet=fleet,
        focus=_focus(look.focus),
        zone=project.moment.tzinfo,
        language=settings.language,
        is_synthetic=project.is_synthetic,
        board=layout.board,
        governed=governed,
        catalogue=told.catalogue,
        operations=told.operations or rehearsed_operations(project, now_ms, played),
        attribution=project.attribution,
    )


def _heard(project: TwinProject, hub: HubChoice, layout: "Layout", look: WallShot) -> "Rehearsal":
    """Return what a hub tells within some seconds, with the courses of the gauges and those of the layout."""
    from sanping.ui.wall.operations import operations_of  # noqa: PLC0415
    from sanping.ui.wall.rehearsal import Rehearsal  # noqa: PLC0415
    from sanping.ui.wall.series import resolved, wanted_of  # noqa: PLC0415
    from sanping.ui.wall.telling_cases import heard  # noqa: PLC0415
    from sanping.ui.wall.telling_catalogue import told_now  # noqa: PLC0415

    holder = hubs(hub, project)(project)
    assert holder is not None
    link = HubLink(holder.where, screen="wall-picture", kind="wall")
    link.start()
    try:
        end_s = time.monotonic() + HEARD_WITHIN_S
        while not (link.state.is_linked and link.state.readings) and time.monotonic() < end_s:
            time.sleep(0.1)
        if not link.state.is_linked:
            raise HubUnreachable(_SILENT, place=hub.address)
        time.sleep(SETTLED_S)
        questions, now_ms = Questions(holder.where, "wall"), time.time_ns() // 1_000_000
        courses: dict[str, Points] = {}
        for name, readings in link.state.readings.items():
            level = readings.get("water_level")
            if level is not None and len(courses) < MOST_COURSES:
                key = SeriesKey(
                    station=name, quantity="water_level", statistic=level.statistic, period_s=level.period_s
                )
                found = questions.series(key, now_ms - DAY_MS, now_ms, "5min")
                courses[name] = tuple(zip(found.event_ms.tolist(), found.value.tolist(), strict=True))
        series: dict[tuple[str, str], Points] = {}
        for (name, code), hours in resolved(wanted_of(layout), project.live).items():
            found = questions.series(SeriesKey(station=name, quantity=code), now_ms - hours * HOUR_MS, now_ms, "5min")
            series[name, code] = tuple(zip(found.event_ms.tolist(), found.value.tolist(), strict=True))
        areas = None if link.state.case_counts is None else _areas(questions, project.crs, look, now_ms)
        governed = heard(
            questions, link.state, link.show, now_ms, zone=project.moment.tzinfo, areas=areas, within=look.area
        )
        return Rehearsal(
            state=link.state, courses=courses, series=series, governed=governed, operations=operations_of(link.state),
            catalogue=told_now(questions, (layout,)),
        )  # fmt: skip
    finally:
        link.close()


def _focus(text: str) -> Focus | None:
    """Return what "kind:id" means."""
    if not text:
        return None
    kind, _, name = text.partition(":")
    if kind not in get_args(FocusKind) or not name:
        raise InputError(_NO_FOCUS, place=text)
    return Focus(kind=cast("FocusKind", kind), id=name)
