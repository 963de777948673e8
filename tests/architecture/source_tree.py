"""The repository's source as parsed files, read once for all architecture tests."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "app" / "sanping"


@dataclass(frozen=True, kw_only=True)
class Source:
    """One Python file: where it is, what it says, and its syntax tree."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return parsed(self.text)

    @property
    def module(self) -> str:
        """Dotted name of a file of the package."""
        parts = Path(self.path).with_suffix("").parts[1:]
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def parsed(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def tracked_files() -> tuple[Path, ...]:
    """Return every file that git tracks or would track."""
    git = shutil.which("git")
    assert git, "git is needed to know which files belong to the repository"
    listed = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    )  # fmt: skip
    paths = (REPOSITORY / name for name in sorted(set(listed.stdout.split("\0"))) if name)
    return tuple(path for path in paths if path.is_file())


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Return the Python files under the folders, named relative to the repository."""
    return tuple(
        Source(path=path.relative_to(REPOSITORY).as_posix(), text=path.read_text("utf-8"))
        for path in tracked_files()
        if path.suffix == ".py" and path.relative_to(REPOSITORY).as_posix().startswith(folders)
    )


def package_sources() -> tuple[Source, ...]:
    return sources("app/sanping/")


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Yield each call with the dotted name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node
