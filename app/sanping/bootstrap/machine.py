"""The settings of whoever runs the program, and what the machine can show."""

import os
import sys

from sanping.scene.probe import Graphics, probed
from sanping.settings import paths
from sanping.settings.settings import Settings, load_settings


def settings() -> Settings:
    """Return this person's settings; raises `ProjectInvalid` when their file is wrong."""
    return load_settings(paths.settings_file())


def has_display() -> bool:
    """Whether windows can be opened."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def graphics() -> Graphics | None:
    """Return what draws on this machine, or None when nothing usable does."""
    return probed()
