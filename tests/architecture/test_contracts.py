"""The six import contracts hold, and each is seen to catch what it forbids."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from architecture.source_tree import PACKAGE, REPOSITORY

PROGRAM = "from importlinter.cli import lint_imports_command; lint_imports_command()"
Plant = Callable[[Path], None]


def linted(folder: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the package in `folder`, for one contract or all."""
    chosen = ["--contract", contract] if contract else []
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, "--no-cache", "--config", str(REPOSITORY / "pyproject.toml"), *chosen],
        cwd=folder, env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture
def copied_package(tmp_path: Path) -> Path:
    """Return a folder with a copy of the package that may be broken."""
    shutil.copytree(PACKAGE, tmp_path / "sanping", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def add_import(module: str, statement: str) -> Plant:
    """Return a plant that puts an import into a module, making the module where there is none."""

    def plant(folder: Path) -> None:
        path = folder / "sanping" / f"{module.replace('.', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        for room in path.relative_to(folder).parents[:-1]:
            (folder / room / "__init__.py").touch()
        old = path.read_text("utf-8") if path.exists() else ""
        path.write_text(f"{old}\n{statement}\n", encoding="utf-8")

    return plant


def both(first: Plant, second: Plant) -> Plant:
    def plant(folder: Path) -> None:
        first(folder)
        second(folder)

    return plant


VIOLATIONS = {
    "an upward import": ("floors", add_import("domain.text", "import sanping.stage.state")),
    "an edge that imports another": ("floors", add_import("tiles.planted", "import sanping.scene")),
    "an edge that reads the settings": ("floors", add_import("formats.planted", "import sanping.settings.paths")),
    "twin that looks at analysis": ("floors", add_import("twin.planted", "import sanping.analysis.sun")),
    "an upward import hidden from run time": (
        "floors",
        add_import("domain.text", "import typing\nif typing.TYPE_CHECKING:\n    import sanping.ui"),
    ),
    "a room that has no floor": ("floors", add_import("attic.planted", "")),
    "Qt in the scene": ("qt-in-ui", add_import("scene.planted", "import PySide6.QtCore")),
    "Qt in the command line": ("qt-in-ui", add_import("cli.planted", "from PySide6 import QtWidgets")),
    "VTK in a reader": ("vtk-in-scene", add_import("formats.planted", "import vtkmodules.vtkIOGeometry")),
    "VTK in a panel": ("vtk-in-scene", add_import("ui.planted", "from vtkmodules.vtkCommonCore import vtkPoints")),
    "PyVista in the command line": ("vtk-in-scene", add_import("cli.planted", "import pyvista")),
    "a thread in the core": ("pure-core", add_import("stage.planted", "import threading")),
    "an event loop in the core": ("pure-core", add_import("commands.planted", "import asyncio")),
    "a socket in the core": ("pure-core", add_import("analysis.planted", "from socket import socket")),
    "a secure socket in the core": ("pure-core", add_import("ports.planted", "import ssl")),
    "a process in the core": ("pure-core", add_import("domain.planted", "import subprocess")),
    "a database in the core": ("pure-core", add_import("twin.planted", "import sqlite3")),
    "a network library in the core": ("pure-core", add_import("twin.planted", "import urllib.request")),
    "an adapter that imports another": (
        "adapters",
        both(
            add_import("adapters.mqtt.source", "import sanping.adapters.hj212.decode"),
            add_import("adapters.hj212.decode", ""),
        ),
    ),
    "two modules that import one another": (
        "no-cycles",
        both(
            add_import("formats.planted_left", "import sanping.formats.planted_right"),
            add_import("formats.planted_right", "import sanping.formats.planted_left"),
        ),
    ),
    "two packages that import one another": (
        "no-cycles",
        both(
            add_import("scene.planted.a", "import sanping.scene.planted_too.b"),
            add_import("scene.planted_too.c", "import sanping.scene.planted.d"),
        ),
    ),
}


def contracts() -> list[dict[str, object]]:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    found: list[dict[str, object]] = settings["tool"]["importlinter"]["contracts"]
    return found


def test_all_contracts_hold() -> None:
    # given the package as it is

    # when import-linter reads it
    done = linted(PACKAGE.parent)

    # then none of the six contracts is broken
    assert done.returncode == 0, done.stdout
    assert "6 kept, 0 broken" in done.stdout


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_a_planted_violation_is_caught(violation: str, copied_package: Path) -> None:
    # given a copy of the package with one forbidden import
    contract, plant = VIOLATIONS[violation]
    plant(copied_package)

    # when the contract is checked
    done = linted(copied_package, contract)

    # then it is broken, and by what was planted
    assert done.returncode == 1, done.stdout
    assert "0 kept, 1 broken" in done.stdout or "not listed as layers" in done.stdout, done.stdout
    assert "planted" in done.stdout or "sanping.domain.text" in done.stdout or "attic" in done.stdout or (
        "sanping.adapters" in done.stdout
    ), done.stdout  # fmt: skip


def test_every_contract_has_a_violation_that_it_catches() -> None:
    # given the contracts and the planted violations

    # when their names are compared
    planted = {contract for contract, _ in VIOLATIONS.values()}

    # then each contract is tried
    assert planted == {contract["id"] for contract in contracts()}


@pytest.mark.parametrize(("contract", "allowed"), [("qt-in-ui", {"ui"}), ("vtk-in-scene", {"scene"})])
def test_a_new_room_comes_under_the_qt_and_vtk_contracts(contract: str, allowed: set[str]) -> None:
    # given every room of the package
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}

    # when the contract lists the rooms it watches
    watched = next(entry["source_modules"] for entry in contracts() if entry["id"] == contract)

    # then only the room that may is missing
    assert isinstance(watched, list)
    assert {f"sanping.{room}" for room in rooms - allowed - {"__init__"}} <= set(watched)
