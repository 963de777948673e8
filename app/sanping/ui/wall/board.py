"""All panels of a wall on one canvas: what changed is painted again, what turns is animated, each tile shows its piece.

Nothing here knows a window: the same board is painted into windows, tiles and pictures.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from sanping.domain.text import Text
from sanping.ui.wall.brush import Brush
from sanping.ui.wall.facts import Turn, WallFacts, WallPanel
from sanping.ui.wall.layout import ABOVE, PLUGGED, Place, fitted
from sanping.ui.wall.look import LOOKS, NIGHT, WallLook
from sanping.ui.wall.panels.alarms import AlarmFunnel, AlarmTicker
from sanping.ui.wall.panels.area_strip import AreaStrip
from sanping.ui.wall.panels.case_figures import CaseFigures, CaseRates
from sanping.ui.wall.panels.case_flow import CaseDay, CaseFlow
from sanping.ui.wall.panels.case_lessons import LongFeedback
from sanping.ui.wall.panels.case_lists import CaseCarousel, ShortFeedback
from sanping.ui.wall.panels.case_pair import CasePair
from sanping.ui.wall.panels.case_ranks import CaseRanking
from sanping.ui.wall.panels.case_shares import CaseSources, ClassMap
from sanping.ui.wall.panels.data_services import DataCatalogue, DataServices
from sanping.ui.wall.panels.declared_forms import FORMS
from sanping.ui.wall.panels.event import EventCountdown, EventPosts
from sanping.ui.wall.panels.event_course import EventCases, EventCourse
from sanping.ui.wall.panels.figures import Figures
from sanping.ui.wall.panels.five_ones import FiveOnes
from sanping.ui.wall.panels.focus import FocusPanel
from sanping.ui.wall.panels.headings import Band, Clock, Credits, Title, Weather
from sanping.ui.wall.panels.lists import Carousel, Ranking
from sanping.ui.wall.panels.plugged import Plugged, PluggedPanel
from sanping.ui.wall.panels.reports import Reports
from sanping.ui.wall.panels.response import ResponseBoard
from sanping.ui.wall.panels.scheme_strip import SchemeStrip
from sanping.ui.wall.panels.sites_strip import SitesStrip
from sanping.ui.wall.panels.turns import TakingTurns
from sanping.ui.wall.panels.water import Hydrograph, Profile, Quality
from sanping.ui.wall.panels.works import Devices, Heights, Rain, Sources

WATERMARK = Text("模拟数据", "SIMULATED")
WATERMARK_EM, APART_EM = 2.6, 24.0
BLEED_EM = 0.4
NOTHING: Plugged = MappingProxyType({})


def all_panels() -> dict[str, WallPanel]:
    """Return a panel of each kind."""
    panels: dict[str, WallPanel] = {
        "band": Band(), "title": Title(), "clock": Clock(), "weather": Weather(), "figures": Figures(),
        "hydrograph": Hydrograph(), "ranking": Ranking(), "profile": Profile(), "quality": Quality(),
        "alarms": AlarmFunnel(), "carousel": Carousel(), "ticker": AlarmTicker(), "rain": Rain(), "devices": Devices(),
        "sources": Sources(), "heights": Heights(), "credits": Credits(), "reports": Reports(),
        "case_figures": CaseFigures(), "case_rates": CaseRates(), "case_flow": CaseFlow(), "case_day": CaseDay(),
        "area_ranking": CaseRanking("area"), "department_ranking": CaseRanking("department"), "class_map": ClassMap(),
        "case_sources": CaseSources(), "case_carousel": CaseCarousel(), "case_pair": CasePair(),
        "area_strip": AreaStrip(), "data_services": DataServices(), "data_catalogue": DataCatalogue(),
        "five_ones": FiveOnes(), "short_feedback": ShortFeedback(), "long_feedback": LongFeedback(),
        "response": ResponseBoard(), "event_countdown": EventCountdown(), "event_course": EventCourse(),
        "event_posts": EventPosts(), "event_cases": EventCases(),
        "scheme": SchemeStrip(), "sites": SitesStrip(),
    }  # fmt: skip
    return {**panels, "focus": FocusPanel(panels)}


def declared_panel(place: Place) -> WallPanel:
    """Return the panel that a layout declares for a place."""
    assert place.show is not None
    return FORMS[place.panel](place.show)  # type: ignore[index]  # a place with a `show` has a form


def panel_at(place: Place, kinds: Mapping[str, WallPanel], plugged: Plugged) -> WallPanel:
    """Return the panel of a place, or several that take turns there."""
    if place.panel == PLUGGED:
        return PluggedPanel(place.plug_in, plugged)
    first = kinds[place.panel] if place.show is None else declared_panel(place)
    return TakingTurns((first, *(kinds[name] for name in place.turns))) if place.turns else first


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One panel where it stands, with what it shows and what it showed before."""

    place: Place
    panel: WallPanel
    now: object = None
    before: object = None
    began_ms: int = 0
    picture: QPixmap | None = None

    @property
    def area(self) -> QRectF:
        """Its room on the canvas."""
        return QRectF(*self.place.box)

    @property
    def is_hidden(self) -> bool:
        """There is nothing to be put over the others; every other panel says why it is empty."""
        return self.now is None and self.place.panel in ABOVE


class WallBoard:
    """Paints a layout; moments are milliseconds of a clock that never jumps."""

    def __init__(
        self, places: Iterable[Place], *, is_animated: bool = True, ratio: float = 1.0, plugged: Plugged = NOTHING
    ) -> None:
        kinds = all_panels()
        self.look: WallLook = NIGHT
        self._is_animated, self._ratio = is_animated, ratio
        self._facts: WallFacts | None = None
        stands = [(place, panel_at(place, kinds, plugged)) for place in places]
        self._accent = next((place.accent for place, _ in stands), "")
        self._standing = [Standing(place=fitted(place, panel.nominal_em), panel=panel) for place, panel in stands]
        self.em_px = min((one.place.em_px for one in self._standing), default=16.0)

    @property
    def boxes(self) -> tuple[QRectF, ...]:
        """What the panels cover now; the strip at the top lets the city through but not its labels."""
        return tuple(one.area for one in self._standing if not one.is_hidden)

    def show(self, facts: WallFacts, now_ms: int) -> tuple[QRectF, ...]:
        """Take what is to be shown; return what of the canvas has to be painted again."""
        known = self._facts
        is_anew = known is None or (facts.style, facts.language, facts.is_simulated) != (
            known.style, known.language, known.is_simulated,
        )  # fmt: skip
        self.look, self._facts = LOOKS[facts.style].accented(self._accent), facts
        changed = []
        for number, one in enumerate(self._standing):
            content = one.panel.content(facts)
            if is_anew or content != one.now:
                turns = self._is_animated and not is_anew
                self._standing[number] = replace(
                    one,
                    now=content,
                    before=one.now,
                    began_ms=now_ms if turns else now_ms - one.panel.turns_ms,
                    picture=None,
                )
                changed.append(self._reach(one))
        return (QRectF(-1e6, -1e6, 2e6, 2e6),) if is_anew else tuple(changed)

    def turning(self, now_ms: int) -> tuple[QRectF, ...]:
        """Return what is on its way and has to be painted at every frame."""
        return tuple(self._reach(one) for one in self._standing if _share(one, now_ms) < 1.0)

    def paint(self, painter: QPainter, piece: QRectF, now_ms: int) -> None:
        """Paint a piece of the canvas, with its upper left corner at the painter's origin."""
        if self._facts is None:
            return
        painter.save()
        painter.translate(-piece.topLeft())
        if self._facts.is_simulated:
            self._paint_watermark(painter, piece)
        for number, one in enumerate(self._standing):
            if one.is_hidden or not self._reach(one).intersects(piece):
                continue
            share = _share(one, now_ms)
            if one.picture is None or share < 1.0 or one.began_ms:
                began_ms = one.began_ms if share < 1.0 else 0
                self._standing[number] = replace(one, picture=self._picture(one, share), began_ms=began_ms)
            painter.drawPixmap(self._reach(one).topLeft(), self._standing[number].picture or QPixmap())
        painter.restore()

    def _reach(self, one: Standing) -> QRectF:
        """Return what a panel may paint on: its room and a little more, on whole pixels."""
        bleed = BLEED_EM * one.place.em_px
        return QRectF(one.area.adjusted(-bleed, -bleed, bleed, bleed).toAlignedRect())

    def _picture(self, one: Standing, share: float) -> QPixmap:
        reach = self._reach(one)
        picture = QPixmap(round(reach.width() * self._ratio), round(reach.height() * self._ratio))
        picture.setDevicePixelRatio(self._ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.translate(-reach.topLeft())
        assert self._facts is not None
        brush = Brush(painter, self.look, one.place.em_px, self._facts.language)
        one.panel.paint(brush, one.area, Turn(now=one.now, before=one.before, share=share))
        painter.end()
        return picture

    def _paint_watermark(self, painter: QPainter, piece: QRectF) -> None:
        """Mark the city as made up, faintly and again and again, where no panel can hide all of it."""
        assert self._facts is not None
        brush = Brush(painter, self.look, self.em_px, self._facts.language)
        brush.size(WATERMARK_EM, is_bold=True)
        words, apart = brush.say(WATERMARK), APART_EM * self.em_px
        colour = self.look.faint(self.look.number, 17 if self.look.is_dark else 24)
        wide = brush.width(words)
        painter.setPen(colour)
        for row in range(int(piece.top() // apart) - 1, int(piece.bottom() // apart) + 2):
            for column in range(int(piece.left() // apart) - 1, int(piece.right() // apart) + 2):
                middle = QPointF((column + (0.5 if row % 2 else 0.0)) * apart, (row + 0.5) * apart * 0.72)
                painter.save()
                painter.translate(middle)
                painter.rotate(-24.0)
                painter.drawText(QPointF(-wide / 2, 0.0), words)
                painter.restore()


def _share(one: Standing, now_ms: int) -> float:
    """Return how much of the change of a panel is done."""
    if one.panel.turns_ms <= 0 or not one.began_ms:
        return 1.0
    return min(1.0, max(0.0, (now_ms - one.began_ms) / one.panel.turns_ms))


def covered(boxes: Sequence[QRectF]) -> tuple[tuple[float, float, float, float], ...]:
    """Return boxes as left, top, right and bottom."""
    return tuple((box.left(), box.top(), box.right(), box.bottom()) for box in boxes)
