"""Which twins a person has trusted, by the content that decides what runs: a changed twin asks again."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from sanping.domain.errors import InputError
from sanping.domain.source_status import NOT_TRUSTED, SourceStatus
from sanping.domain.text import Text

DECIDING = (".toml", ".csv")

_UNREADABLE = Text("孪生文件无法读取：{reason}", "A file of the twin cannot be read: {reason}")


def content_mark(folder: Path) -> str:
    """Return a hash over the declarations of a twin: sources, stations, rules. Raises `InputError`."""
    digest = hashlib.sha256()
    for path in sorted(_deciding(folder)):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputError(_UNREADABLE.with_values(reason=error.strerror or str(error)), path=str(path)) from error
        name = path.relative_to(folder).as_posix().encode()
        digest.update(len(name).to_bytes(4, "big") + name + len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()


def is_trusted(book: Path, mark: str) -> bool:
    """Say whether a mark is in the book of trusted twins; a book that cannot be read trusts nothing."""
    return mark in _marks(book)


def trust(book: Path, mark: str) -> None:
    """Put a mark into the book."""
    marks = [*_marks(book), mark] if mark not in _marks(book) else _marks(book)
    book.parent.mkdir(parents=True, exist_ok=True)
    draft = book.with_suffix(".draft")
    draft.write_bytes(msgspec.json.encode(marks))
    draft.replace(book)


def _marks(book: Path) -> list[str]:
    try:
        return msgspec.json.decode(book.read_bytes(), type=list[str])
    except (OSError, msgspec.MsgspecError):
        return []


def _deciding(folder: Path) -> Iterable[Path]:
    for path in folder.rglob("*"):
        if path.suffix in DECIDING and path.is_file():
            yield path


def waiting_for_trust(status: SourceStatus) -> SourceStatus:
    """Return how a source is shown while its twin is not trusted: one that is configured waits for a person."""
    if status.state != "configured":
        return status
    return SourceStatus(
        name=status.name,
        adapter=status.adapter,
        state="configured",
        why_zh=NOT_TRUSTED.zh,
        why_en=NOT_TRUSTED.en,
        is_simulated=status.is_simulated,
    )
