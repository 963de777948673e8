"""What a file is for in a twin, from its name and from what it turned out to hold."""

from collections.abc import Mapping

from sanping.twin.project import Role

_FITTING: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("Point", ("places", "facilities")),
    ("Line", ("lines", "roads")),
    ("Polygon", ("grid", "water", "green")),
)


def fitting_role(guess: Role, kinds: Mapping[str, int]) -> Role:
    """Return the guess when it fits what the file holds, else the usual role for that.

    `kinds` counts objects as an inspection does: "Terrain", geometry types, or classes of solid objects.
    """
    if "Terrain" in kinds:
        return "terrain"
    shapes = {word: sum(n for kind, n in kinds.items() if word in kind) for word, _ in _FITTING}
    if not any(shapes.values()) or sum(shapes.values()) < sum(kinds.values()) / 2:
        return "bridges" if guess == "bridges" else "buildings"
    roles = next(roles for word, roles in _FITTING if shapes[word] == max(shapes.values()))
    return guess if guess in roles else roles[0]
