"""Writes what the program is made of: an SBOM (CycloneDX 1.6) and the texts of all licences. `sbom.py FOLDER [BUILT]`.

Both come from the metadata of the packages that the program needs at run time, found from its own requirements on, and
of the system's libraries that the BUILT folder carries; what only tests, benchmarks and packing use is not part of it.
The same environment always gives the same bytes.
"""

import hashlib
import json
import re
import sys
from collections.abc import Sequence
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from system_parts import SystemPart, system_parts

PROGRAM = "sanping"
SBOM_NAME, LICENCES_NAME = "sbom.cdx.json", "licences.txt"
_LICENCE_FILE = re.compile(r"(^|/)(licen[cs]e|copying|notice|authors)[^/]*$", re.IGNORECASE)
_LONGEST_NAME = 60


def needed(program: str = PROGRAM) -> list[Distribution]:
    """Return the packages that the program needs, itself first, the others by name."""
    found: dict[str, Distribution] = {}
    waiting = [Requirement(program)]
    while waiting:
        wish = waiting.pop()
        name = _plain(wish.name)
        extras = wish.extras or {""}
        if wish.marker is not None and not any(wish.marker.evaluate({"extra": extra}) for extra in extras):
            continue
        try:
            package = distribution(wish.name)
        except PackageNotFoundError:
            continue
        is_known, found[name] = name in found, package
        if is_known and not wish.extras:
            continue
        for words in package.requires or []:
            wanted = Requirement(words)
            if wanted.marker is None or any(wanted.marker.evaluate({"extra": extra}) for extra in ("", *wish.extras)):
                waiting.append(Requirement(str(wanted).split(";")[0]))
    own = found.pop(_plain(program))
    return [own, *(found[name] for name in sorted(found))]


def licence_of(package: Distribution) -> str:
    """Return the licence of a package in the words of its metadata, "" when it names none."""
    fields = package.metadata
    named = fields.get("License-Expression") or ""
    classified = [words.rsplit(" :: ", 1)[-1] for words in fields.get_all("Classifier") or [] if "License ::" in words]
    text = (fields.get("License") or "").strip().splitlines()
    short = text[0] if text and len(text[0]) <= _LONGEST_NAME else ""
    return named or " AND ".join(word for word in classified if word != "OSI Approved") or short


def sbom(packages: list[Distribution], parts_of_system: Sequence[SystemPart] = ()) -> dict[str, object]:
    """Return the bill of materials as CycloneDX has it."""
    parts = [*(_component(package) for package in packages), *(_of_system(part) for part in parts_of_system)]
    own, *others = parts
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {**own, "type": "application"}},
        "components": others,
        "dependencies": [{"ref": own["bom-ref"], "dependsOn": [part["bom-ref"] for part in others]}],
    }


def licences(packages: list[Distribution], parts_of_system: Sequence[SystemPart] = ()) -> str:
    """Return name, version, licence and licence texts of every package."""
    pages = []
    for package in packages:
        title = f"{package.metadata['Name']} {package.version} — {licence_of(package) or 'see its text'}"
        texts = {}
        for file in package.files or []:
            path = Path(str(package.locate_file(file)))
            if _LICENCE_FILE.search(str(file)) and path.suffix not in (".py", ".pyc") and path.is_file():
                text = path.read_text(encoding="utf-8", errors="replace").strip()
                texts[hashlib.sha256(text.encode()).hexdigest()] = text
        pages.append("\n\n".join(["=" * 100, title, *texts.values()]))
    pages += [
        "\n\n".join(["=" * 100, f"{part.name} {part.version} — of the system", part.licence_text])
        for part in parts_of_system
    ]
    return "\n\n".join(pages) + "\n"


def _component(package: Distribution) -> dict[str, object]:
    name = _plain(package.metadata["Name"])
    purl = f"pkg:pypi/{name}@{package.version}"
    part: dict[str, object] = {
        "type": "library", "bom-ref": purl, "name": name, "version": package.version, "purl": purl,
    }  # fmt: skip
    if licence := licence_of(package):
        part["licenses"] = [{"license": {"name": licence}}]
    return part


def _of_system(part: SystemPart) -> dict[str, object]:
    purl = f"pkg:deb/debian/{part.name}@{part.version}"
    licence = {"license": {"name": "see licences.txt"}}
    return {
        "type": "library", "bom-ref": purl, "name": part.name, "version": part.version, "purl": purl,
        "licenses": [licence],
    }  # fmt: skip


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main(folder: Path, built: Path | None = None) -> None:
    """Write both files."""
    packages = needed()
    in_wheels = {file.name for package in packages for file in package.files or []}
    parts = [] if built is None else system_parts(built, in_wheels)
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(sbom(packages, parts), ensure_ascii=False, indent=1)
    (folder / SBOM_NAME).write_text(text + "\n", encoding="utf-8")
    (folder / LICENCES_NAME).write_text(licences(packages, parts), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
