"""A report on the cases of a hub from the command line, with a picture of its twin on the first page of a PDF."""

import tempfile
import time
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path

from sanping.bootstrap.desk_hub import HubChoice, hubs
from sanping.bootstrap.drawn_upon import painting
from sanping.bootstrap.pictures import Shot, picture
from sanping.client.questions import Questions
from sanping.domain.case_filter import CaseScope
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.ports.progress import Part, Progress
from sanping.settings.settings import Settings
from sanping.twin.project import TwinProject

DAY_MS = 86_400_000
PICTURE_PX = (1600, 900)
_PICTURE_SHARE = 0.5
_NO_HUB = Text(
    "请用 --hub 指定运行中的中枢，如 --hub http://127.0.0.1:8765",
    "Name a hub that runs with --hub, such as --hub http://127.0.0.1:8765",
)
_BAD_DAY = Text("看不懂日期“{day}”；请写成 2026-11-01", "The date {day} is not understood; write it like 2026-11-01")
TITLE = Text("{twin} 治理评价报告", "Report on governance: {twin}")


def span_of(begin: str, end: str, days: int, zone: tzinfo | None) -> tuple[int, int]:
    """Return a span in milliseconds: whole days from `begin` to `end`, both included, else the last `days` until now.

    Raises `InputError` for what is no date.
    """
    now_ms = time.time_ns() // 1_000_000
    to_ms = _midnight_ms(end, zone) + DAY_MS if end else now_ms
    from_ms = _midnight_ms(begin, zone) if begin else to_ms - max(1, days) * DAY_MS
    return from_ms, to_ms


def write_report(  # noqa: PLR0913  of what, from whom, where to, of when, how
    project: TwinProject,
    hub: HubChoice,
    output: Path,
    span: tuple[int, int],
    *,
    scope: CaseScope,
    has_picture: bool,
    progress: Progress,
    settings: Settings,
) -> tuple[Path, ...]:
    """Write a report and return its files. Raises `InputError`, `HubUnreachable`, `StoreFailed`, `Cancelled`."""
    if not hub.address:
        raise InputError(_NO_HUB)
    with painting(settings):
        from sanping.ui.reports.taking import ReportWish, check, take_report  # noqa: PLC0415  Qt only after the check

        wish = ReportWish(
            path=output.absolute(),
            from_ms=span[0],
            to_ms=span[1],
            made_ms=time.time_ns() // 1_000_000,
            title=TITLE.with_values(twin=project.title),
            zone=project.moment.tzinfo,
            language=settings.language,
            scope=scope,
        )
        check(wish)
        holder = hubs(hub, project)(project)
        assert holder is not None
        questions = Questions(holder.where)
        if not (has_picture and output.suffix.lower() == ".pdf"):
            return take_report(questions, wish, progress)
        questions.governance()
        image = _picture(project, Part(progress, 0.0, _PICTURE_SHARE), settings)
        return take_report(questions, replace(wish, picture=image), Part(progress, _PICTURE_SHARE, 1.0))


def _picture(project: TwinProject, progress: Progress, settings: Settings) -> bytes:
    with tempfile.TemporaryDirectory(prefix="sanping-report-") as folder:
        file = Path(folder) / "twin.png"
        width, height = PICTURE_PX
        picture(project, file, Shot(width=width, height=height, quality="soft", has_notes=False), progress, settings)
        return file.read_bytes()


def _midnight_ms(day: str, zone: tzinfo | None) -> int:
    try:
        return round(datetime.fromisoformat(day).replace(hour=0, minute=0, second=0, tzinfo=zone).timestamp() * 1000)
    except ValueError as error:
        raise InputError(_BAD_DAY.with_values(day=day)) from error
