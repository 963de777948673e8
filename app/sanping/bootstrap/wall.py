"""Opens the wall of a twin: as windows that follow their room, or measured, or as a picture."""

import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from sanping.bootstrap.desk_hub import DeskHubs, HubChoice, hubs
from sanping.bootstrap.opener import Refusal, TwinOpener
from sanping.bootstrap.plug_ins import installed_panels
from sanping.bootstrap.screen_clearance import ScreenClearance
from sanping.domain.errors import Cancelled, DisplayMissing, SanpingError
from sanping.settings import paths
from sanping.settings.compatibility import qt_trouble
from sanping.settings.settings import Settings
from sanping.stage.sharing import FIRST_BOARD, BoardName
from sanping.twin.project import LayerEntry, TwinProject
from sanping.wire.show import MAIN_ROOM

if TYPE_CHECKING:
    from sanping.ui.wall.self_test import Rate as Measured
    from sanping.ui.wall.wall import Wall

SETTLING_MS = 4000


@dataclass(frozen=True, kw_only=True)
class WallWish:
    """What was asked for on the command line; `layout` "" and sizes 0 leave the choice to the wall and its layout.

    `area` is the area whose command centre the wall hangs in, "" for that of the whole city.
    """

    layout: str = ""
    counts: tuple[int, int] = (1, 1)
    tile: tuple[int, int] | None = None
    screen: int = 0
    size_px: tuple[int, int] | None = None
    bezel_mm: float = -1.0
    pitch_mm: float = 0.0
    seat_m: float = 0.0
    room: str = MAIN_ROOM
    name: str = ""
    test_s: float = 0.0
    shows_pattern: bool = False
    board: BoardName = FIRST_BOARD
    area: str = ""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """What the self-test found of one screen: frames a second, milliseconds of the middle and the slowest one."""

    place: str
    per_second: float
    median_ms: float
    slowest_ms: float


def _rate(measured: "Measured") -> Rate:
    return Rate(
        place=f"{measured.tile.column},{measured.tile.row}",
        per_second=measured.per_second,
        median_ms=measured.median_ms,
        slowest_ms=measured.slowest_ms,
    )


def place_of(tiles: str, tile: str) -> tuple[tuple[int, int] | None, tuple[int, int]]:
    """Return the tile that is meant, None for all, and the counts of the wall. Raises `InputError`."""
    from sanping.ui.wall.tiling import counts_of, tile_named  # noqa: PLC0415  a wall is wanted

    return tile_named(tile) if tile else (None, counts_of(tiles) if tiles else (1, 1))


def wall_folder(project: TwinProject) -> Path:
    """Return the folder of the layouts: a scene's own, else ours."""
    return project.wall or paths.assets() / "wall"


def run_wall(  # noqa: PLR0913  what, how, and whom to tell
    project: TwinProject,
    settings: Settings,
    wish: WallWish,
    hub: HubChoice,
    *,
    tell: Callable[[Refusal], None],
    tell_rates: Callable[[tuple[Rate, ...]], None],
) -> int:
    """Show the wall until it is closed; returns the exit status of the application, 130 after Ctrl-C.

    `tell` hears of each layer that cannot be opened, `tell_rates` of the self-test, after which the wall closes. Raises
    `DisplayMissing`, and `InputError` for a layout, screen or hub that cannot be used.
    """
    wall, opener, own_hubs = opened_wall(project, settings, wish, hub)
    from sanping.ui.application import run_until_closed  # noqa: PLC0415  Qt only after the check
    from sanping.ui.ending import ended_by_signals  # noqa: PLC0415
    from sanping.ui.wall.self_test import SelfTest  # noqa: PLC0415

    def on_failed(entry: LayerEntry, error: SanpingError) -> None:
        if not isinstance(error, Cancelled):
            tell(Refusal(entry=entry, error=error))

    wall.loading.layer_failed.connect(on_failed)
    if wish.test_s > 0:
        test = SelfTest(wall, wish.test_s, wall)
        wall.city_shown.connect(test.start)
        test.measured.connect(lambda rates: tell_rates(tuple(map(_rate, rates))))
        test.measured.connect(wall.close)
    wall.show()
    wall.show_pattern(is_shown=wish.shows_pattern)
    try:
        with ended_by_signals(wall.close) as ending:
            return run_until_closed() or ending.status
    finally:
        opener.close()
        own_hubs.finish()


def opened_wall(
    project: TwinProject, settings: Settings, wish: WallWish, hub: HubChoice
) -> "tuple[Wall, TwinOpener, DeskHubs]":
    """Make the application and the wall, not shown yet; opener and hubs are ended by whoever asked for them."""
    check_qt()
    own_clearance = ScreenClearance("wall", settings, paths.settings_file())
    project = project.cleared_for(own_clearance())
    hub_of = hubs(hub, project)
    from sanping.ui.application import create_application  # noqa: PLC0415  Qt only after the check
    from sanping.ui.live.link import ScreenCard  # noqa: PLC0415
    from sanping.ui.wall.layout import layouts_for, least_text_px  # noqa: PLC0415
    from sanping.ui.wall.placing import Wish, placing_of, screens  # noqa: PLC0415
    from sanping.ui.wall.plan import WallPlan  # noqa: PLC0415
    from sanping.ui.wall.wall import Wall  # noqa: PLC0415

    create_application(settings.language, paths.assets())
    rough = placing_of(Wish(counts=wish.counts, tile=wish.tile, screen=wish.screen, size_px=wish.size_px), screens())
    boards = layouts_for(wall_folder(project), wish.layout, rough.tiling)
    layout = boards[wish.board]
    pitch_mm = wish.pitch_mm or layout.pitch_mm or settings.wall_pitch_mm
    seat_m = wish.seat_m or layout.seat_m or settings.wall_seat_m
    bezel_mm = layout.bezel_mm if wish.bezel_mm < 0 else wish.bezel_mm
    exact = Wish(counts=wish.counts, tile=wish.tile, screen=wish.screen, size_px=wish.size_px,
                 bezel_mm=bezel_mm, pitch_mm=pitch_mm)  # fmt: skip
    found = placing_of(exact, screens())
    name = wish.name or platform.node()
    screen = f"wall-{name}" if wish.tile is None else f"wall-{name}-{wish.tile[0]}.{wish.tile[1]}"
    tile = "" if wish.tile is None else f"{wish.tile[0]},{wish.tile[1]}/{wish.counts[0]}x{wish.counts[1]}"
    plan = WallPlan(
        layout=layout,
        boards=boards,
        tiling=found.tiling,
        tiles=found.tiles,
        places=found.places,
        least_px=least_text_px(seat_m, pitch_mm),
        is_full=found.is_full,
        area=wish.area,
        own_clearance=own_clearance,
        plugged=installed_panels(settings),
        card=ScreenCard(screen=screen[:64], kind="wall", room=wish.room, name=name[:64], window=8, tile=tile),
    )
    opener = TwinOpener(settings, hub_where=hub_of.elsewhere, kind="wall")
    opener.opened_twin(project)
    wall = Wall(project, plan, opener=opener, settings=settings, assets=paths.assets(), hub_of=hub_of)
    wall.show_board(wish.board)
    return wall, opener, hub_of


def check_qt() -> None:
    """Raise `DisplayMissing` when Python and Qt must not run together."""
    major, minor = version("PySide6-Essentials").split(".")[:2]
    trouble = qt_trouble((sys.version_info.major, sys.version_info.minor), (int(major), int(minor)))
    if trouble is not None:
        raise DisplayMissing(trouble)
