"""Code that other packages add: whose it is, what it weighs, and whether the person allowed it. Imports none of it."""

import hashlib
import importlib.util
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from importlib.machinery import ModuleSpec
from importlib.metadata import Distribution, EntryPoint, entry_points
from pathlib import Path

from sanping.domain.text import Text
from sanping.hub.manifests import ENTRY_POINTS, Installed, installed
from sanping.settings.allowed_code import (
    DIGEST_LETTERS,
    PANEL_GROUP,
    SIGNATURE_FILE,
    TOOL_GROUP,
    ForeignCode,
    Rule,
    keys_of,
    refusal,
    rules_of,
)
from sanping.settings.settings import Settings

OWN = "sanping"
MOST_FILES = 20_000
NO_DIGEST = "0" * 64
GROUPS = (TOOL_GROUP, PANEL_GROUP, ENTRY_POINTS)


def foreign_code() -> tuple[ForeignCode, ...]:
    """Return every entry point for tools, panels and sources that is not ours, by distribution and name."""
    found = [code_of(entry) for entry in _offered()]
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.distribution, one.name)))


def code_of(entry: EntryPoint) -> ForeignCode | None:
    """Return the code of an entry point, None for our own."""
    name, version = ("?", "?") if entry.dist is None else _name_and_version(entry.dist)
    if name == OWN:
        return None
    digest = partial(digest_of, entry.value)

    def signature_fault(public: str) -> Text | None:
        from sanping.bootstrap.plug_in_signing import fault, statement_of  # noqa: PLC0415  20 ms, only where it is asked

        return fault(folder_of(entry.value), lambda: statement_of(name, version, digest()), public)

    return ForeignCode(
        name=entry.name, distribution=name, version=version, digest=digest, signature_fault=signature_fault
    )


def judge_of(settings: Settings) -> Callable[[EntryPoint], Text | None]:
    """Return what says why an entry point must not be loaded, None when it may."""
    rules, keys = rules_of(settings.plug_ins_allowed), keys_of(settings.plug_in_keys)

    def judged(entry: EntryPoint) -> Text | None:
        code = code_of(entry)
        return None if code is None else refusal(rules, code, keys)

    return judged


def allowed_adapters(settings: Settings) -> Installed:
    """Return the adapters that may be used; one that is not allowed counts as broken, with the reason."""
    return installed(judge_of(settings))


def pinned(code: ForeignCode) -> Rule:
    """Return the rule that allows a package as it is now."""
    return Rule(name=code.distribution, version=code.version, digest=code.digest()[:DIGEST_LETTERS])


def loaded_lines(adapters: Installed) -> tuple[str, ...]:
    """Return name, version and digest of each foreign adapter that may be used, as the audit keeps them."""
    return tuple(
        f"{one.name} {one.distribution} {one.version} sha256:{one.digest()[:DIGEST_LETTERS]}"
        for one in foreign_code()
        if one.name in adapters.manifests
    )


def digest_of(target: str) -> str:
    """Return the SHA-256 over all files of the package that "package.module:Class" lies in, by name and content.

    Its signature is over this digest and does not count.
    """
    spec = _spec(target)
    if spec is None:
        return NO_DIGEST
    whole = hashlib.sha256()
    for folder in map(Path, spec.submodule_search_locations or ()):
        _add(whole, folder, _files(folder))
    if not spec.submodule_search_locations and spec.origin is not None:
        _add(whole, Path(spec.origin).parent, [Path(spec.origin)])
    return whole.hexdigest()


def folder_of_package(distribution: str) -> Path | None:
    """Return the folder of the package whose entry points we may load, None for none with a folder."""
    named = (entry.value for entry in _offered() if entry.dist is not None and entry.dist.name == distribution)
    return next((folder for folder in map(folder_of, named) if folder is not None), None)


def folder_of(target: str) -> Path | None:
    """Return the folder of the package that "package.module:Class" lies in, None for a single file or nothing."""
    spec = _spec(target)
    return None if spec is None else next(map(Path, spec.submodule_search_locations or ()), None)


def _offered() -> list[EntryPoint]:
    """Return the entry points for tools, panels and sources after one look at what is installed."""
    every = entry_points()
    return [entry for group in GROUPS for entry in every.select(group=group)]


@lru_cache(maxsize=64)
def _name_and_version(about: Distribution) -> tuple[str, str]:
    """Return both; the file that says them is parsed once, however many entry points a distribution has."""
    return about.name, about.version


def _spec(target: str) -> ModuleSpec | None:
    top = target.partition(":")[0].partition(".")[0]
    try:
        return importlib.util.find_spec(top) if top else None
    except (ImportError, ValueError):
        return None


def _files(folder: Path) -> list[Path]:
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return sorted(path for path in found if path != folder / SIGNATURE_FILE)[:MOST_FILES]


def _add(whole: "hashlib._Hash", folder: Path, files: Iterable[Path]) -> None:
    for path in files:
        whole.update(path.relative_to(folder).as_posix().encode() + b"\0")
        try:
            whole.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError:
            whole.update(b"unreadable")
