"""What an IFC file says of an element: names, storey, type, materials, property sets."""

from collections import defaultdict
from typing import Any

MOST_PROPERTIES = 300
_PLAIN = (str, int, float, bool)
_DEEPEST = 12


class Words:
    """Looks relations up once for the whole file, so that a thousand elements do not walk it a thousand times."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._sets: dict[int, list[Any]] = defaultdict(list)
        self._types: dict[int, Any] = {}
        self._materials: dict[int, list[str]] = defaultdict(list)
        self._above: dict[int, Any] = {}
        self._known: dict[int, dict[str, object]] = {}
        self._relate()

    def above(self, element: Any) -> Any:
        """Return what an element is part of, or is contained in; None for nothing."""
        return self._above.get(element.id())

    def of(self, element: Any) -> dict[str, object]:
        """Return the attributes of an element; property sets as "set.property"."""
        known: dict[str, object] = {"ifc_class": element.is_a()}
        for key, name in (("name", "Name"), ("description", "Description"), ("object_type", "ObjectType"),
                          ("long_name", "LongName"), ("tag", "Tag"), ("elevation_m", "Elevation"),
                          ("predefined_type", "PredefinedType")):  # fmt: skip
            value = getattr(element, name, None)
            if isinstance(value, _PLAIN) and value != "":
                known[key] = value
        if storey := self._storey(element):
            known["storey"] = storey
        kind = self._types.get(element.id())
        if kind is not None and kind.Name:
            known["type"] = kind.Name
        materials = self._materials.get(element.id()) or (self._materials.get(kind.id()) if kind is not None else None)
        if materials:
            known["material"] = "、".join(dict.fromkeys(materials))
        for one in [*(getattr(kind, "HasPropertySets", None) or ()), *self._sets[element.id()]]:
            known.update(self._properties(one))
            if len(known) > MOST_PROPERTIES:
                break
        return known

    def _relate(self) -> None:
        for relation in self._file.by_type("IfcRelDefinesByProperties"):
            definition = relation.RelatingPropertyDefinition
            for one in relation.RelatedObjects or ():
                self._sets[one.id()] += [definition] if definition is not None else []
        for relation in self._file.by_type("IfcRelDefinesByType"):
            for one in relation.RelatedObjects or ():
                self._types[one.id()] = relation.RelatingType
        for relation in self._file.by_type("IfcRelAssociatesMaterial"):
            names = _material_names(relation.RelatingMaterial, 0)
            for one in relation.RelatedObjects or ():
                self._materials[one.id()] += names
        for relation in self._file.by_type("IfcRelContainedInSpatialStructure"):
            for one in relation.RelatedElements or ():
                self._above[one.id()] = relation.RelatingStructure
        for relation in self._file.by_type("IfcRelAggregates"):
            for one in relation.RelatedObjects or ():
                self._above[one.id()] = relation.RelatingObject

    def _storey(self, element: Any) -> str:
        """Return the name of the storey that an element belongs to; empty for none."""
        above = self._above.get(element.id())
        for _ in range(_DEEPEST):
            if above is None:
                return ""
            if above.is_a("IfcBuildingStorey"):
                return str(above.LongName or above.Name or "") if not above.Name else str(above.Name)
            above = self._above.get(above.id())
        return ""

    def _properties(self, one: Any) -> dict[str, object]:
        """Return the values of a property set or of quantities, by "set.property"."""
        if one.id() not in self._known:
            found: dict[str, object] = {}
            items = getattr(one, "HasProperties", None) or getattr(one, "Quantities", None) or ()
            for item in items:
                value = _value(item)
                if isinstance(value, _PLAIN) and item.Name:
                    found[f"{one.Name or one.is_a()}.{item.Name}"] = value
            self._known[one.id()] = found
        return self._known[one.id()]


def _value(item: Any) -> object:
    """Return the value of a single property or quantity; a list or range as text; None for anything else."""
    if item.is_a("IfcPropertySingleValue"):
        return _bare(item.NominalValue)
    if item.is_a("IfcPropertyEnumeratedValue"):
        return "、".join(str(_bare(one)) for one in item.EnumerationValues or ())
    if item.is_a("IfcPropertyListValue"):
        return "、".join(str(_bare(one)) for one in item.ListValues or ())
    if item.is_a("IfcPropertyBoundedValue"):
        return f"{_bare(item.LowerBoundValue)} … {_bare(item.UpperBoundValue)}"
    return item[3] if item.is_a("IfcPhysicalSimpleQuantity") else None


def _bare(value: Any) -> object:
    return getattr(value, "wrappedValue", value)


def _material_names(material: Any, depth: int) -> list[str]:
    """Return the names of a material, of its layers, profiles or constituents."""
    if material is None or depth > _DEEPEST:
        return []
    if material.is_a("IfcMaterial"):
        return [str(material.Name)] if material.Name else []
    found: list[str] = []
    for name in ("ForLayerSet", "ForProfileSet", "Material", "MaterialLayers", "MaterialProfiles",
                 "MaterialConstituents", "Materials"):  # fmt: skip
        value = getattr(material, name, None)
        for one in value if isinstance(value, tuple) else (value,):
            found += _material_names(one, depth + 1)
    return found
