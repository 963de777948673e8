"""Files and functions stay small, and every module says what it is for and has a test."""

import ast
from collections.abc import Iterable

from architecture.source_tree import Source, package_sources, sources

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 45
STEPS_FROM_A_FRONT = 2
# The composition root contains nothing to test by itself: tests/journeys run it as a program, word by word.
RUN_AS_A_PROGRAM = {"", "__main__", "cli", "bootstrap"}


def long_files(files: Iterable[Source]) -> list[str]:
    return [
        f"{source.path}: {lines} lines"
        for source in files
        if (lines := len(source.text.splitlines())) > MOST_LINES_OF_A_FILE
    ]


def long_functions(files: Iterable[Source]) -> list[str]:
    """Return the functions whose lines, from `def` to the last, pass the limit; the docstring is not counted."""
    return [
        f"{source.path}:{node.lineno} {node.name}: {lines} lines"
        for source in files
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := function_lines(node)) > MOST_LINES_OF_A_FUNCTION
    ]


def function_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    lines = (node.end_lineno or node.lineno) - node.lineno + 1
    if ast.get_docstring(node) is not None:
        docstring = node.body[0]
        lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return lines


def undocumented(files: Iterable[Source]) -> list[str]:
    return [source.path for source in files if not (ast.get_docstring(source.tree) or "").strip()]


def untested(files: Iterable[Source], tests: Iterable[Source]) -> list[str]:
    """Return the modules that no test names, neither themselves nor a front of theirs.

    A front is a module of the same room that imports the part, or imports what imports it, or lends the part its
    name: tests of `formats.citygml` count for `formats.citygml_numbers`. Nothing further down counts.
    """
    by_name = {source.module: source for source in files if has_code(source)}
    named = set().union(*(names_in(source) for source in tests))
    fronts = {name for name in by_name if name in named}
    near = fronts | {name for name in by_name if any(name.startswith(f"{front}_") for front in fronts)}
    for _ in range(STEPS_FROM_A_FRONT):
        near |= {
            used for name in near for used in names_in(by_name[name]) if used in by_name if in_one_room(name, used)
        }
    return [name for name in by_name if name not in near and room_of(name) not in RUN_AS_A_PROGRAM]


def in_one_room(first: str, second: str) -> bool:
    return room_of(first) == room_of(second)


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def names_in(source: Source) -> set[str]:
    """Return every dotted name of the package that a file imports or mentions in a docstring or text."""
    found: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "sanping." in node.value:
            found |= {word.strip("`.,:;()'\"") for word in node.value.split() if "sanping." in word}
    return found


def has_code(source: Source) -> bool:
    """Say whether a file holds more than a docstring."""
    return len(source.tree.body) > 1


def test_no_file_is_too_long() -> None:
    # given every Python file of the repository
    files = sources("app/", "tests/", "benchmarks/", "cim_models/", "docs/")

    # when their lines are counted
    found = long_files(files)

    # then all stay within the limit
    assert not found, "\n".join(["", *map(str, found)])


def test_no_function_is_too_long() -> None:
    # given the package
    files = package_sources()

    # when the lines of functions are counted
    found = long_functions(files)

    # then all stay within the limit
    assert not found, "\n".join(["", *map(str, found)])


def test_a_long_file_and_a_long_function_are_found() -> None:
    # given a file that passes both limits
    body = "\n".join(f"    x{number} = {number}" for number in range(MOST_LINES_OF_A_FILE))
    long = Source(path="app/sanping/long.py", text=f"def much():\n{body}\n")

    # when it is measured
    files, functions = long_files([long]), long_functions([long])

    # then both are named
    assert files == ["app/sanping/long.py: 401 lines"]
    assert functions == ["app/sanping/long.py:1 much: 401 lines"]


def test_every_module_says_what_it_is_for() -> None:
    # given the package, the benchmarks, the model generators and the scripts of the documentation
    files = sources("app/", "benchmarks/", "cim_models/", "docs/")

    # when docstrings are sought
    found = undocumented(files)

    # then each file has one
    assert not found, "\n".join(["", *map(str, found)])


def test_a_module_without_a_docstring_is_found() -> None:
    # given a module that only computes
    silent = Source(path="app/sanping/silent.py", text="x = 1\n")

    # when docstrings are sought
    found = undocumented([silent])

    # then it is named
    assert found == ["app/sanping/silent.py"]


def test_every_module_is_named_by_a_test() -> None:
    # given the package and all tests but these
    tests = [source for source in sources("tests/") if not source.path.startswith("tests/architecture/")]

    # when each module is looked for in them
    found = untested(package_sources(), tests)

    # then none is missing
    assert not found, "\n".join(["", *map(str, found)])


def test_a_module_without_a_test_is_found() -> None:
    # given two modules, and a test that imports one of them
    seen = Source(path="app/sanping/tiles/seen.py", text='"""Seen."""\nx = 1\n')
    unseen = Source(path="app/sanping/tiles/unseen.py", text='"""Unseen."""\nx = 1\n')
    test = Source(path="tests/unit/test_seen.py", text="from sanping.tiles import seen\n")

    # when the modules are looked for
    found = untested([seen, unseen], [test])

    # then the other is named
    assert found == ["sanping.tiles.unseen"]


def test_a_part_is_tested_through_its_front_but_not_from_further_away() -> None:
    # given a front that a test names, the parts below it one after another, and one that has its name
    chain = ["front", "part", "smaller", "deeper"]
    files = [
        Source(path=f"app/sanping/formats/{name}.py", text=f'"""A part."""\nfrom sanping.formats.{below} import x\n')
        for name, below in zip(chain, [*chain[1:], "nothing"], strict=True)
    ]
    files += [Source(path="app/sanping/formats/front_half.py", text='"""Half."""\nx = 1\n')]
    test = Source(path="tests/unit/test_front.py", text="import sanping.formats.front\n")

    # when the modules are looked for
    found = untested(files, [test])

    # then only the one that nobody near it tests is named
    assert found == ["sanping.formats.deeper"]


def test_the_composition_root_is_run_as_a_program() -> None:
    # given the tests of whole programs

    # when they are read
    journeys = sources("tests/journeys/")

    # then one of them runs the command line as a process
    assert any('"-m", "sanping"' in source.text for source in journeys)
