"""What the desk holds of the open twin: its layers as they arrive, what can be found in them, where they are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sanping.commands.colour_choices import AttributeChoice
from sanping.commands.component_facts import component_facts
from sanping.commands.finding import Found, NamedObject, coordinates_in, found_by
from sanping.commands.loaded_layer import LoadedLayer, extent_of, ground_height, object_count
from sanping.commands.object_facts import ObjectFacts, facts_of
from sanping.commands.overview import Overview, overview_of
from sanping.domain.geo import Extent
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.text import Text
from sanping.stage.state import COMPONENTS_LAYER, FeatureRef
from sanping.twin.cases.inventory import Inventory
from sanping.twin.project import LayerEntry, TwinProject
from sanping.twin.river_view import StationView
from sanping.ui.layer_panel import LayerLine
from sanping.ui.loading import Arrival

FAILED = -1
FAR_M = 30_000.0


class DeskContent:
    """Layers by name, in the order of the layer tree: that of the twin, whatever arrives first."""

    def __init__(self, project: TwinProject) -> None:
        self.project = project
        self._entries: dict[str, LayerEntry] = {entry.name: entry for entry in project.layers}
        self._failed: set[str] = set()
        self.layers: dict[str, LoadedLayer] = {}
        self.inventory = Inventory()
        self.stations: Mapping[str, StationView] = {}
        self._named: dict[str, tuple[NamedObject, ...]] = {}
        self._choices: dict[str, tuple[AttributeChoice, ...]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the layers that are open."""
        return tuple(self.layers)

    def holds(self, entry: LayerEntry) -> bool:
        """Say whether a layer is in the tree."""
        return entry.name in self._entries

    def is_without_view(self, entry: LayerEntry) -> bool:
        """Say whether a layer belongs to a twin that names no first view."""
        return not self.project.bookmarks and any(own.name == entry.name for own in self.project.layers)

    def expect(self, entries: Sequence[LayerEntry]) -> None:
        """Show layers as loading."""
        self._entries.update({entry.name: entry for entry in entries})

    def forget(self, name: str) -> None:
        """Leave a layer out that could not be opened; one that the twin declares stays, marked as failed."""
        if any(entry.name == name for entry in self.project.layers):
            self._failed.add(name)
        else:
            self._entries.pop(name, None)

    def take(self, arrival: Arrival) -> None:
        """Keep a layer that has arrived."""
        entry = arrival.layer.entry
        self._entries[entry.name] = entry
        self._failed.discard(entry.name)
        arrived = {**self.layers, entry.name: arrival.layer}
        self.layers = {name: arrived[name] for name in self._tree_order() if name in arrived}
        self._named[entry.name] = arrival.named
        self._choices[entry.name] = arrival.choices

    def lines(self) -> tuple[LayerLine, ...]:
        """Return the lines of the layer tree."""
        return tuple(
            LayerLine(
                name=name,
                title=entry.title,
                group=entry.group,
                role=entry.role,
                count=self._count(name),
                label=entry.label,
            )
            for name, entry in self._entries.items()
        )

    def choices(self) -> tuple[tuple[str, Text, tuple[AttributeChoice, ...]], ...]:
        """Return the layers that can be coloured, with their attributes."""
        return tuple(
            (name, layer.entry.title, self._choices[name]) for name, layer in self.layers.items() if self._choices[name]
        )

    def overview(self) -> Overview:
        """Return the city in figures."""
        return overview_of(tuple(self.layers.values()))

    def facts(self, feature: FeatureRef) -> ObjectFacts | None:
        """Return what is known about an object."""
        if feature.layer == COMPONENTS_LAYER:
            found = component_facts(self.inventory, feature.id, self.stations)
            return None if found is None else self._on_ground(found)
        layer = self.layers.get(feature.layer)
        facts = facts_of(layer, feature.id) if layer is not None else None
        if facts is None or layer is None or not isinstance(layer.content, VectorLayer):
            return facts
        return self._on_ground(facts)

    def _on_ground(self, facts: ObjectFacts) -> ObjectFacts:
        east, north, _ = facts.place
        return replace(facts, place=(east, north, self.ground(east, north)))

    def whole(self, feature: FeatureRef) -> FeatureRef:
        """Return the object that a part belongs to, or the object itself."""
        facts = self.facts(feature)
        return FeatureRef(layer=feature.layer, id=facts.parent) if facts is not None and facts.parent else feature

    def find(self, query: str) -> tuple[Found, ...]:
        """Return objects and coordinates that match."""
        named = [item for name in self.layers for item in self._named[name]]
        place = coordinates_in(query)
        found = found_by(query, named, tuple(self.layers.values()))
        return (place, *found) if place is not None else found

    def extent(self) -> Extent | None:
        """Return the box of the built layers, else of everything."""
        boxes = [(layer.entry.role, extent_of(layer.content)) for layer in self.layers.values()]
        built = [box for role, box in boxes if box is not None and role in ("buildings", "bridges")]
        everything = built or [box for _, box in boxes if box is not None]
        if not everything:
            return None
        whole = everything[0]
        for box in everything[1:]:
            whole = whole.merged(box)
        return whole

    def ground(self, east: float, north: float) -> float:
        """Return the height of the ground; the foot of the city where there is no terrain."""
        terrain = next((layer.content for layer in self.layers.values() if isinstance(layer.content, Terrain)), None)
        if terrain is not None:
            return ground_height(terrain, east, north, float(terrain.heights_m[0, 0]))
        whole = self.extent()
        return whole.bottom if whole is not None else 0.0

    def licences(self) -> tuple[tuple[Text, str], ...]:
        """Return title and licence of every layer."""
        return tuple((entry.title, entry.licence) for entry in self._entries.values())

    def with_crs(self, entry: LayerEntry, crs: str, role: str) -> LayerEntry:
        """Return the entry with the CRS and use that the person named."""
        options = replace(entry.options, crs=crs, role=role or entry.options.role)
        return replace(entry, options=options)

    def with_consent(self, entry: LayerEntry) -> LayerEntry:
        """Return the entry as one whose server may be asked."""
        return replace(entry, needs_consent=False)

    def alone(self, entry: LayerEntry) -> TwinProject:
        """Return a twin of one file: it decides where the twin is."""
        own = replace(entry, options=replace(entry.options, target_crs=""))
        return replace(
            self.project,
            folder=entry.path.parent,
            title=entry.title,
            crs="",
            is_synthetic=False,
            layers=(own,),
            bookmarks=(),
            attribution=Text("", ""),
        )

    def _tree_order(self) -> list[str]:
        """Names of all layers, group by group in the order in which the groups first appear."""
        groups = list(dict.fromkeys(entry.group.zh for entry in self._entries.values()))
        return sorted(self._entries, key=lambda name: groups.index(self._entries[name].group.zh))

    def _count(self, name: str) -> int | None:
        if name in self._failed:
            return FAILED
        layer = self.layers.get(name)
        return object_count(layer.content) if layer is not None else None
