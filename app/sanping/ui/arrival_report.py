"""What has become of files that were opened together, as one message."""

from dataclasses import dataclass

from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.ui.message_panel import Message

FAILED = Text("未能打开“{title}”", "“{title}” could not be opened")
MANY_FAILED = Text("{count} 个文件未能打开", "{count} files could not be opened")
SOME_FAILED = Text("已打开 {opened} 个文件，{count} 个未能打开", "{opened} files are open, {count} could not be opened")
FILE_NAME = Text("“{title}”", "“{title}”")
FAILED_LINE = Text("{titles}：{reason}", "{titles}: {reason}")
FILE_LINE = Text("文件：{path}", "File: {path}")
UNCHANGED = Text("孪生保持原样。", "The twin is as it was.")
SKIPPED = Text("“{title}”已打开，跳过了 {count} 个对象", "“{title}” is open, {count} objects were skipped")
MANY_SKIPPED = Text("{count} 个文件已打开，但跳过了部分对象", "{count} files are open, but some objects were skipped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to say about one file that was opened: a headline of its own, and sentences."""

    what: Text
    details: tuple[Text, ...]


class ArrivalReport:
    """Gathers what happens to each file; `message` says all of it and names every file that failed."""

    def __init__(self) -> None:
        self._opened = 0
        self._failed: list[tuple[Text, str, SanpingError]] = []
        self._notices: list[Notice] = []

    @property
    def is_worth_saying(self) -> bool:
        """Not everything went as wished."""
        return bool(self._failed or self._notices)

    def opened(self) -> int:
        """Count a file that is open; return how many are."""
        self._opened += 1
        return self._opened

    def failed(self, title: Text, path: str, error: SanpingError) -> None:
        """Keep why a file could not be opened."""
        self._failed.append((title, path, error))

    def noticed(self, notice: Notice) -> None:
        """Keep what is to be said about a file that is open."""
        self._notices.append(notice)

    def message(self) -> Message:
        """Return the whole as one message."""
        if len(self._failed) == 1 and not self._notices and not self._opened:
            return _one_failure(*self._failed[0])
        if not self._failed and len(self._notices) == 1:
            notice = self._notices[0]
            return Message(what=notice.what, details=notice.details, is_error=False)
        lines = self._failure_lines()
        for notice in self._notices:
            lines += [notice.what, *notice.details]
        if self._failed and not self._opened:
            lines.append(UNCHANGED)
        return Message(what=self._headline(), details=tuple(lines), is_error=bool(self._failed))

    def _failure_lines(self) -> list[Text]:
        """One line a reason, with the names of all files that failed for it."""
        names: dict[Text, list[Text]] = {}
        for title, _, error in self._failed:
            names.setdefault(_reason(error), []).append(FILE_NAME.with_values(title=title))
        return [
            FAILED_LINE.with_values(
                titles=Text("、".join(name.zh for name in titles), ", ".join(name.en for name in titles)), reason=reason
            )
            for reason, titles in names.items()
        ]

    def _headline(self) -> Text:
        count, opened = len(self._failed), self._opened
        if not count:
            return MANY_SKIPPED.with_values(count=len(self._notices))
        if opened > 1:
            return SOME_FAILED.with_values(opened=opened, count=count)
        return MANY_FAILED.with_values(count=count) if count > 1 else FAILED.with_values(title=self._failed[0][0])


def _one_failure(title: Text, path: str, error: SanpingError) -> Message:
    where = " · ".join(part for part in (error.path or path, error.place) if part)
    details = [error.message]
    if where:
        details.append(FILE_LINE.with_values(path=where))
    return Message(what=FAILED.with_values(title=title), details=(*details, UNCHANGED))


def _reason(error: SanpingError) -> Text:
    if not error.place:
        return error.message
    return Text(f"{error.message.zh}（{error.place}）", f"{error.message.en} ({error.place})")
