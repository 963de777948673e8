"""`scene.buffers`: what was drawn longest ago goes first, what is drawn stays."""

from hypothesis import given
from hypothesis import strategies as st

from sanping.scene.buffers import BufferBudget


class Meshes:
    """Meshes that can be given back, and those that are drawn."""

    def __init__(self, budget: BufferBudget) -> None:
        self.budget = budget
        self.kept: set[int] = set()
        self.drawn: set[int] = set()

    def add(self, key: int, size: int) -> None:
        self.kept.add(key)
        self.budget.hold(key, size, lambda: self.let_go(key))

    def let_go(self, key: int) -> bool:
        if key in self.drawn:
            return False
        self.kept.discard(key)
        return True


def test_the_mesh_that_was_drawn_longest_ago_goes() -> None:
    # given three meshes that fill the budget, the first drawn again after the others
    meshes = Meshes(BufferBudget(most_bytes=30))
    for key in (1, 2, 3):
        meshes.add(key, 10)
    meshes.budget.drawn(1)

    # when a fourth comes
    meshes.add(4, 10)

    # then the second went, and the sum is that of the others
    assert meshes.kept == {1, 3, 4}
    assert meshes.budget.used_bytes == 30


def test_what_is_drawn_stays_though_it_is_too_much() -> None:
    meshes = Meshes(BufferBudget(most_bytes=10))
    meshes.drawn = {1, 2}

    for key in (1, 2, 3):
        meshes.add(key, 10)

    assert meshes.kept == {1, 2, 3}
    meshes.add(4, 10)
    assert meshes.kept == {1, 2, 4}


def test_a_mesh_that_was_dropped_is_not_counted_and_not_asked_for() -> None:
    meshes = Meshes(BufferBudget(most_bytes=10))
    meshes.add(1, 8)
    meshes.budget.drop(1)
    meshes.budget.drop(1)

    meshes.add(2, 8)

    assert meshes.kept == {1, 2}
    assert meshes.budget.used_bytes == 8


def test_what_is_held_may_grow_where_others_can_go() -> None:
    meshes = Meshes(BufferBudget(most_bytes=30))
    for key in (1, 2, 3):
        meshes.add(key, 10)
    meshes.drawn = {2}

    assert meshes.budget.has_room(3, 10)
    assert meshes.kept == {2, 3}
    assert not meshes.budget.has_room(3, 11)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(1, 40), st.booleans()), max_size=60))
def test_the_sum_is_always_that_of_what_is_kept(steps: list[tuple[int, int, bool]]) -> None:
    # given any order of meshes that come, come again and are drawn
    budget = BufferBudget(most_bytes=100)
    meshes = Meshes(budget)
    sizes: dict[int, int] = {}

    # when they are held
    for key, size, is_drawn in steps:
        (meshes.drawn.add if is_drawn else meshes.drawn.discard)(key)
        sizes[key] = size
        meshes.add(key, size)

        # then the sum is right, and above the budget only for what may not go
        assert budget.used_bytes == sum(sizes[kept] for kept in meshes.kept)
        free = meshes.kept - meshes.drawn - {key}
        assert budget.used_bytes <= 100 or not free
