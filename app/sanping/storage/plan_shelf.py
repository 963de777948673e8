"""The folder of the plans of one twin: in the twin where that can be written, else among this person's data."""

import filecmp
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sanping.domain.errors import SanpingError, StoreFailed
from sanping.domain.plan import Plan
from sanping.domain.text import Text
from sanping.storage.whole_file import whole_file

PLAN_FILE, PREVIOUS, MODELS, REMOVED = "plan.toml", "plan.previous.toml", "models", "removed"
_CANNOT = Text(
    "方案无法保存：{reason}。请检查磁盘空间和文件夹权限，然后重试",
    "The plan cannot be kept: {reason}. Check disk space and the rights of the folder, then try again",
)


@dataclass(frozen=True, slots=True)
class Shelved:
    """What lies on the shelf: the plans, and for each folder that cannot be read why; those are left alone."""

    plans: tuple[Plan, ...] = ()
    troubles: tuple[SanpingError, ...] = ()


class PlanShelf:
    """Keeps plans as folders `<id>/plan.toml` with `models/` beside, the version before as `plan.previous.toml`.

    `inside` is the folder `plans` of the twin, `beside` the one to use where the twin cannot be written; plans are read
    from both. `read` reads a plan's folder, `write` gives its text.
    """

    def __init__(self, inside: Path, beside: Path, read: Callable[[Path], Plan], write: Callable[[Plan], str]) -> None:
        self._inside, self._beside, self._read, self._write = inside, beside, read, write

    def all(self) -> Shelved:
        """Return every plan that can be read, by the names of their folders."""
        plans: dict[str, Plan] = {}
        troubles: list[SanpingError] = []
        for shelf in (self._inside, self._beside):
            folders = sorted(path.parent for path in shelf.glob(f"*/{PLAN_FILE}")) if shelf.is_dir() else []
            for folder in folders:
                if folder.name in plans:
                    continue
                try:
                    plans[folder.name] = self._read(folder)
                except SanpingError as error:
                    troubles.append(error)
        return Shelved(plans=tuple(plans.values()), troubles=tuple(troubles))

    def folder(self, plan: str) -> Path:
        """Return the folder of a plan, whether it is there yet or not."""
        if self._holds(plan):
            return (self._inside if (self._inside / plan).is_dir() else self._beside) / plan
        return (self._inside if self._may_write else self._beside) / plan

    def free_id(self) -> str:
        """Return an id that no folder has, broken ones included."""
        number = 1
        while self._holds(f"p{number:03d}"):
            number += 1
        return f"p{number:03d}"

    def keep(self, plan: Plan) -> None:
        """Write a plan whole; the version before stays beside it. Raises `StoreFailed`."""
        folder = self.folder(plan.id)
        path = folder / PLAN_FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if path.is_file():
                with whole_file(folder / PREVIOUS) as part:
                    shutil.copyfile(path, part)
        except OSError as error:
            raise StoreFailed(_CANNOT.with_values(reason=error.strerror or str(error)), path=str(folder)) from error
        with whole_file(path) as part:
            part.write_text(self._write(plan), encoding="utf-8")

    def take_model(self, plan: str, source: Path, files: Sequence[Path] = ()) -> str:
        """Copy a model into the plan's models and return its name there; raises `StoreFailed`.

        One that needs further `files` of its folder gets a folder of its own, where all lie as they did. A model that
        is there already is not copied again.
        """
        models = self.folder(plan) / MODELS
        home = source.resolve().parent
        beside = [file for file in files if file.resolve() != source.resolve() and file.resolve().is_relative_to(home)]
        needed = {file.resolve().relative_to(home): file for file in (source, *beside)}
        try:
            number, name = 1, PurePosixPath(source.stem if beside else source.name)
            while not _holds_nothing_else(place := models / name if beside else models, needed, name):
                number += 1
                stem = f"{source.stem}-{number}"
                name = PurePosixPath(stem if beside else f"{stem}{source.suffix}")
            for inside, file in needed.items():
                target = place / (inside if beside else name)
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.exists():
                    with whole_file(target) as part:
                        shutil.copyfile(file, part)
        except OSError as error:
            raise StoreFailed(_CANNOT.with_values(reason=error.strerror or str(error)), path=str(models)) from error
        return str(name / source.name if beside else name)

    def model(self, plan: str, file: str) -> Path:
        """Return where a model of a plan lies: among its models, or in a folder there; no name leads out of them."""
        models = self.folder(plan) / MODELS
        return models.joinpath(*[part for part in PurePosixPath(file).parts[-2:] if part not in ("..", "/")])

    def remove(self, plan: str) -> None:
        """Put a plan aside, where a person finds it again. Raises `StoreFailed`."""
        folder = self.folder(plan)
        aside = folder.parent / REMOVED
        try:
            aside.mkdir(parents=True, exist_ok=True)
            number = 1
            while (aside / f"{plan}-{number}").exists():
                number += 1
            folder.rename(aside / f"{plan}-{number}")
        except OSError as error:
            raise StoreFailed(_CANNOT.with_values(reason=error.strerror or str(error)), path=str(folder)) from error

    def _holds(self, plan: str) -> bool:
        return (self._inside / plan).is_dir() or (self._beside / plan).is_dir()

    @property
    def _may_write(self) -> bool:
        """The twin's folder takes files."""
        shelf = self._inside if self._inside.is_dir() else self._inside.parent
        return os.access(shelf, os.W_OK)


def _holds_nothing_else(place: Path, needed: Mapping[Path, Path], name: PurePosixPath) -> bool:
    """Say whether files can lie in a place, or lie there already; a single one has a `name` there."""
    found = [place / name] if len(needed) == 1 else [place / inside for inside in needed]
    return all(
        not target.exists() or filecmp.cmp(target, file, shallow=False)
        for target, file in zip(found, needed.values(), strict=True)
    )
