"""How a wall is laid out: data that names what stands where, checked as it is read; pure but for the file.

Regions are shares of the canvas. On a wall of tiles each is kept within one screen, so that no panel crosses a seam.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import radians, tan
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, get_args

import msgspec

from sanping.domain.errors import InputError, ProjectInvalid
from sanping.domain.text import Text
from sanping.stage.sharing import FIRST_BOARD, BoardName
from sanping.ui.wall.panels.declared import Declared, Form
from sanping.ui.wall.tiling import Tile, Tiling

PanelKind = Literal[
    "band", "title", "clock", "weather", "figures", "hydrograph", "ranking", "profile", "quality", "alarms",
    "carousel", "ticker", "rain", "devices", "sources", "heights", "focus", "credits", "reports",
    "case_figures", "case_rates", "case_flow", "case_day", "area_ranking", "department_ranking", "class_map",
    "response", "event_countdown", "event_course", "event_posts", "event_cases",
    "case_sources", "case_carousel", "case_pair", "five_ones", "short_feedback", "long_feedback", "area_strip",
    "data_services", "data_catalogue", "scheme", "sites",
]  # fmt: skip
Fit = Literal["fit", "fill", "reflow"]
Other = Literal["plugged"]
PLUGGED: Other = "plugged"
BOARDS: tuple[BoardName, ...] = get_args(BoardName)
KINDS: tuple[str, ...] = get_args(PanelKind)
FORMS: tuple[str, ...] = get_args(Form)
CROSSES: frozenset[str] = frozenset({"band"})
ABOVE: frozenset[str] = frozenset({"focus", "area_strip", "response", "scheme", "sites"})
"""The panels that may lie over others: they cover them while they are shown."""
ARC_MINUTES = 16.0
LEAST_SHARE = 0.0172
LEAST_EM = 5.0
SCHEME_AT = (0.27, 0.108, 0.46, 0.105)
SITES_AT = (0.29, 0.225, 0.42, 0.13)
UNASKED: Mapping[PanelKind, tuple[float, float, float, float]] = MappingProxyType(
    {"scheme": SCHEME_AT, "sites": SITES_AT}
)
"""Where the strips of a plan's alternative and of other sites come on a wall whose layout does not say."""

_BROKEN = Text("大屏布局无法读取：{reason}", "The layout of the wall cannot be read: {reason}")
_UNKNOWN = Text("没有名为“{name}”的大屏布局；可用：{names}", "There is no wall layout “{name}”; there are: {names}")
_OUTSIDE = Text("面板超出画布；每个值须在 0 到 1 之间", "A panel leaves the canvas; every value must be 0 to 1")
_OVERLAP = Text(
    "面板“{one}”与“{other}”重叠；请改动其中一个", "The panels “{one}” and “{other}” overlap; move one of them"
)
_SHOWS = Text(
    "面板“{one}”：自定义形式须有 show，其他面板不能有",
    "The panel “{one}”: a declared form needs a `show`, and no other panel may have one",
)
_PLUGS = Text(
    "面板“{one}”：插件面板（plugged）须写 plug_in，其他面板不能写",
    "The panel “{one}”: “plugged” needs a `plug_in`, and no other panel may have one",
)
_TWICE = Text("面板“{one}”出现了两次", "The panel “{one}” stands there twice")

Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Box = tuple[float, float, float, float]


class Region(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One panel: `at` is left, top, width and height as shares of the canvas.

    "reflow" arranges the panel anew for its room, "fill" lets its text grow with the room, "fit" keeps its proportions
    in the middle of the room. A panel of a `Form` stands there as often as wished, each with a `show` of its own.
    The panels of `turns` share the room with it, one after another. "plugged" stands for a panel of another package,
    named by `plug_in` as "package.name".
    """

    panel: PanelKind | Form | Other
    at: tuple[Share, Share, Share, Share]
    fit: Fit = "reflow"
    turns: tuple[PanelKind, ...] = ()
    show: Declared | None = None
    plug_in: Annotated[str, msgspec.Meta(max_length=200)] = ""


class _Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    zh: str
    en: str


class Layout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A layout as its file says it; `aspect` is width through height of the canvas it was made for.

    `tiles` are columns and rows of the wall it was made for, `bezel_mm` the gap between two pictures of it. Text is
    never smaller than 16 arc minutes at `seat_m`, where a pixel is `pitch_mm` large; 0 leaves that to the settings.
    `accent` is the colour of its own for headings, edges and what is drawn first, such as "#2fe6a0"; empty for the
    usual one. `board` is what it tells of: the state of the city (状态一网感知) or how it is run (运行一网治理).
    """

    title: _Words
    aspect: Annotated[float, msgspec.Meta(gt=0.1, lt=20.0)]
    panels: tuple[Region, ...]
    tiles: tuple[Annotated[int, msgspec.Meta(ge=1, le=16)], Annotated[int, msgspec.Meta(ge=1, le=16)]] = (1, 1)
    bezel_mm: Annotated[float, msgspec.Meta(ge=0.0, le=200.0)] = 0.0
    pitch_mm: Annotated[float, msgspec.Meta(ge=0.0, le=50.0)] = 0.0
    seat_m: Annotated[float, msgspec.Meta(ge=0.0, le=200.0)] = 0.0
    board: BoardName = FIRST_BOARD
    accent: Annotated[str, msgspec.Meta(pattern="^(#[0-9a-fA-F]{6})?$")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a panel stands on one canvas: left, top, width, height and the size of its text, in pixels."""

    panel: PanelKind | Form | Other
    box: Box
    em_px: float
    fit: Fit = "reflow"
    turns: tuple[PanelKind, ...] = ()
    show: Declared | None = None
    accent: str = ""
    plug_in: str = ""


def read_layout(path: Path) -> Layout:
    """Read a layout. Raises `ProjectInvalid` that names the file and the place in it."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Layout)
    except OSError as error:
        raise ProjectInvalid(_BROKEN.with_values(reason=error.strerror), path=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeError, msgspec.ValidationError) as error:
        reason, _, place = str(error).partition(" - at ")
        raise ProjectInvalid(_BROKEN.with_values(reason=reason), path=str(path), place=place.strip("`")) from error
    _check(found, path)
    return found


def _check(layout: Layout, path: Path) -> None:
    for number, region in enumerate(layout.panels):
        left, top, width, height = region.at
        place = f"panels[{number}]"
        if left + width > 1.0 + 1e-9 or top + height > 1.0 + 1e-9 or not width or not height:
            raise ProjectInvalid(_OUTSIDE, path=str(path), place=place)
        if (region.panel in FORMS) != (region.show is not None):
            raise ProjectInvalid(_SHOWS.with_values(one=region.panel), path=str(path), place=place)
        if (region.panel == PLUGGED) != bool(region.plug_in):
            raise ProjectInvalid(_PLUGS.with_values(one=region.panel), path=str(path), place=place)
        for other in layout.panels[:number]:
            twice = ({region.panel, *region.turns} & {other.panel, *other.turns}) - {*FORMS, PLUGGED}
            if twice:
                raise ProjectInvalid(_TWICE.with_values(one=min(twice)), path=str(path), place=place)
            is_free = {region.panel, other.panel} & (CROSSES | ABOVE)
            if not is_free and _overlap(region.at, other.at) > 1e-9:
                words = _OVERLAP.with_values(one=region.panel, other=other.panel)
                raise ProjectInvalid(words, path=str(path), place=place)


def layout_for(folder: Path, wanted: str, tiling: Tiling, board: BoardName = FIRST_BOARD) -> Layout:
    """Return the layout that is named by a file or a name of `folder`; "" for the board's that suits the wall best.

    A folder without any layout of that board shows what it has.
    Raises `InputError` for an unknown name, `ProjectInvalid` for a broken file.
    """
    known = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    if wanted:
        path = known.get(wanted) or Path(wanted)
        if not path.is_file():
            raise InputError(_UNKNOWN.with_values(name=wanted, names="、".join(known)))
        return read_layout(path)
    width, height = tiling.canvas_px
    layouts = [read_layout(path) for path in known.values()]

    def unlike(layout: Layout) -> tuple[bool, bool, float]:
        aspect = width / height
        return (
            layout.board != board,
            layout.tiles != (tiling.columns, tiling.rows),
            max(layout.aspect / aspect, aspect / layout.aspect),
        )

    return min(layouts, key=unlike)


def layouts_for(folder: Path, wanted: str, tiling: Tiling) -> dict[BoardName, Layout]:
    """Return the layout of each board; one that is named stands for its board. Raises as `layout_for`."""
    found = {name: layout_for(folder, "", tiling, name) for name in BOARDS}
    if wanted:
        named = layout_for(folder, wanted, tiling)
        found[named.board] = named
    return found


def least_text_px(seat_m: float, pitch_mm: float) -> float:
    """Return the height of the smallest text, 16 arc minutes at the farthest seat, in pixels of this size."""
    return 2000.0 * seat_m * tan(radians(ARC_MINUTES / 60.0) / 2.0) / pitch_mm


def text_px(layout: Layout, tiling: Tiling, least_px: float) -> float:
    """Return the size of ordinary text on a wall, never less than can be read.

    It is a share of the height of a screen of the wall that the layout was made for, so that a layout keeps its look.
    """
    return max(least_px, LEAST_SHARE * tiling.canvas_px[1] / layout.tiles[1])


def placed(layout: Layout, tiling: Tiling, em_px: float) -> tuple[Place, ...]:
    """Return where the panels stand on a wall.

    Each lies within one screen; where that leaves too little room for a panel, it is left out.
    """
    width, height = tiling.canvas_px
    kept: list[Place] = []
    said = {name for region in layout.panels for name in (region.panel, *region.turns)}
    unasked = tuple(Region(panel=name, at=at) for name, at in UNASKED.items() if name not in said)
    for region in (*layout.panels, *unasked):
        left, top, across, down = region.at
        box = (left * width, top * height, across * width, down * height)
        if region.panel not in CROSSES:
            box = _within_one(box, tiling.tiles)
        place = Place(panel=region.panel, box=box, em_px=em_px, fit=region.fit, show=region.show,
                      turns=region.turns, accent=layout.accent, plug_in=region.plug_in)  # fmt: skip
        is_narrow = min(box[2] / 2.0, box[3]) < _LEAST_EM.get(region.panel, LEAST_EM) * em_px
        if not is_narrow:
            kept.append(place)
    return tuple(kept)


_LEAST_EM = {**dict.fromkeys(("band", "title", "clock", "weather", "ticker", "credits"), 1.05), "five_ones": 3.6,
             "area_strip": 3.2, "scheme": 4.6, "sites": 4.6}  # fmt: skip


def fitted(place: Place, nominal_em: tuple[float, float]) -> Place:
    """Return a place as its `fit` asks; `nominal_em` is the room that the panel was drawn for, in sizes of its text."""
    left, top, width, height = place.box
    grown = min(width / (nominal_em[0] * place.em_px), height / (nominal_em[1] * place.em_px))
    if place.fit == "reflow" or grown <= 1.0:
        return place
    if place.fit == "fill":
        return replace(place, em_px=place.em_px * grown)
    across, down = nominal_em[0] * place.em_px * grown, nominal_em[1] * place.em_px * grown
    box = (left + (width - across) / 2, top + (height - down) / 2, across, down)
    return replace(place, box=box, em_px=place.em_px * grown)


def _within_one(box: Box, tiles: Sequence[Tile]) -> Box:
    """Return what of a box lies in the screen that holds most of it."""

    def shared(tile: Tile) -> float:
        return _overlap(box, (tile.left, tile.top, tile.width, tile.height))

    tile = max(tiles, key=shared)
    left, top = max(box[0], tile.left), max(box[1], tile.top)
    return left, top, min(box[0] + box[2], tile.right) - left, min(box[1] + box[3], tile.bottom) - top


def _overlap(one: Box, other: Box) -> float:
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down)
