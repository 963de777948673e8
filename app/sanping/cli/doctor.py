"""`sanping doctor`: versions, graphics, fonts, screens and ports of this machine."""

import json
import os
import platform
import shutil
import socket
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

from cyclopts import Parameter

from sanping import __version__
from sanping.bootstrap import machine
from sanping.bootstrap.plug_ins import plug_in_lines
from sanping.cli.declared import Command
from sanping.cli.terminal import table
from sanping.domain.own_program import environment_of_others, module_command
from sanping.domain.text import Text
from sanping.settings import paths
from sanping.settings.compatibility import qt_trouble
from sanping.storage.ffmpeg import codecs

AsJson = Annotated[bool, Text("输出 JSON", "Print JSON"), Parameter(name="--json", negative="")]

_PACKAGES = (
    "PySide6-Essentials", "vtk", "numpy", "pyarrow", "pyproj", "shapely", "rasterio", "pyogrio", "lxml", "orjson",
    "msgspec", "DracoPy", "pydantic",
)  # fmt: skip
_PORTS = (8765,)


def doctor(*, as_json: AsJson = False) -> int:
    """Print what this machine offers; status 1 when something needed is missing or must not run together."""
    language = machine.settings().language
    graphics = machine.graphics()
    versions = {name: _version(name) for name in _PACKAGES}
    troubles = _troubles(versions, has_graphics=graphics is not None)
    facts: dict[str, object] = {
        "sanping": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "packages": versions,
        "plug-ins": [line.in_language(language) for line in plug_in_lines(machine.settings())],
        "graphics": f"{graphics.renderer} · {graphics.version} · {graphics.window}" if graphics else None,
        "films": codecs(),
        "fonts": _fonts(),
        "screens": _screens(),
        "ports": {str(port): "free" if _is_free(port) else "in use" for port in _PORTS},
        "assets": paths.assets().is_dir(),
        "twin": paths.default_twin().is_dir(),
        "cache": str(paths.cache_folder()),
        "troubles": [trouble.in_language(language) for trouble in troubles],
    }
    if as_json:
        print(json.dumps(facts, ensure_ascii=False))
    else:
        print(table([[name, _line(value)] for name, value in facts.items()]))
    return 1 if troubles else 0


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _troubles(versions: dict[str, str | None], *, has_graphics: bool) -> list[Text]:
    troubles = [
        Text(
            "缺少 Python 包 {name}。请运行 make run 重新安装", "The package {name} is missing. Run make run again"
        ).with_values(name=name)
        for name, found in versions.items()
        if found is None
    ]
    qt = (versions["PySide6-Essentials"] or "0.0").split(".")
    trouble = qt_trouble((sys.version_info.major, sys.version_info.minor), (int(qt[0]), int(qt[1])))
    if trouble is not None:
        troubles.append(trouble)
    if not has_graphics:
        troubles.append(
            Text(
                "没有可用的 OpenGL。请运行 make setup-debian（需要 libegl1 与 libgl1-mesa-dri）",
                "No usable OpenGL. Run make setup-debian (libegl1 and libgl1-mesa-dri are needed)",
            )
        )
    return troubles


def _fonts() -> list[str]:
    """Name the fonts that carry the interface: the bundled ones, and the system's Chinese one."""
    bundled = sorted(path.name for path in (paths.assets() / "fonts").glob("*.[ot]tf"))
    if shutil.which("fc-match") is None:
        return bundled
    asking, environment = ["fc-match", "sans:lang=zh-cn"], environment_of_others(os.environ)
    found = subprocess.run(asking, capture_output=True, text=True, timeout=20, check=False, env=environment)
    return [*bundled, found.stdout.strip()]


def _screens() -> list[str]:
    """Ask a child process, because Qt without a screen may end the process that asks."""
    if not machine.has_display():
        return []
    asking = module_command("sanping.ui.screens_probe")
    done = subprocess.run(asking, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.split("\n")[:-1]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _line(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {found}" for name, found in value.items())
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "-"
    return "-" if value is None else str(value)


DOCTOR = Command(
    name="doctor",
    title=Text(
        "检查本机：版本、显卡、字体、屏幕、端口", "Check this machine: versions, graphics, fonts, screens, ports"
    ),
    run=doctor,
)
