import pytest

from sanping.domain.errors import FileBroken
from sanping.formats.meshopt import decoded_indices, decoded_triangles, decoded_vertices


def vertex_stream(first: int) -> bytes:
    """Return two elements of four bytes, written by hand: `first`, then one more in each byte."""
    lane = bytes([0b01, 0b01_10_00_00, 0, 0, 0])
    return b"\xa0" + lane * 4 + bytes(28) + bytes([first - 1] * 4)


def test_vertices_are_summed_up_from_the_element_in_the_tail() -> None:
    # given four byte lanes, each with one group of two-bit values 1 and 2: differences of −1 and +1 to 9
    stream = vertex_stream(10)

    found = decoded_vertices(stream, 2, 4)

    assert list(found) == [8, 8, 8, 8, 9, 9, 9, 9]


def test_a_free_triangle_and_one_on_its_edge_are_unfolded() -> None:
    # given a code that starts three new vertices, then one that adds a new vertex to the last edge
    stream = bytes([0xE1, 0xF0, 0x00]) + bytes(16)

    found = decoded_triangles(stream, 6)

    assert found.tolist() == [0, 1, 2, 0, 2, 3]


def test_an_index_sequence_follows_two_tracks() -> None:
    # given differences +1, +1 on the first track and +5 on the second
    stream = b"\xd1" + bytes([2 << 1, 2 << 1, 10 << 1 | 1]) + bytes(4)

    found = decoded_indices(stream, 3)

    assert found.tolist() == [1, 2, 5]


@pytest.mark.parametrize("decode", [decoded_triangles, decoded_indices])
@pytest.mark.parametrize("data", [b"", b"\xe1", b"\xe1" + b"\xff" * 40, b"\xd1" + b"\x80" * 40, bytes(60)])
def test_damaged_meshopt_indices_are_refused_or_plain_numbers(decode: object, data: bytes) -> None:
    try:
        found = decode(data, 30)  # type: ignore[operator]
    except FileBroken:
        return
    assert len(found) == 30


def test_damaged_meshopt_vertices_are_refused() -> None:
    for data in (b"", b"\xa0", b"\xa0" + bytes(31), b"\xa0" + b"\xff" * 64):
        with pytest.raises(FileBroken):
            decoded_vertices(data, 100, 8)
