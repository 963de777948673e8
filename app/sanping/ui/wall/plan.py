"""What is to be shown where: the layouts of a wall, the whole of it, and the tiles of it that this machine shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from PySide6.QtCore import QRect

from sanping.domain.label import HIGHEST, Label
from sanping.stage.sharing import BoardName
from sanping.ui.live.link import ScreenCard
from sanping.ui.wall.layout import Layout
from sanping.ui.wall.panels.plugged import Plugged
from sanping.ui.wall.tiling import Tile, Tiling


@dataclass(frozen=True, kw_only=True)
class WallPlan:
    """What is to be shown where: the layout, the whole wall, and the tiles of it that this machine shows.

    `places` are the rectangles of the desktop for these tiles. A wall that `is_full` covers its screens; only then the
    windows keep their size. `least_px` is the height of the smallest text that the farthest seat can read. `boards` are
    the layouts that the wall can turn to; without any it keeps the one it has. `area` is the code of the area whose
    command centre it hangs in, "" for that of the whole city. `own_clearance` is up to which
    label the settings of this machine let it show now. `plugged` are the panels of other packages.
    """

    layout: Layout
    tiling: Tiling
    tiles: tuple[Tile, ...]
    places: tuple[QRect, ...]
    least_px: float
    is_full: bool = True
    area: str = ""
    card: ScreenCard = ScreenCard(screen="wall", kind="wall")  # noqa: RUF009  a frozen value
    boards: Mapping[BoardName, Layout] = field(default_factory=lambda: MappingProxyType({}))
    own_clearance: Callable[[], Label] = lambda: HIGHEST
    plugged: Plugged = field(default_factory=lambda: MappingProxyType({}))

    def of(self, board: BoardName) -> Layout:
        """Return the layout of a board."""
        return self.boards.get(board, self.layout)
