"""Which label a value of the show has: that of what it names, and for what a presenter makes by hand his own choice."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from sanping.domain.label import HIGHEST, LOWEST, Label, Labels, higher
from sanping.wire.show import ViewKey
from sanping.wire.shown_sight import BY_HAND, CHOSEN, NAMING

Labelling = Callable[[ViewKey, bytes, Label | None], Label]


def nothing_labelled(_key: ViewKey, _value: bytes, chosen: Label | None) -> Label:
    """Return what was chosen, where nothing else is known."""
    return chosen or LOWEST


@dataclass(slots=True, kw_only=True)
class ShownLabels:
    """What the rooms of a hub know of labels: of each value, and of layers, which have names in one."""

    label_of: Labelling = nothing_labelled
    layers: Mapping[str, Label] = field(default_factory=dict)


class Names(Protocol):
    """Who knows the label of what has a name."""

    def named(self, name: str) -> Label:
        """Return the label of an alarm, a case, or what else has a name."""

    def station(self, id: str) -> Label:
        """Return the label of a station."""


class _Named(msgspec.Struct):
    """As much of a value as names something; a colouring names a layer alone."""

    id: str = ""
    layer: str = ""


class _Plan(msgspec.Struct):
    plan: str = ""


def plan_in(scheme: bytes) -> str:
    """Return which plan a shown scheme is of, "" for none."""
    try:
        found = msgspec.json.decode(scheme, type=_Plan | None)
    except msgspec.MsgspecError:
        return ""
    return "" if found is None else found.plan


_NAMED = msgspec.json.Decoder(_Named | None)
_SEVERAL = msgspec.json.Decoder(list[_Named] | None)


class ShownLabelling:
    """Gives values of the show their label, by those of a twin and what its hub knows."""

    def __init__(self, labels: Labels, names: Names) -> None:
        self._labels, self._names = labels, names

    def label_of(self, key: ViewKey, value: bytes, chosen: Label | None) -> Label:
        """Return the label of a value; one that cannot be read has the highest, one that takes away has none."""
        if key not in CHOSEN or value in (b"null", b"[]"):
            return LOWEST
        if key in BY_HAND:
            return self._labels.usual("show", chosen)
        if key not in NAMING:
            return chosen or LOWEST
        try:
            found = _SEVERAL.decode(value) if key in ("selection", "isolated") else [_NAMED.decode(value)]
        except msgspec.MsgspecError:
            return HIGHEST
        return higher((chosen or LOWEST, *self._each(one for one in found or () if one is not None)))

    def _each(self, several: Iterable[_Named]) -> Iterable[Label]:
        for one in several:
            yield from (self._labels.layer(one.layer), self._names.station(one.id), self._names.named(one.id))
