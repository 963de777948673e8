"""The page of threats names tests that exist, and every threat has one."""

import ast
import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "reference" / "threats.md"
TEST = re.compile(r"(tests/[\w/]+\.py)::(\w+)")


def missing(text: str, repository: Path) -> list[str]:
    """Return the tests that a text names and that are not there."""
    known: dict[str, set[str]] = {}
    for file, _ in TEST.findall(text):
        path = repository / file
        if file not in known:
            tree = ast.parse(path.read_text(encoding="utf-8")) if path.is_file() else ast.Module([], [])
            kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
            known[file] = {node.name for node in ast.walk(tree) if isinstance(node, kinds)}
    return [f"{file}::{name}" for file, name in TEST.findall(text) if name not in known[file]]


def rows(text: str) -> dict[int, str]:
    """Return the rows of the tables by their number."""
    found = (re.match(r"\| (\d+) \|", line) for line in text.splitlines())
    return {int(one[1]): one.string for one in found if one is not None}


def test_every_threat_has_tests_and_each_of_them_exists() -> None:
    # given the page
    text = PAGE.read_text(encoding="utf-8")

    # when the tests it names are looked for
    found, threats = missing(text, REPOSITORY), rows(text)

    # then all twenty-six threats have some, all of which are there
    assert sorted(threats) == list(range(1, 27))
    assert [number for number, row in threats.items() if not TEST.search(row)] == []
    assert found == []


def test_a_test_that_is_not_there_is_found() -> None:
    # given a page with a test of a file that is there, and one of a file that is not
    text = "| 1 | x | `tests/architecture/test_threats.py::test_nothing` `tests/no.py::test_x` |"

    # when they are looked for
    found = missing(text, REPOSITORY)

    # then both are named
    assert found == ["tests/architecture/test_threats.py::test_nothing", "tests/no.py::test_x"]
