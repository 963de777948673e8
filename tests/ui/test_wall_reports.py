"""Reports from the street on the wall: page by page, beside the stations in turn, and never an empty panel."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.small_river import NOON_MS
from fakes.small_view import small_view
from sanping.domain.report import Report
from sanping.domain.text import Text
from sanping.stage.sharing import Focus

pytestmark = pytest.mark.gui
ROOM = (0.0, 0.0, 460.0, 380.0)


@pytest.fixture
def application(qtbot: Any, repository: Path) -> Any:
    from sanping.ui.application import create_application

    return create_application("zh", repository / "assets")


def report(number: int, **more: Any) -> Report:
    at_ms = NOON_MS - number * 60_000
    given = {"category": "floating", "words": "桥下有大片\n垃圾", "by": "小李的手机", "x_m": 1.0, "y_m": 2.0}
    return Report(id=f"r{number}", time_ms=at_ms, received_ms=at_ms, **{**given, **more})


def facts_of(*reports: Report, now_ms: int = NOON_MS, **more: Any) -> Any:
    from sanping.ui.wall.facts import WallFacts

    return WallFacts(now_ms=now_ms, view=replace(small_view(), reports=reports), title=Text("小城", "Town"), **more)


def written(monkeypatch: pytest.MonkeyPatch, panel: Any, facts: Any) -> list[str]:
    """Paint a panel and return every word that is written."""
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QImage, QPainter

    from sanping.ui.wall.brush import Brush
    from sanping.ui.wall.facts import Turn
    from sanping.ui.wall.look import NIGHT

    found: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(Brush, "write", lambda brush, area, words, *rest: found.append(words))
        image = QImage(round(ROOM[2]), round(ROOM[3]), QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        panel.paint(Brush(painter, NIGHT, 20.0, facts.language), QRectF(*ROOM), Turn(now=panel.content(facts)))
        painter.end()
    return found


def test_reports_are_told_newest_first_page_by_page(application: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from sanping.ui.wall.panels.lists import PAGE_MS
    from sanping.ui.wall.panels.reports import Reports

    # given five reports, one of them with a photo and without a place, one without words
    reports = (
        report(0, photo="p", x_m=None), report(1, words="", category="road"), *(report(n) for n in range(2, 5))
    )  # fmt: skip

    # when two pages are painted, in either language
    first = written(monkeypatch, Reports(), facts_of(*reports, now_ms=NOON_MS - NOON_MS % (2 * PAGE_MS)))
    second = written(monkeypatch, Reports(), facts_of(*reports, now_ms=NOON_MS - NOON_MS % (2 * PAGE_MS) + PAGE_MS))
    english = written(monkeypatch, Reports(), facts_of(*reports, language="en"))

    # then the newest stand on the first, in one line each, and all are counted
    assert "水面漂浮物" in first
    assert "桥下有大片 垃圾" in first
    assert "小李的手机 · 附照片 · 未注明位置" in first
    assert "道路与市容" in first
    assert "近 24 小时 5 件 · 第 1/2 页".replace("第 ", "") in first
    assert "道路与市容" not in second
    assert "Floating litter" in english
    assert not any("漂浮" in words for words in english)


def test_a_room_is_shared_only_while_there_are_reports(application: Any) -> None:
    from sanping.ui.wall.panels.focus import FocusPanel
    from sanping.ui.wall.panels.lists import Carousel
    from sanping.ui.wall.panels.reports import ReportList, Reports
    from sanping.ui.wall.panels.turns import EACH_MS, TakingTurns

    # given the stations and the reports in one room
    shared = TakingTurns((Carousel(), Reports()))
    moments = [NOON_MS + turn * EACH_MS for turn in range(4)]

    # when nobody has reported, and when somebody has
    alone = {shared.content(facts_of(now_ms=now_ms)).number for now_ms in moments}
    together = [shared.content(facts_of(report(0), now_ms=now_ms)).number for now_ms in moments]
    large = FocusPanel({"reports": Reports()}).content(facts_of(report(0), focus=Focus(kind="panel", id="reports")))

    # then they take turns only then, and the desk can have them shown large
    assert alone == {0}
    assert sorted(together) == [0, 0, 1, 1]
    assert isinstance(large, tuple)
    assert isinstance(large[1], ReportList)
