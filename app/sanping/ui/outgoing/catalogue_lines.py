"""What the window of the catalogue shows, as values: lines by group, facts of one entry, services with their counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from sanping.commands.catalogue import card_of, twin_facts
from sanping.commands.loaded_layer import LoadedLayer
from sanping.commands.streamed_layer import loaded_words
from sanping.domain.catalogue import CIM_TITLES, KIND_TITLES, Catalogue, DataCard, ServiceLine
from sanping.domain.label import LABEL_TITLES
from sanping.domain.text import Text
from sanping.formats.model_facts import file_facts
from sanping.twin.project import TwinProject

UNSAID = Text("未说明", "not said")
NONE = Text("—", "—")
INFERRED = Text("{title}（推断）", "{title} (inferred)")
GENERATED = Text("模拟数据", "synthetic data")
LOADED_NOW = Text("此刻已载入", "Loaded now")
_KILO = 1000
FACTS: dict[str, Text] = {
    "kind": Text("类型", "Kind"),
    "label": Text("密级", "Label"),
    "level": Text("CIM 级别", "CIM level"),
    "count": Text("对象数", "Objects"),
    "passed_over": Text("略过", "Left out"),
    "version": Text("版本", "Version"),
    "date": Text("数据日期", "Date"),
    "file": Text("文件更新", "File written"),
    "publisher": Text("发布单位", "Publisher"),
    "licence": Text("许可", "Licence"),
    "format": Text("格式", "Format"),
    "size": Text("体积", "Size"),
    "crs": Text("坐标系", "CRS"),
    "datum": Text("高程基准", "Vertical datum"),
    "bounds": Text("范围（经纬度）", "Extent (degrees)"),
    "heights": Text("高程范围", "Heights"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueView:
    """Entries as they are shown: those of the hub where there is one, else of the layers that are open.

    `loaded` says of each streamed layer, by its name, how much of it is loaded at present.
    """

    cards: tuple[DataCard, ...] = ()
    services: tuple[ServiceLine, ...] = ()
    why: Text | None = None
    loaded: Mapping[str, Text] = field(default_factory=dict)


def loaded_now(layers: Sequence[LoadedLayer]) -> dict[str, Text]:
    """Return how much of each streamed layer is loaded at present."""
    streams = [(layer.entry.name, layer.opened.stream) for layer in layers]
    return {name: loaded_words(stream.state) for name, stream in streams if stream is not None}


def own_cards(layers: Sequence[LoadedLayer], project: TwinProject) -> tuple[DataCard, ...]:
    """Return entries of the layers that are open; looks at their files."""
    said = twin_facts(project)
    return tuple(
        card_of(layer.entry, layer.content, layer.opened.origin, file_facts(layer.entry.path), said) for layer in layers
    )


def merged(own: Sequence[DataCard], told: Catalogue | None) -> CatalogueView:
    """Return the hub's entries with those that only this desk has open."""
    if told is None:
        return CatalogueView(cards=tuple(own))
    known = {card.id for card in told.cards}
    rest = tuple(card for card in own if card.id not in known)
    order = {card.id: number for number, card in enumerate(own)}
    cards = sorted((*told.cards, *rest), key=lambda card: (card.kind == "live", order.get(card.id, len(order))))
    why = Text(told.why_zh, told.why_en) if told.why_zh else None
    return CatalogueView(cards=tuple(cards), services=told.services, why=why)


def level_of(card: DataCard) -> Text:
    """Return the CIM level in words."""
    title = CIM_TITLES.get(card.cim_level)
    if title is None:
        return NONE
    return INFERRED.with_values(title=title) if card.is_level_inferred else title


def facts_of(card: DataCard, zone: tzinfo | None, loaded: Text | None = None) -> tuple[tuple[Text, Text], ...]:
    """Return everything that is known of an entry, by name; how much of a streamed one is `loaded` comes first."""
    found: Mapping[str, Text] = {
        "kind": KIND_TITLES[card.kind],
        "label": LABEL_TITLES[card.label],
        "level": level_of(card),
        "count": _plain(f"{card.count:,}"),
        "passed_over": _plain(f"{card.passed_over:,}") if card.passed_over else NONE,
        "version": _said(card.version),
        "date": _said(card.date),
        "file": _moment(card.file_ms, zone),
        "publisher": _said(card.publisher),
        "licence": _said(card.licence),
        "format": _said(card.format),
        "size": size_words(card.bytes),
        "crs": _said(card.crs),
        "datum": _said(card.vertical_datum),
        "bounds": NONE if card.bounds is None else _plain("{:.4f}, {:.4f} – {:.4f}, {:.4f}".format(*card.bounds)),
        "heights": NONE if card.low_m is None else _plain(f"{card.low_m:,.1f} – {card.high_m:,.1f} m"),
    }
    first = () if loaded is None else ((LOADED_NOW, loaded),)
    return (*first, *((title, found[key]) for key, title in FACTS.items()))


def size_words(count: int) -> Text:
    """Return a number of bytes as people read it."""
    if not count:
        return NONE
    return _plain(f"{count / _KILO**2:,.1f} MB" if count >= _KILO**2 else f"{count / _KILO:,.1f} kB")


def _said(word: str) -> Text:
    return Text(word, word) if word else UNSAID


def _plain(word: str) -> Text:
    return Text(word, word)


def _moment(at_ms: int, zone: tzinfo | None) -> Text:
    return _plain(f"{datetime.fromtimestamp(at_ms / 1000, zone or UTC):%Y-%m-%d %H:%M}") if at_ms else NONE
