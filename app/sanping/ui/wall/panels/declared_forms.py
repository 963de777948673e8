"""Makes the panel of each form that a layout can declare."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sanping.ui.wall.facts import WallPanel
from sanping.ui.wall.panels.declared import Declared, Form
from sanping.ui.wall.panels.declared_clock import DayClock
from sanping.ui.wall.panels.declared_numbers import Dials, NumberCards, Stages, WordLines
from sanping.ui.wall.panels.declared_places import Aisles, Chain, Lanes
from sanping.ui.wall.panels.declared_round import Course, Radar, Ring
from sanping.ui.wall.panels.declared_rows import Columns, Matrix, RankBars, Table, ValueTiles

FORMS: Mapping[Form, Callable[[Declared], WallPanel]] = MappingProxyType(
    {
        "numbers": NumberCards,
        "dials": Dials,
        "stages": Stages,
        "words": WordLines,
        "bars": RankBars,
        "columns": Columns,
        "tiles": ValueTiles,
        "table": Table,
        "matrix": Matrix,
        "ring": Ring,
        "radar": Radar,
        "course": Course,
        "lanes": Lanes,
        "aisles": Aisles,
        "chain": Chain,
        "day": DayClock,
    }
)
