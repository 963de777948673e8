"""Lets a wall follow its clearance: what may not be shown leaves the stage and the figures of the city."""

from typing import Protocol

from PySide6.QtCore import QObject, SignalInstance, Slot

from sanping.commands.loaded_layer import LoadedLayer
from sanping.commands.overview import overview_of
from sanping.twin.project import TwinProject
from sanping.ui.layer_clearing import LayerClearing
from sanping.ui.linkage.follower import Follower
from sanping.ui.live.living import Living
from sanping.ui.loading import Loading
from sanping.ui.wall.plan import WallPlan
from sanping.ui.wall.telling import Telling


class _Wall(Protocol):
    """What of a wall has to do with its layers."""

    project: TwinProject
    plan: WallPlan
    living: Living
    loading: Loading
    follower: Follower
    telling: Telling
    layers: list[LoadedLayer]


class WallClearing(QObject):
    """Hides the layers of one wall that are above its clearance, and counts the city without them."""

    def __init__(self, wall: _Wall, city_shown: SignalInstance, parent: QObject) -> None:
        super().__init__(parent)
        self._wall = wall
        self.layers = LayerClearing(wall.project, wall.living, wall.loading, wall.plan.own_clearance, self)
        self.layers.hidden_changed.connect(wall.follower.hide)
        self.layers.hidden_changed.connect(self._count)
        city_shown.connect(self._count)

    @Slot()
    def _count(self) -> None:
        self._wall.telling.show_overview(overview_of(self.layers.seen(self._wall.layers)))
