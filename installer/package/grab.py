"""Writes what a display shows to the file that is named, and fails where it shows next to nothing."""

import sys

from PySide6.QtGui import QGuiApplication

LEAST_COLOURS = 200


def main(target: str) -> int:
    """Return the exit status."""
    application = QGuiApplication([])
    picture = application.primaryScreen().grabWindow(0)
    picture.save(target)
    small = picture.toImage().scaled(96, 54)
    colours = {small.pixel(x, y) for x in range(96) for y in range(54)}
    return 0 if len(colours) >= LEAST_COLOURS else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
