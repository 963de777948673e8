"""Reports on cases, taken from a hub: tables and pages, all or nothing, without anybody's name."""

import asyncio
import re
import zipfile
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from fakes.case_answers import DAY_MS, NOW_MS, CaseAnswers, report_line
from fakes.governed_hub import REPORT, GovernedHub, done
from fakes.linked_hub import TOKEN
from sanping.client.questions import Questions
from sanping.domain.case_filter import CaseScope, scope_of
from sanping.domain.case_line import CaseCounts
from sanping.domain.errors import Cancelled, InputError
from sanping.domain.text import Text
from sanping.ports.progress import SilentProgress
from sanping.twin.live import LiveState

pytestmark = pytest.mark.gui
CHINA = timezone(timedelta(hours=8))


@pytest.fixture(scope="module")
def application(repository: Path) -> Any:
    from sanping.ui.application import create_application

    return create_application("zh", repository / "assets")


def a_wish(path: Path, **more: Any) -> Any:
    from sanping.ui.reports.taking import ReportWish

    given = {"path": path, "from_ms": NOW_MS - DAY_MS, "to_ms": NOW_MS, "made_ms": NOW_MS,
             "title": Text("普陀区评价报告", "Report"), "zone": CHINA}  # fmt: skip
    return ReportWish(**{**given, **more})


def pages_in(path: Path) -> int:
    """Return how many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page[^s]", path.read_bytes()))


class Watched:
    """Hears how far a job is, and stops it at a share."""

    def __init__(self, stop_at: float = 2.0) -> None:
        self.shares: list[float] = []
        self._stop_at = stop_at

    def report(self, fraction: float, doing: Text) -> None:
        self.shares.append(fraction)
        if fraction >= self._stop_at:
            raise Cancelled(Text("已停止", "stopped"))


def test_a_printed_report_has_pages_charts_and_its_own_letters(application: Any, tmp_path: Path) -> None:
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtGui import QImage

    from sanping.ui.reports.taking import take_report

    # given 200 cases and a picture of the twin
    image = QImage(320, 180, QImage.Format.Format_RGB32)
    image.fill(0x224466)
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    answers = CaseAnswers([report_line(n) for n in range(1, 201)])

    # when they are written with the picture, and a span without any case
    full = take_report(answers, a_wish(tmp_path / "full.pdf", picture=bytes(held.data())), SilentProgress())  # type: ignore[arg-type]
    empty = take_report(CaseAnswers([]), a_wish(tmp_path / "empty.pdf", language="en"), SilentProgress())  # type: ignore[arg-type]

    # then there are a first page, one of groups and a list of some pages, and Chinese letters travel along
    content = full[0].read_bytes()
    assert content.startswith(b"%PDF")
    assert b"/FontFile2" in content
    assert b"NotoSansSC" in content.replace(b"#20", b"").replace(b"-", b"")
    assert b"/Subtype /Image" in content
    assert pages_in(full[0]) >= 6
    assert 3 <= pages_in(empty[0]) < pages_in(full[0])


def test_the_list_of_print_is_cut_and_says_so_while_tables_have_all(application: Any, tmp_path: Path) -> None:
    from sanping.ui.reports import pages
    from sanping.ui.reports.taking import take_report

    # given more cases than anybody prints
    answers = CaseAnswers([report_line(n) for n in range(1, pages.MOST_LISTED + 501)])
    watched = Watched()

    # when they are written both ways
    take_report(answers, a_wish(tmp_path / "a.csv"), watched)  # type: ignore[arg-type]

    # then the table has all, page by page, and tells how far it is
    listed = (tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(listed) == pages.MOST_LISTED + 501
    assert (tmp_path / "a-指标.csv").is_file()
    assert watched.shares == sorted(watched.shares)
    assert watched.shares[-1] == 1.0
    assert max(asked.limit for asked in answers.asked) <= 500


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".pdf"])
def test_a_report_that_is_stopped_leaves_no_file_and_an_older_one_as_it_was(
    application: Any, tmp_path: Path, suffix: str
) -> None:
    from sanping.ui.reports.taking import take_report

    # given an older report, and somebody who stops half-way
    path = tmp_path / f"old{suffix}"
    path.write_bytes(b"older")
    answers = CaseAnswers([report_line(n) for n in range(1, 3001)])

    # when it is written again
    with pytest.raises(Cancelled):
        take_report(answers, a_wish(path), Watched(stop_at=0.5))  # type: ignore[arg-type]

    # then nothing has changed
    assert path.read_bytes() == b"older"
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_what_cannot_be_written_is_refused_before_anybody_is_asked(application: Any, tmp_path: Path) -> None:
    from sanping.ui.reports.taking import take_report

    # given wishes that make no sense
    wishes = (
        a_wish(tmp_path / "a.docx"), a_wish(tmp_path / "nowhere" / "a.csv"), a_wish(tmp_path / "a.csv", to_ms=0),
    )  # fmt: skip

    # when they are asked for
    # then they are refused in words, and the hub hears nothing
    for wish in wishes:
        answers = CaseAnswers([])
        with pytest.raises(InputError):
            take_report(answers, wish, SilentProgress())  # type: ignore[arg-type]
        assert answers.asked == []


def test_a_hub_gives_a_report_in_which_nobody_is_named(application: Any, repository: Path, tmp_path: Path) -> None:
    from sanping.bootstrap.case_report import span_of, write_report
    from sanping.bootstrap.desk_hub import HubChoice
    from sanping.bootstrap.twins import load_project
    from sanping.cli.application import main
    from sanping.settings.settings import Settings
    from sanping.ui.reports.taking import take_report

    secrets = ("张三丰", "13900001234", "岸边堆有垃圾")

    async def ran() -> tuple[Path, ...]:
        # given a hub with a case that somebody reported by name
        hub = GovernedHub(tmp_path)
        await hub.start()
        try:
            desk = await hub.screen()
            reporter = {"name": secrets[0], "phone": secrets[1]}
            assert (await done(desk, "case.report", {**REPORT, "source": "public", "reporter": reporter})).ok
            questions = Questions(hub.where)

            # when its report is taken as a workbook, and from the command line as a table
            wish = a_wish(tmp_path / "a.xlsx", from_ms=1, to_ms=4_000_000_000_000)
            await asyncio.to_thread(take_report, questions, wish, SilentProgress())
            project = load_project(repository / "cim_models" / "suhe")
            choice = HubChoice(address=hub.address, token=TOKEN)
            taken = partial(write_report, project, choice, tmp_path / "b.csv", span_of("", "", 1, CHINA),
                            scope=scope_of("310107017"), has_picture=True, progress=SilentProgress(),
                            settings=Settings())  # fmt: skip
            await asyncio.to_thread(taken)
            await desk.drop()
            return (wish.path,)
        finally:
            await hub.stop()

    (path,) = asyncio.run(ran())

    # then the case is listed, and no name, number or free text of hers
    with zipfile.ZipFile(path) as book:
        text = "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    assert "武宁路桥" in text
    assert not any(secret in text for secret in secrets)
    table = (tmp_path / "b.csv").read_text(encoding="utf-8-sig")
    assert "武宁路桥" in table
    assert not any(secret in table for secret in secrets)

    # and without a hub, or with words that are no date, it is refused
    assert main(["cases", "report", "-o", str(tmp_path / "c.csv")]) == 2
    assert main(["cases", "report", "--hub", "http://127.0.0.1:1", "--from", "yesterday"]) == 2
    assert main(["cases", "report", "--hub", "http://127.0.0.1:1", "--class", "0102"]) == 2
    assert main(["cases", "report", "--hub", "http://127.0.0.1:1", "--area", "99"]) == 2


class OneDesk:
    """What of a desk a report is made from; `said` are its last words."""

    def __init__(self, answers: CaseAnswers, *, is_governed: bool = True) -> None:
        from PySide6.QtGui import QImage

        picture = QImage(2000, 900, QImage.Format.Format_ARGB32)
        picture.fill(0xFF336699)
        counts = CaseCounts(at_ms=NOW_MS, day_ms=NOW_MS) if is_governed else None
        link = SimpleNamespace(questions=answers)
        self.living: Any = SimpleNamespace(link=link, state=LiveState(case_counts=counts), now_ms=lambda: NOW_MS)
        stage = SimpleNamespace(moment=datetime.fromtimestamp(NOW_MS / 1000, CHINA), area="")
        self.state: Any = SimpleNamespace(stage=stage, language="zh")
        self.content: Any = SimpleNamespace(project=SimpleNamespace(title=Text("苏河", "Creek")))
        self.viewport: Any = SimpleNamespace(grabFramebuffer=lambda: picture)
        self.said: list[Text] = []

    def say(self, text: Text) -> None:
        self.said.append(text)


def test_the_desk_writes_a_report_beside_its_window_and_can_stop_it(
    application: Any, qtbot: Any, tmp_path: Path
) -> None:
    from PySide6.QtWidgets import QWidget

    from sanping.ui.reports.case_exporting import CaseExporting

    # given a desk whose hub governs, and the form of a report
    window = QWidget()
    qtbot.addWidget(window)
    desk = OneDesk(CaseAnswers([report_line(n) for n in range(1, 6001)]))
    exporting = CaseExporting(desk, window)
    exporting.ask()
    dialog = exporting.exporting.dialog
    assert dialog is not None
    assert [dialog.kind.itemText(n) for n in range(dialog.kind.count())] == ["XLSX", "PDF", "CSV"]

    # when a table is wanted, and then a long one is stopped
    with qtbot.waitSignal(exporting.exporting.exported, timeout=60_000):
        dialog.export_asked.emit(dialog.plan(tmp_path / "a.csv"))
    dialog.export_asked.emit(dialog.plan(tmp_path / "b.xlsx"))
    is_busy = dialog.is_busy
    dialog.stop_asked.emit()
    qtbot.waitUntil(lambda: not dialog.is_busy, timeout=10_000)
    exporting.stop()

    # then the first is there with its indicators, and nothing of the second
    assert is_busy
    assert len((tmp_path / "a.csv").read_text(encoding="utf-8-sig").splitlines()) == 6001
    assert {file.name for file in tmp_path.iterdir()} == {"a.csv", "a-指标.csv"}


def test_a_desk_without_governance_says_that_there_is_no_report(application: Any, qtbot: Any) -> None:
    from PySide6.QtWidgets import QWidget

    from sanping.ui.reports.case_exporting import CaseExporting, as_png

    # given a desk whose twin does not govern
    window = QWidget()
    qtbot.addWidget(window)
    desk = OneDesk(CaseAnswers([]), is_governed=False)
    exporting = CaseExporting(desk, window)

    # when a report is asked for
    exporting.ask()
    exporting.stop()

    # then it says why there is none; the picture of a first page is no wider than the page needs
    assert "没有连接治理中枢" in desk.said[0].zh
    assert exporting.exporting.dialog is None
    assert as_png(desk.viewport.grabFramebuffer())[16:20] == (1600).to_bytes(4, "big")


def test_a_report_is_of_the_area_department_and_class_that_are_chosen_in_its_form(
    application: Any, qtbot: Any, tmp_path: Path
) -> None:
    from fakes.small_cases import GOVERNANCE
    from sanping.ui.cases.scope_form import ScopeForm
    from sanping.ui.cases.tables import Tables
    from sanping.ui.live.export_dialog import ExportDialog, ExportOffer
    from sanping.ui.reports.taking import take_report, titled

    # given the form of a desk that looks at a street
    form = ScopeForm(Tables(GOVERNANCE), "310107005")
    assert form.scope() == CaseScope(area="310107005")
    offer = ExportOffer(
        kind="cases", first_ms=0, last_ms=NOW_MS, from_ms=NOW_MS - DAY_MS, to_ms=NOW_MS, zone=CHINA,
        scopes=form,
    )  # fmt: skip
    dialog = ExportDialog(offer, "zh")
    qtbot.addWidget(dialog)
    assert form.scope() == CaseScope(area="310107005")

    # when a department and a class are chosen, and the report is taken
    _, department, case_class = form.picks
    department._popup.picked.emit("green")
    case_class._popup.picked.emit("event:0102")
    plan = dialog.plan(tmp_path / "a.csv")
    answers = CaseAnswers([report_line(1)])
    take_report(answers, a_wish(plan.path, scope=plan.scope), SilentProgress())  # type: ignore[arg-type]

    # then list and figures are asked of that alone, by community, and the title says so
    wanted = CaseScope(area="310107005", department="green", kind="event", case_class="0102")
    assert {level for level, _ in answers.scopes} == {"community"}
    assert all(scope == wanted for _, scope in answers.scopes)
    assert {(one.area, one.department, one.case_class) for one in answers.asked} == {("310107005", "green", "0102")}
    title = titled(Text("报告", "Report"), plan.scope, GOVERNANCE)
    assert title.zh == "报告（曹杨新村街道、绿化市容局、暴露垃圾）"
