"""The QR code of some words, for windows and for terminals."""

from sanping.ui.qr_modules import half_blocks_of, modules_of

LINK = "http://192.168.1.20:8765/#pair=7K3M9QXW"


def test_the_picture_of_a_code_can_be_read() -> None:
    # given an address
    link = LINK

    # when its code is made
    modules = modules_of(link)

    # then it is a square with the three marks by which readers find it
    size = len(modules)
    assert all(len(row) == size for row in modules)
    for row, column in ((0, 0), (0, size - 7), (size - 7, 0)):
        assert modules[row][column : column + 7] == (1, 1, 1, 1, 1, 1, 1)
        assert modules[row + 3][column : column + 7] == (1, 0, 1, 1, 1, 0, 1)


def test_a_terminal_shows_the_same_code_two_rows_a_line() -> None:
    # given the modules of an address
    modules = modules_of(LINK)

    # when it is printed for a terminal
    lines = half_blocks_of(LINK).splitlines()

    # then there is a line for every two rows, those of the border counted
    assert len(lines) == (len(modules) + 4 + 1) // 2
    assert any("▀" in line or "▄" in line for line in lines)
