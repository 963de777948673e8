"""Sessions of a desk as files: one line of JSON a step."""

from pathlib import Path

from sanping.commands.session import Session, lines_of, session_of
from sanping.domain.errors import FileBroken, FileHostile, InputError
from sanping.domain.text import Text

SUFFIX = ".jsonl"
LARGEST_BYTES = 64 << 20
_NOT_READ = Text("会话文件无法读取：{reason}", "The session cannot be read: {reason}")
_TOO_LARGE = Text("会话文件超过 {limit} MiB；已拒绝", "The session is over {limit} MiB; it was refused")
_NO_TEXT = Text("会话文件不是 UTF-8 文字", "The session is no UTF-8 text")


def read_session(path: Path) -> Session:
    """Read a session. Raises `InputError`, `FileHostile` and `FileBroken`."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise FileHostile(_TOO_LARGE.with_values(limit=LARGEST_BYTES >> 20), path=str(path))
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InputError(_NOT_READ.with_values(reason=error.strerror or error), path=str(path)) from error
    except UnicodeDecodeError as error:
        raise FileBroken(_NO_TEXT, path=str(path)) from error
    try:
        return session_of(lines)
    except FileBroken as error:
        raise FileBroken(error.message, path=str(path)) from error


def write_session(path: Path, session: Session) -> None:
    """Write a session; an older file stays whole if that fails. Raises `OSError`."""
    draft = path.with_name(f"{path.name}.part")
    try:
        draft.write_text("\n".join(lines_of(session)) + "\n", encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
