"""How the wall hears of cases: what it asks of the hub, what it keeps of it, and that names and free text are not."""

from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import msgspec
import pytest

from sanping.domain.case import Case, Photo, Reporter
from sanping.domain.case_filter import EVERY_CASE, CaseFilter
from sanping.domain.case_line import CaseCounts, CaseLine
from sanping.stage.sharing import Focus
from sanping.twin.live import LiveState
from sanping.wire.cases import (
    AreaBoard,
    AreaFigures,
    AreaRow,
    CasePage,
    CaseScope,
    CaseSheet,
    Governance,
    IndicatorRow,
    Indicators,
    Measures,
    TrailRow,
)

pytestmark = pytest.mark.gui
CHINA = timezone(timedelta(hours=8))
NOW_MS = round(datetime(2026, 11, 21, 16, 40, tzinfo=CHINA).timestamp() * 1000)
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
SECRETS = ("王五", "13912345678", "门口有狗", "采集员小李", "已联系王五")


def a_line(id: str, **more: object) -> CaseLine:
    given: dict[str, object] = {
        "rev": 3, "state": "handling", "kind": "event", "case_class": "0102", "title_zh": "暴露垃圾",
        "title_en": "Exposed garbage", "source": "collector", "area": "310107015001001", "reported_ms": NOW_MS - DAY_MS,
        "changed_ms": NOW_MS, "lon_deg": 121.42, "lat_deg": 31.24, **more,
    }  # fmt: skip
    return CaseLine(id=id, **given)  # type: ignore[arg-type]


def a_sheet(id: str = "C1") -> CaseSheet:
    case = Case(
        id=id, rev=3, state="closed", kind="event", case_class="0102", source="public", area="310107015001001",
        reported_ms=NOW_MS - DAY_MS, changed_ms=NOW_MS, description=SECRETS[2], handlers=(SECRETS[3],),
        photos=(Photo(id="p-scene"), Photo(id="p-before", moment="before"), Photo(id="p-after", moment="after"),
                Photo(id="p-last", moment="after")),
    )  # fmt: skip
    trail = tuple(
        TrailRow(seq=n, at_ms=NOW_MS - (9 - n) * HOUR_MS, step=step, title_zh=zh, title_en=step, by="dev-7",
                 by_name=SECRETS[3], note=SECRETS[4])
        for n, (step, zh) in enumerate((("report", "上报"), ("note", "备注"), ("close", "结案")))
    )  # fmt: skip
    line = a_line(id, state="closed", closed_ms=NOW_MS, photo="p-last")
    return CaseSheet(case=case, line=line, reporter=Reporter(name=SECRETS[0], phone=SECRETS[1]), trail=trail)


class Answers:
    """A hub's answers, without a hub; `asked` are the filters of cases."""

    def __init__(self, lines: tuple[CaseLine, ...] = ()) -> None:
        self.lines, self.asked, self.scopes = lines, list[CaseFilter](), list[CaseScope]()

    def governance(self) -> Governance:
        area = AreaRow(
            code="310107015", level="street", parent="310107", name_zh="长寿路", name_en="", person=SECRETS[0]
        )
        return Governance(areas=(area,), classes=(), departments=(), sources=(), my_name=SECRETS[3])

    def cases(self, wanted: CaseFilter) -> CasePage:
        self.asked.append(wanted)
        found = [line for line in self.lines if wanted.from_ms <= line.reported_ms < wanted.to_ms]
        return CasePage(total=len(found), lines=tuple(found[wanted.offset : wanted.offset + wanted.limit]))

    def indicators(
        self, from_ms: int, to_ms: int, by: str, level: str = "street", scope: CaseScope = EVERY_CASE
    ) -> Indicators:
        self.scopes.append(scope)
        keys = {"day": ["2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21"]}.get(by, ["", "a"])
        rows = tuple(
            IndicatorRow(key=key, title_zh=key, title_en=key, counts={"reported": 7}, rates={}) for key in keys
        )
        return Indicators(from_ms=from_ms, to_ms=to_ms, by=by, whole=rows[0], groups=rows)  # type: ignore[arg-type]

    def measures(self) -> Measures:
        return Measures(rows=(), first_day="2026-01-01")

    def case(self, id: str) -> CaseSheet:
        return a_sheet(id)

    def photo(self, name: str) -> bytes:
        return name.encode()


def test_a_story_has_the_way_and_both_photos_but_nobodys_name(qapp: Any) -> None:
    from sanping.ui.wall.telling_cases import story

    # given a case whose sheet holds names, a telephone number and notes
    sheet = a_sheet()
    assert all(secret in repr(sheet) for secret in SECRETS)

    # when the wall asks for it
    told = story(Answers(), "C1")  # type: ignore[arg-type]

    # then it knows what was done and when, and how the place looked before and looks now
    assert [step.title.zh for step in told.steps] == ["上报", "结案"]
    assert (told.before, told.after) == (b"p-scene", b"p-last")
    assert not any(secret in repr(told) for secret in SECRETS)


def test_what_changes_slowly_is_asked_page_by_page(qapp: Any) -> None:
    from sanping.ui.wall.telling_cases import asked

    # given seven hundred cases of yesterday at three places, and one of today
    lines = tuple(
        a_line(f"{n}", reported_ms=NOW_MS - DAY_MS + n * 1000, lat_deg=31.24 + 0.01 * (n % 3)) for n in range(700)
    )
    answers = Answers((*lines, a_line("now", reported_ms=NOW_MS - HOUR_MS)))

    # when the wall asks
    found = asked(answers, NOW_MS, CHINA)  # type: ignore[arg-type]

    # then it has read every page, knows the hours of yesterday, the places, and whole days only
    assert [one.offset for one in answers.asked] == [0, 500]
    assert found.yesterday[16] == 700
    assert sum(found.yesterday) == 700
    assert [spot.count for spot in found.spots] == [235, 233, 233]
    assert found.season is not None
    assert set(found.season.by_weekday) == {3, 4}
    assert [row.key for row in found.by_area] == ["a"]

    # and it keeps nobody's name
    assert found.tables.areas[0].name_zh == "长寿路"
    assert not any(secret in repr(found) for secret in SECRETS)


def test_large_photos_are_made_smaller_and_what_is_no_photo_stays(qapp: Any) -> None:
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtGui import QImage

    from sanping.ui.wall.telling_cases import PHOTO_PX, reduced

    # given a photo of a phone
    image = QImage(3000, 2000, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPG")  # type: ignore[call-overload]

    # when it is made smaller
    small = QImage.fromData(reduced(bytes(held.data())))

    # then it keeps its proportions
    assert (small.width(), small.height()) == (PHOTO_PX, PHOTO_PX * 2 // 3)
    assert reduced(b"no photo") == b"no photo"


def test_lines_and_counts_are_told_as_they_are_heard_and_stories_asked_once(qapp: Any, qtbot: Any) -> None:
    from PySide6.QtCore import QObject, Signal

    from sanping.ui.wall.telling_cases import CaseTelling

    class Asking:
        def __init__(self) -> None:
            self.questions: list[Any] = []

        def ask(self, question: Any, then: Any) -> None:
            self.questions.append(question)
            then(question())

    class Link:
        questions = Answers()

    class Living(QObject):
        state_changed = Signal(object)
        linked = Signal()
        state, link, asking, is_replaying = LiveState(), Link(), Asking(), False

        def now_ms(self) -> int:
            return NOW_MS

    # given a wall that has heard of no governance
    living = Living()
    telling = CaseTelling(living, UTC, living)  # type: ignore[arg-type]
    told: list[Any] = []
    telling.changed.connect(told.append)
    living.state_changed.emit(living.state)

    # when cases come, and one of them is shown large
    closed = a_line("C1", state="closed", closed_ms=NOW_MS, photo="p-last")
    cases = MappingProxyType({"C1": closed, "C2": a_line("C2")})
    living.state = LiveState(cases=cases, case_counts=CaseCounts(at_ms=NOW_MS, day_ms=NOW_MS - 16 * HOUR_MS))
    telling.show_focus(Focus(kind="case", id="C2"))
    living.state_changed.emit(living.state)
    qtbot.waitUntil(lambda: bool(told) and told[-1].tables is not None, timeout=10_000)

    # then they are told with their photos and tables, and nothing is asked again for the same revision
    last = told[-1]
    assert {line.id for line in last.lines} == {"C1", "C2"}
    assert last.newest.after == b"p-last"
    assert last.focus.line.id == "C2"
    asked = len(living.asking.questions)
    living.state = a_second_later(living.state)
    living.state_changed.emit(living.state)
    qtbot.wait(400)
    assert len(living.asking.questions) == asked
    telling.stop()


def a_second_later(state: LiveState) -> LiveState:
    """Return the same state with counts a second later."""
    assert state.case_counts is not None
    return LiveState(cases=state.cases, case_counts=msgspec.structs.replace(state.case_counts, at_ms=NOW_MS + 1000))


def test_a_wall_that_looks_at_an_area_tells_of_that_area_alone_and_of_nobody_by_name(qtbot: Any) -> None:
    from types import SimpleNamespace

    from PySide6.QtCore import QObject, Signal

    from sanping.ui.areas_in_city import AreaShow
    from sanping.ui.wall.telling_cases import CaseTelling

    class Living(QObject):
        state_changed = Signal(object)
        linked = Signal()
        is_replaying = False

        def now_ms(self) -> int:
            return NOW_MS

    # given a wall that tells of cases in two streets
    living, answers = Living(), Answers()
    living.asking = SimpleNamespace(ask=lambda question, then: then(question()))  # type: ignore[attr-defined]
    living.link = SimpleNamespace(questions=answers)  # type: ignore[attr-defined]
    here, there = a_line("C1"), a_line("C2", area="310107005001001")
    counts = CaseCounts(at_ms=NOW_MS, day_ms=NOW_MS - 16 * HOUR_MS, total=2)
    living.state = LiveState(cases={"C1": here, "C2": there}, case_counts=counts)  # type: ignore[attr-defined]
    telling = CaseTelling(living, UTC, living)  # type: ignore[arg-type]
    told: list[Any] = []
    telling.changed.connect(told.append)

    # when the room looks at one of them
    named = AreaFigures(code="310107015", name_zh="长寿路", name_en="", person=SECRETS[0], phone=SECRETS[1], open=1)
    board = AreaBoard(area=named, rows=(named,), above=(named,), counts=msgspec.structs.replace(counts, total=1))
    telling.show_areas(AreaShow(board=board), "310107015")
    telling.ask()
    last = told[-1]

    # then lines, counts and everything that is asked are of that one, and no name reaches the wall
    assert [line.id for line in last.lines] == ["C1"]
    assert (last.counts.total, last.within) == (1, "310107015")
    assert {scope.area for scope in answers.scopes} == {one.area for one in answers.asked} == {"310107015"}
    assert not any(secret in repr(last) for secret in SECRETS)
    telling.stop()
