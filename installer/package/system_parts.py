"""What a packed folder carries of the system that it was built on: the Debian packages that its other libraries are of.

They are in no wheel: Python's module of a name brings the system's library along. sbom.py asks.
"""

import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from library_rules import libraries


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPart:
    """A package of the system: name, version, and the text of its licence, "" where the system has none."""

    name: str
    version: str
    licence_text: str


def system_parts(folder: Path, known: Iterable[str]) -> list[SystemPart]:
    """Return the packages of the libraries below a folder, by name, without libraries of the `known` names.

    Empty where there is no dpkg. What no package owns is left out: it is Python's own, or ours.
    """
    names = {path.name for path in libraries(folder) if path.name.startswith("lib")} - set(known)
    if not names or not shutil.which("dpkg-query"):
        return []
    owners = _said("--search", *(f"*/{name}" for name in sorted(names)))
    packages = sorted({line.split(": ")[0] for line in owners if Path(line.split(": ")[-1]).name in names})
    return [_part(package) for package in packages if "diversion by" not in package and ", " not in package]


def _part(package: str) -> SystemPart:
    name = package.partition(":")[0]
    (version, *_) = _said("--show", "--showformat=${Version}\n", package)
    text = Path("/usr/share/doc") / name / "copyright"
    said = text.read_text(encoding="utf-8", errors="replace") if text.is_file() else ""
    return SystemPart(name=name, version=version, licence_text=said.strip())


def _said(*words: str) -> list[str]:
    done = subprocess.run(["dpkg-query", *words], capture_output=True, text=True, check=False)
    return done.stdout.splitlines()
