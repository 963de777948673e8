"""No group of modules reaches itself, whatever the depth: a knot holds a program together the wrong way."""

import grimp

from architecture.source_tree import Source, package_sources

Graph = dict[str, set[str]]


def knots(graph: Graph) -> list[set[str]]:
    """Return the groups of two or more modules that all reach one another."""
    reached = {module: reachable(graph, module) for module in graph}
    groups = [{other for other in reached[module] if module in reached[other]} for module in graph]
    return sorted({frozenset(group | set()) for group in groups if len(group) > 1}, key=sorted)  # type: ignore[arg-type]


def reachable(graph: Graph, module: str) -> set[str]:
    found: set[str] = set()
    waiting = [module]
    while waiting:
        for target in graph[waiting.pop()] - found:
            found.add(target)
            waiting.append(target)
    return found


def imports() -> Graph:
    graph = grimp.build_graph("sanping", cache_dir=None)
    return {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}


def test_the_package_has_no_knot() -> None:
    # given who imports whom, module by module
    graph = imports()

    # when the groups that reach one another are sought
    found = knots(graph)

    # then there are none
    assert not found, "\n".join(["", *map(str, found)])


def test_a_knot_of_three_is_found() -> None:
    # given three modules in a ring and one that only looks on
    ring = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}

    # when the groups are sought
    found = knots(ring)

    # then the ring is found and the onlooker is not in it
    assert found == [{"a", "b", "c"}]


def reader_family(module: str) -> str | None:
    """Return the family of a reader's module: `cityjson` for `sanping.formats.cityjson_faces`."""
    families = ("cityjson", "citygml", "footprints", "gltf", "obj", "terrain")
    name = module.removeprefix("sanping.formats.").split(".")[0]
    return next((family for family in families if name == family or name.startswith(f"{family}_")), None)


def crossings(graph: Graph) -> list[str]:
    """Return the imports from one family of readers into another."""
    return sorted(
        f"{importer} -> {imported}"
        for importer, targets in graph.items()
        for imported in targets
        if reader_family(importer) and reader_family(imported) and reader_family(importer) != reader_family(imported)
    )


def test_no_family_of_readers_imports_another() -> None:
    # given the readers

    # when their imports are looked at
    found = crossings({name: targets for name, targets in imports().items() if name.startswith("sanping.formats.")})

    # then they share only the modules that belong to no family
    assert not found, "\n".join(["", *map(str, found)])


def test_a_reader_that_borrows_from_another_is_found() -> None:
    # given a reader that takes a piece of another family
    graph = {"sanping.formats.gltf_file": {"sanping.formats.cityjson", "sanping.formats.polygons"}}

    # when the imports are looked at
    found = crossings(graph)

    # then the one that crosses is named
    assert found == ["sanping.formats.gltf_file -> sanping.formats.cityjson"]


def test_the_graph_knows_every_module() -> None:
    # given the files of the package
    files: tuple[Source, ...] = package_sources()

    # when the graph is built
    modules = set(imports())

    # then nothing escapes the checks above
    assert {source.module for source in files} <= modules
