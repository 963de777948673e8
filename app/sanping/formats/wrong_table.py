"""Says what is wrong in a checked table, and where."""

from pydantic import ValidationError


def place_in(steps: tuple[int | str, ...]) -> str:
    """Return a place in a table as it is named in messages: "layers.2.path"; "" is the table itself."""
    return ".".join(str(step) for step in steps)


def first_wrong(error: ValidationError) -> tuple[str, str]:
    """Return why the first thing that is wrong is wrong, and its place."""
    first = error.errors()[0]
    return first["msg"], place_in(first["loc"])
