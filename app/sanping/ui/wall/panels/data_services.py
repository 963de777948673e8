"""Panels of what the hub really shares: services with their requests as counted, and the catalogue of the twin's data.

Nothing here comes from a simulated gateway: the hub tells it, and where no hub answers the panels say so.
"""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from sanping.domain.catalogue import CIM_TITLES, KIND_TITLES, DataCard, ServiceLine
from sanping.domain.text import Text
from sanping.ui.wall.brush import LEFT, Brush
from sanping.ui.wall.facts import Turn, WallFacts

PAGE_MS = 8000
ROW_EM, FRAME_EM = 1.7, 2.9
SERVICES, CATALOGUE = Text("服务总览 · 中枢实测", "Services, as counted"), Text("孪生数据目录", "The twin's data")
NO_HUB = Text("中枢没有应答，暂无服务统计", "The hub does not answer: nothing is counted")
SINCE = Text("{time} 起累计", "since {time}")
A_MINUTE, TOTAL = Text("次/分", "a min"), Text("累计 {count}", "{count} in all")
SETS = Text("{count} 个集合", "{count} sets")
SCREENS = Text("{count} 块屏幕在线", "{count} screens linked")
NOT_MADE = Text("尚未生成", "not made yet")
SUMMED = Text("{sets} 个数据集 · {objects} 个对象", "{sets} sets, {objects} objects")
PAGE = Text("{page}/{pages} 页", "page {page}/{pages}")


@dataclass(frozen=True, kw_only=True)
class Services:
    """The services, and since when they are counted."""

    lines: tuple[ServiceLine, ...]
    since: str


@dataclass(frozen=True, kw_only=True)
class Cards:
    """The entries of the catalogue, and how far time has turned its pages."""

    cards: tuple[DataCard, ...]
    ticks: int


class DataServices:
    """A row for each service: its standard, what it serves, and how often it was asked in the last minute."""

    nominal_em = (23.5, 11.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the services as the hub last told them; None without a hub."""
        told = facts.catalogue
        if told is None or not told.services:
            return None
        return Services(lines=told.services, since=f"{facts.clock(told.began_ms):%m-%d %H:%M}")

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint as many rows as fit."""
        shown: Services | None = turn.now
        if shown is None:
            brush.nothing(brush.frame(area, SERVICES), NO_HUB)
            return
        room = brush.frame(area, SERVICES, SINCE.with_values(time=shown.since))
        most = max((line.a_minute for line in shown.lines), default=0)
        for line, row in zip(shown.lines, brush.rows(room, 1.75, len(shown.lines)), strict=False):
            _paint_service(brush, row, line, most)


def _paint_service(brush: Brush, row: QRectF, line: ServiceLine, most: int) -> None:
    em, look = brush.em, brush.look
    middle = row.center().y()
    brush.dot(QPointF(row.left() + 0.4 * em, middle), look.accent if line.is_ready else look.amber,
              is_hollow=not line.is_ready)  # fmt: skip
    left = brush.value(row, f"{line.a_minute:,}", brush.say(A_MINUTE), look.number, 1.15)
    name_wide = min(0.34 * row.width(), 7.5 * em)
    brush.size(is_bold=True)
    brush.say_in(QRectF(row.left() + 1.1 * em, row.top(), name_wide, row.height()),
                 Text(line.title_zh, line.title_en), look.text)  # fmt: skip
    brush.size()
    if not line.is_ready:
        told = NOT_MADE
    elif line.id == "live":
        told = SCREENS.with_values(count=f"{line.collections:,}")
    elif line.collections:
        told = SETS.with_values(count=f"{line.collections:,}")
    else:
        told = TOTAL.with_values(count=f"{line.total:,}")
    begin = row.left() + name_wide + 1.4 * em
    room = QRectF(begin, row.top(), max(0.0, left - 0.8 * em - begin), row.height())
    words = f"{line.standard} · {brush.say(told)}"
    brush.write(room, words if brush.width(words) <= room.width() else brush.say(told), look.quiet, LEFT)
    if most:
        wide = (row.width() - 1.1 * em) * line.a_minute / most
        brush.bar(QRectF(row.left() + 1.1 * em, row.bottom() - 0.16 * em, wide, 0.1 * em), look.accent)


class DataCatalogue:
    """The entries of the catalogue, a page at a time: level, objects, reference system and licence of each."""

    nominal_em = (32.0, 11.0)
    turns_ms = 0

    def content(self, facts: WallFacts) -> object:
        """Return the entries; None while there are none."""
        told = facts.catalogue
        if told is None or not told.cards:
            return None
        return Cards(cards=told.cards, ticks=facts.now_ms // PAGE_MS)

    def paint(self, brush: Brush, area: QRectF, turn: Turn) -> None:
        """Paint the page whose turn it is."""
        shown: Cards | None = turn.now
        if shown is None:
            brush.nothing(brush.frame(area, CATALOGUE), NO_HUB)
            return
        fit = max(1, int((area.height() / brush.em - FRAME_EM) // ROW_EM))
        pages = -(-len(shown.cards) // fit)
        page = shown.ticks % pages
        count = sum(card.count for card in shown.cards)
        note = SUMMED.with_values(sets=len(shown.cards), objects=f"{count:,}")
        if pages > 1:
            turned = PAGE.with_values(page=page + 1, pages=pages)
            note = Text(f"{note.zh} · {turned.zh}", f"{note.en}, {turned.en}")
        is_synthetic = any(card.is_synthetic for card in shown.cards)
        room = brush.frame(area, CATALOGUE, note, is_simulated=is_synthetic)
        rows = brush.rows(room, ROW_EM, fit)
        for card, row in zip(shown.cards[page * fit :], rows, strict=False):
            _paint_card(brush, row, card)


def _paint_card(brush: Brush, row: QRectF, card: DataCard) -> None:
    em, look = brush.em, brush.look
    left = brush.value(row, f"{card.count:,}", "", look.number, 1.05)
    level = CIM_TITLES.get(card.cim_level)
    plate = QRectF(row.left(), row.center().y() - 0.62 * em, 3.4 * em, 1.24 * em)
    brush.size()
    brush.plate(plate, f"CIM{card.cim_level}" if level is not None else brush.say(KIND_TITLES[card.kind]), look.accent)
    name = QRectF(plate.right() + 0.6 * em, row.top(), min(0.34 * row.width(), 11.0 * em), row.height())
    brush.say_in(name, card.title, look.text)
    begin = name.right() + 0.6 * em
    for word in (card.crs, card.licence, card.version):  # each whole or not at all
        brush.size()
        if word and begin + brush.width(word) < left - 0.8 * em:
            brush.write(QRectF(begin, row.top(), brush.width(word) + em, row.height()), word, look.quiet, LEFT)
            begin += max(brush.width(word) + 1.2 * em, 6.0 * em)
    brush.line(QPointF(row.left(), row.bottom()), QPointF(row.right(), row.bottom()), look.grid)
