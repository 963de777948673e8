"""The pages that come from the code are committed as the code would write them today."""

from pathlib import Path

import pytest

import generate
from architecture.source_tree import REPOSITORY

PAGES = (
    "architecture.md",
    "reference/commands.md",
    "reference/settings.md",
    "reference/actions.md",
    "reference/errors.md",
    "reference/keys.md",
    "reference/adapters.md",
    "reference/roles.md",
    "reference/clauses.md",
    "reference/formats.md",
    "reference/api.md",
    "scenes.md",
    "../app/web/src/generated/tables.ts",
)
REFERENCE = REPOSITORY / "docs" / "reference"


@pytest.fixture(scope="module")
def written() -> dict[Path, str]:
    """Return the pages that `make docs` writes; made once, because it takes seconds."""
    return generate.pages()


@pytest.mark.parametrize("name", PAGES)
def test_the_committed_page_is_what_the_code_says(name: str, written: dict[Path, str]) -> None:
    # given a page that `make docs` writes
    page = (REPOSITORY / "docs" / name).resolve()

    # when it is written anew
    fresh = written[page]

    # then the committed one is the same
    is_current = page.exists() and page.read_text("utf-8") == fresh
    assert is_current, f"docs/{name} is not what the code says: run make docs and commit it"


def test_no_generated_page_is_forgotten_here(written: dict[Path, str]) -> None:
    # given the pages that `make docs` writes
    # when they are compared with the pages checked above
    checked = {(REPOSITORY / "docs" / name).resolve() for name in PAGES}

    # then each is checked
    assert set(written) == checked


def test_every_command_has_a_line_in_the_reference() -> None:
    # given the commands of the command line
    from sanping.cli.application import COMMANDS

    # when the page is read
    page = (REFERENCE / "commands.md").read_text("utf-8")

    # then each has a heading
    assert [command.name for command in COMMANDS if f"## `sanping {command.name}`" not in page] == []


def test_every_setting_has_a_line_in_the_reference() -> None:
    # given the settings
    from sanping.settings.settings import Settings

    # when the page is read
    page = (REFERENCE / "settings.md").read_text("utf-8")

    # then each has a row
    assert [name for name in Settings.model_fields if f"| `{name}`" not in page] == []


def test_every_action_has_a_line_in_the_reference() -> None:
    # given the actions of the desk
    from sanping.commands.desk_actions import ACTIONS

    # when the page is read
    page = (REFERENCE / "actions.md").read_text("utf-8")

    # then each has a row
    assert [name for name in ACTIONS if f"| `{name}` " not in page] == []


def test_every_error_has_a_line_in_the_reference() -> None:
    # given the error classes
    from sanping.domain import errors

    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.SanpingError)]

    # when the page is read
    page = (REFERENCE / "errors.md").read_text("utf-8")

    # then each has a heading
    assert [kind.__name__ for kind in kinds if f"## `{kind.__name__}`" not in page] == []


def test_the_drawing_shows_every_room() -> None:
    # given the rooms of the package
    import house

    # when the drawing is made
    drawing = house.drawing(REPOSITORY)

    # then each room is a box and a row of the table
    rooms = house.room_imports()
    assert [room for room in rooms if f'["{room}"]' not in drawing or f"| `{room}` |" not in drawing] == []


def test_an_arrow_that_a_longer_way_says_is_left_out() -> None:
    # given three rooms, one above the other, with a shortcut from the top to the ground
    import house

    edges = {"roof": {"hall", "ground"}, "hall": {"ground"}, "ground": set()}

    # when the detours are taken out
    arrows = house.without_detours(edges)

    # then only the stairs remain
    assert arrows == {"roof": {"hall"}, "hall": {"ground"}, "ground": set()}
