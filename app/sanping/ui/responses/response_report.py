"""The summary of a response as PDF or CSV: what was done, when, by which department, and what was late."""

import csv
from datetime import datetime, tzinfo
from pathlib import Path

from PySide6.QtCore import QRectF

from sanping.domain.errors import StoreFailed
from sanping.domain.response import LEVEL_TITLES, RESPONSE_TITLES, TASK_TITLES, ResponseTask
from sanping.domain.text import Language, Text
from sanping.formats.case_report import CaseReport, defused
from sanping.ui.reports.sheet import EM, INK, QUIET, RED, Column, Sheet
from sanping.ui.responses.words import party_name, span_words
from sanping.wire.cases import IndicatorRow
from sanping.wire.responses import ResponseSheet

TITLE = Text("{title} 总结报告", "Summary: {title}")
TASKS, TRAIL = Text("任务", "Tasks"), Text("经过", "What was done")
FACTS = Text(
    "{id} · {level} · {state} · {from_} 启动，历时 {time} · 完成 {done}/{total} · 逾期 {late} 项",
    "{id} · {level} · {state} · began {from_}, took {time} · {done}/{total} done · {late} late",
)
SUMMARY = Text("总结：{words}", "Summary: {words}")
_TASK = (
    Column(head=Text("任务", "Task"), share=30), Column(head=Text("部门", "Department"), share=20),
    Column(head=Text("状态", "State"), share=10), Column(head=Text("时限", "Due"), share=10),
    Column(head=Text("接受", "Accepted"), share=10), Column(head=Text("办结", "Ended"), share=10),
    Column(head=Text("逾期", "Late"), share=12), Column(head=Text("经办", "By"), share=14),
)  # fmt: skip
_STEP = (
    Column(head=Text("时间", "Time"), share=10), Column(head=Text("经办", "By"), share=16),
    Column(head=Text("步骤", "Step"), share=12), Column(head=Text("任务", "Task"), share=24),
    Column(head=Text("说明", "Note"), share=38),
)  # fmt: skip
_UNWRITTEN = Text(
    "报告无法写入：{reason}；请换一个文件夹", "The report cannot be written: {reason}; choose another folder"
)


def write_response(path: Path, sheet: ResponseSheet, now_ms: int, zone: tzinfo | None, language: Language) -> None:
    """Write the summary, as CSV where the name ends so, else as PDF. Raises `StoreFailed`."""
    report = _report(sheet, now_ms, zone, language)
    try:
        if path.suffix.lower() == ".csv":
            _write_csv(path, sheet, report)
        else:
            _write_pdf(path, sheet, report)
    except OSError as error:
        raise StoreFailed(_UNWRITTEN.with_values(reason=error.strerror or str(error)), path=str(path)) from error


def task_rows(sheet: ResponseSheet, report: CaseReport) -> list[list[str]]:
    """Return the tasks as cells, in the order of their parties."""
    response, say = sheet.response, report.say
    order = [party.department for party in response.parties]
    tasks = sorted(response.tasks, key=lambda task: (order.index(task.department), task.begun_ms))
    return [
        [
            say(Text(task.title_zh, task.title_en)),
            say(party_name(response, task.department)),
            say(TASK_TITLES[task.state]),
            *(_clock(at_ms, report.zone) for at_ms in (task.due_ms, task.accepted_ms, task.ended_ms)),
            say(span_words(_late_ms(task, report))) if _late_ms(task, report) else "",
            task.by_name,
        ]
        for task in tasks
    ]


def step_rows(sheet: ResponseSheet, report: CaseReport) -> list[list[str]]:
    """Return what was done as cells, the oldest first."""
    say = report.say
    found = []
    for row in sheet.trail:
        task = sheet.response.task(row.task)
        title = "" if task is None else say(Text(task.title_zh, task.title_en))
        step = say(Text(row.title_zh, row.title_en))
        found.append([_clock(row.at_ms, report.zone, "%H:%M:%S"), row.by_name, step, title, row.note])
    return found


def _report(sheet: ResponseSheet, now_ms: int, zone: tzinfo | None, language: Language) -> CaseReport:
    response = sheet.response
    return CaseReport(
        title=TITLE.with_values(title=Text(response.title_zh, response.title_en)),
        from_ms=response.started_ms,
        to_ms=response.ended_ms or now_ms,
        made_ms=now_ms,
        whole=IndicatorRow(key="", title_zh="", title_en="", counts={}, rates={}),
        groups={},
        zone=zone,
        language=language,
        is_simulated=response.is_simulated,
    )


def _late_ms(task: ResponseTask, report: CaseReport) -> int:
    return 0 if task.state == "waived" else task.late_ms(report.to_ms)


def _facts(sheet: ResponseSheet, report: CaseReport) -> Text:
    response = sheet.response
    return FACTS.with_values(
        id=response.id, level=LEVEL_TITLES[response.level], state=RESPONSE_TITLES[response.state],
        from_=_clock(response.started_ms, report.zone, "%Y-%m-%d %H:%M"),
        time=span_words(report.to_ms - response.started_ms), done=response.settled, total=len(response.tasks),
        late=sum(_late_ms(task, report) > 0 for task in response.tasks),
    )  # fmt: skip


def _write_pdf(path: Path, sheet: ResponseSheet, report: CaseReport) -> None:
    page = Sheet(path, report)
    if not page.painter.isActive():
        raise OSError(0, str(path))
    try:
        page.heading(report.title)
        for words in (report.say(_facts(sheet, report)), sheet.response.address, sheet.response.reason):
            if words:
                page.write(QRectF(0, page.top, page.width, 1.6 * EM), words, QUIET)
                page.top += 1.6 * EM
        if sheet.response.summary:
            words = report.say(SUMMARY.with_values(words=sheet.response.summary))
            page.write(QRectF(0, page.top, page.width, 1.6 * EM), words, INK)
            page.top += 1.8 * EM
        page.heading(TASKS)
        page.table_head(_TASK)
        for cells in task_rows(sheet, report):
            page.table_row(_TASK, cells, colour=RED if cells[6] else INK)
        page.top += EM
        page.heading(TRAIL)
        page.table_head(_STEP)
        for cells in step_rows(sheet, report):
            page.table_row(_STEP, cells)
    finally:
        page.end()


def _write_csv(path: Path, sheet: ResponseSheet, report: CaseReport) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow([report.say(report.title), report.say(_facts(sheet, report)), defused(sheet.response.summary)])
        for columns, rows in ((_TASK, task_rows(sheet, report)), (_STEP, step_rows(sheet, report))):
            table.writerow([])
            table.writerow([report.say(column.head) for column in columns])
            table.writerows([defused(cell) for cell in row] for row in rows)


def _clock(at_ms: int, zone: tzinfo | None, form: str = "%H:%M") -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, zone):{form}}" if at_ms else ""
