"""Says which screens Qt sees. Run as a process of its own: Qt without a screen may end the process that asks."""

from PySide6.QtGui import QGuiApplication


def screens() -> list[str]:
    """Return name, size in points and pixels a point of every screen."""
    application = QGuiApplication([])
    return [
        f"{screen.name()} {screen.size().width()}x{screen.size().height()} @{screen.devicePixelRatio():g}"
        for screen in application.screens()
    ]


if __name__ == "__main__":
    print(*screens(), sep="\n")  # noqa: T201  the answer to the parent
