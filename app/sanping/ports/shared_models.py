"""The models of a twin as a hub shares them: catalogue, features and 3D Tiles, made when first wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sanping.domain.catalogue import DataCard
from sanping.ports.phone_map import MapStatus

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One object: `geometry` is GeoJSON in longitude and latitude (WGS 84), None for one without a place."""

    id: str
    geometry: Mapping[str, object] | None
    properties: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureQuery:
    """Which features: those that touch `bounds` (degrees) and have these values; `limit` of them from `offset` on."""

    bounds: Bounds | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    offset: int = 0
    limit: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class FeaturePage:
    """Some features, and how many match in all."""

    features: Sequence[Feature]
    matched: int


class SharedModels(Protocol):
    """Makes what is shared in the background; `page` and `feature` may block for a while, from any one thread."""

    @property
    def status(self) -> MapStatus:
        """How far it is."""

    def want(self) -> None:
        """Begin to make it unless it is there, being made, or has failed within the last minute."""

    def cards(self) -> Sequence[DataCard]:
        """Return the entries of the catalogue; empty until it is ready."""

    def fields(self, layer: str) -> Mapping[str, str]:
        """Return the properties of a layer's features and their JSON types; empty for one without a table."""

    def page(self, layer: str, query: FeatureQuery) -> FeaturePage:
        """Return features of a layer. Raises `InputError` for a property that it lacks."""

    def feature(self, layer: str, id: str) -> Feature | None:
        """Return one feature by its id."""

    def file(self, name: str) -> Path | None:
        """Return a file of the tileset by its name below its folder; None when there is none, or none yet."""

    def close(self) -> None:
        """Stop what is being made, and release files."""
