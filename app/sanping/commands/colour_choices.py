"""Which attributes a layer can be coloured by."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from sanping.commands.attribute_words import key_words
from sanping.commands.loaded_layer import LoadedLayer
from sanping.domain.city import Attributes
from sanping.domain.text import Text
from sanping.domain.tile import TileSet

SAMPLE_SIZE = 2000
MOST_WORDS = 24
LEAST_SHARE = 0.02
UNCOLOURED_KEYS = frozenset({"name", "name_en", "address", "addr", "id", "gml:id", "identificatie"})

HEIGHT = Text("高度（m）", "Height (m)")
CLASS = Text("类别", "Class")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeChoice:
    """An attribute to colour by; `is_number` grades it, else each word gets a colour."""

    attribute: str
    title: Text
    is_number: bool
    low: float = 0.0
    high: float = 0.0


def choices_of(layer: LoadedLayer) -> tuple[AttributeChoice, ...]:
    """Return the attributes of a tile layer that say something when coloured, from a sample of its objects."""
    content = layer.content
    if not isinstance(content, TileSet):
        return ()
    tallest = max((float(tile.features.height_m.max()) for tile in content.tiles if len(tile.features)), default=0.0)
    choices = [AttributeChoice(attribute="@height_m", title=HEIGHT, is_number=True, low=0.0, high=tallest)]
    if len({name for tile in content.tiles for name in tile.features.class_names}) > 1:
        choices.append(AttributeChoice(attribute="@class", title=CLASS, is_number=False))
    return (*choices, *_attribute_choices(_sampled(content)))


def _sampled(content: TileSet) -> list[Attributes]:
    step = max(1, content.feature_count // SAMPLE_SIZE)
    rows: Iterable[Attributes] = (
        tile.features.attributes[row] for tile in content.tiles for row in range(0, len(tile.features), step)
    )
    return list(islice(rows, 2 * SAMPLE_SIZE))


def _attribute_choices(rows: list[Attributes]) -> list[AttributeChoice]:
    counts = Counter(key for row in rows for key in row)
    choices = []
    for key, count in counts.most_common():
        if key in UNCOLOURED_KEYS or count < max(2, LEAST_SHARE * len(rows)):
            continue
        values = [row[key] for row in rows if row.get(key) is not None]
        numbers = [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
        title = key_words(key)
        if len(numbers) == len(values) and len(set(numbers)) > 1:
            choices.append(
                AttributeChoice(attribute=key, title=title, is_number=True, low=min(numbers), high=max(numbers))
            )
        elif all(isinstance(v, str | bool) for v in values) and 1 < len(set(values)) <= MOST_WORDS:
            choices.append(AttributeChoice(attribute=key, title=title, is_number=False))
    return choices
