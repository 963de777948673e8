"""Opens the desk window on a twin."""

import sys
from typing import TYPE_CHECKING

import PySide6

from sanping.bootstrap.opener import TwinOpener
from sanping.domain.errors import DisplayMissing
from sanping.settings import paths
from sanping.settings.compatibility import qt_trouble
from sanping.settings.settings import Settings, save_settings
from sanping.twin.project import TwinProject

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from sanping.ui.desk import DeskWindow


def run_desk(project: TwinProject, settings: Settings) -> int:
    """Show the desk until it is closed; returns the exit status of the application.

    Raises `DisplayMissing` when Python and Qt must not run together.
    """
    application, window, opener = desk_window(project, settings)
    window.show()
    try:
        return int(application.exec())
    finally:
        opener.close()


def desk_window(project: TwinProject, settings: Settings) -> "tuple[QApplication, DeskWindow, TwinOpener]":
    """Make the application and the desk, not shown yet; the opener is closed by whoever asked for them."""
    major, minor = PySide6.__version__.split(".")[:2]
    trouble = qt_trouble((sys.version_info.major, sys.version_info.minor), (int(major), int(minor)))
    if trouble is not None:
        raise DisplayMissing(trouble)
    from sanping.ui.application import create_application  # noqa: PLC0415  Qt only after the check
    from sanping.ui.desk import DeskWindow  # noqa: PLC0415

    application = create_application(settings.language, paths.assets())
    opener = TwinOpener(settings)
    opener.opened_twin(project)
    window = DeskWindow(
        project,
        opener=opener,
        settings=settings,
        keep_settings=lambda changed: save_settings(changed, paths.settings_file()),
        assets=paths.assets(),
        pictures=paths.pictures_folder(),
    )
    return application, window, opener
