"""The sheet of a case on the desk: what it says, which steps it offers, and what their forms hold."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.small_cases import GOVERNANCE, NOW_MS, group, indicators, line, sheet, step
from sanping.domain.case import Reporter
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.ui.cases.new_case_panel import CaseDraft
from sanping.ui.cases.ranking import ranked
from sanping.ui.cases.rate_tiles import BY_KEY, colour_of, told_of, value_of
from sanping.ui.cases.tables import Tables

TABLES = Tables(GOVERNANCE)


@pytest.fixture
def icons(qtbot: Any, repository: Path) -> Any:
    from sanping.ui.application import create_application
    from sanping.ui.icons import Icons

    create_application("zh", repository / "assets")
    return Icons(repository / "assets" / "icons")


@pytest.fixture
def panel(qtbot: Any, icons: Any) -> Iterator[Any]:
    from PySide6.QtWidgets import QWidget

    from sanping.ui.cases.case_panel import CasePanel

    canvas = QWidget()
    qtbot.addWidget(canvas)
    canvas.resize(440, 860)
    made = CasePanel(icons, canvas)
    made.setGeometry(0, 0, 428, 860)
    canvas.show()
    qtbot.waitExposed(canvas)
    yield made
    canvas.close()


def buttons_of(panel: Any) -> dict[str, Any]:
    from PySide6.QtWidgets import QPushButton

    return {button.property("step"): button for button in panel.buttons.findChildren(QPushButton)}


@pytest.mark.gui
def test_a_sheet_says_what_is_known_and_offers_the_possible_steps_alone(panel: Any) -> None:
    from PySide6.QtWidgets import QLabel

    # given the sheet of a case that waits to be dispatched
    # when it is shown
    panel.show_sheet(sheet(), TABLES, NOW_MS)
    panel.grab()

    # then it names class, place, area, source and the masked reporter, and offers what the hub allows
    said = " ".join(label.text() for label in panel.head.findChildren(QLabel))
    for words in ("暴露垃圾", "曹杨路 1 号", "曹杨新村街道 · 一居", "12345 热线", "李**", "138****5678", "未派遣"):
        assert words in said
    assert list(buttons_of(panel)) == ["dispatch", "note", "urge", "merge", "void"]
    assert panel.head.alarm.isVisible()
    assert [row.step for row in panel.trail.rows] == ["file", "register", "report"]


@pytest.mark.gui
def test_a_dispatch_is_sent_once_a_department_is_chosen_from_the_proposals(qtbot: Any, panel: Any) -> None:
    from PySide6.QtCore import Qt

    # given the form of a dispatch, which cannot be sent yet
    panel.show_sheet(sheet(), TABLES, NOW_MS)
    buttons_of(panel)["dispatch"].click()
    form = panel.form
    was_ready, told = form.send.isEnabled(), form.finding.text()

    # when the first proposal is chosen, a note written, and the step sent
    qtbot.mouseClick(form.departments.cards[0], Qt.MouseButton.LeftButton)
    form.note.setPlainText(" 请今日处理 ")
    form.grab()
    with qtbot.waitSignal(panel.send_asked) as sent:
        form.send.click()

    # then it carries the department, the note and the revision that was looked at
    draft = sent.args[0]
    assert (was_ready, told) == (False, "请选择部门")
    assert (draft.step.step, draft.department, draft.note, draft.if_rev) == ("dispatch", "green", "请今日处理", 3)


@pytest.mark.gui
def test_what_was_written_is_kept_when_the_case_moves_on_and_the_step_is_still_possible(panel: Any) -> None:
    # given a form with a department from the whole list and a note
    panel.show_sheet(sheet(), TABLES, NOW_MS)
    panel.open_step("dispatch")
    panel.form.departments.choose("water")
    panel.form.note.setPlainText("急")

    # when the case comes anew, once with the step and once without
    panel.show_sheet(sheet(rev=4), TABLES, NOW_MS)
    kept = panel.form.draft()
    panel.show_sheet(sheet(rev=5, steps=(step("note", "note"),)), TABLES, NOW_MS)

    # then the form stays with the new revision, and goes with its step
    assert (kept.department, kept.note, kept.if_rev) == ("water", "急", 4)
    assert panel.form is None
    assert panel.buttons.isVisible()
    panel.set_language("en")
    assert panel.head.ring.accessibleName() == "1 h left"


@pytest.mark.gui
def test_each_form_asks_for_what_its_step_needs_and_says_what_is_missing(panel: Any, tmp_path: Path) -> None:
    # given a sheet of a case at work, whose steps need different things
    steps = (step("ask_extension", "note", "amount"), step("evaluate", "score"), step("pass_check", "photo"),
             step("merge", "other_case"), step("note", "note"))  # fmt: skip
    panel.show_sheet(sheet(steps=steps), TABLES, NOW_MS)
    missing: list[str] = []

    # when each form is filled in step by step
    panel.open_step("ask_extension")
    missing.append(panel.form.finding.text())
    panel.form.amount.show_number(2.5)
    missing.append(panel.form.finding.text())
    panel.open_step("evaluate")
    missing.append(panel.form.finding.text())
    panel.form.scores.button(4).click()
    unasked = panel.form.draft().is_solved
    panel.form.solved.setCurrentIndex(1)
    rated = panel.form.draft()
    panel.open_step("pass_check")
    missing.append(panel.form.finding.text())
    panel.form._take_files((tmp_path / "a.jpg",))
    checked = panel.form.draft()
    panel.open_step("merge")
    merged = panel.form.draft()
    panel.open_step("note")
    panel.form.note.setPlainText("字" * 2001)
    missing.append(panel.form.finding.text())

    # then it says what is missing in words, and holds what was given
    assert missing == ["请填写要延长多久", "请填写说明", "请评分", "请附上照片", "说明最长 2000 字，现有 2001 字"]
    assert (rated.score, unasked, rated.is_solved) == (4, None, True)
    assert (len(checked.files), checked.moment) == (1, "scene")
    assert merged.other_case == line(9).id


@pytest.mark.gui
def test_a_similar_case_is_merged_with_one_click_where_that_is_allowed(qtbot: Any, panel: Any) -> None:
    from sanping.ui.cases.alike_card import AlikeCard

    # given a sheet with a similar case, once where merging is possible and once where it is not
    sent: list[Any] = []
    panel.send_asked.connect(sent.append)
    panel.show_sheet(sheet(steps=(step("note", "note"),)), TABLES, NOW_MS)
    qtbot.waitUntil(lambda: any(card.isVisible() for card in panel.findChildren(AlikeCard)))
    is_offered = panel.findChildren(AlikeCard)[-1].merge.isVisible()
    panel.show_sheet(sheet(rev=4), TABLES, NOW_MS)
    qtbot.waitUntil(panel.findChildren(AlikeCard)[-1].merge.isVisible)
    panel.grab()

    # when the button is pressed
    panel.findChildren(AlikeCard)[-1].merge.click()

    # then the step names the other case
    assert not is_offered
    assert [(draft.step.step, draft.other_case) for draft in sent] == [("merge", line(9).id)]


@pytest.mark.gui
def test_refusals_stand_over_the_steps_and_the_form_can_be_sent_again(panel: Any) -> None:
    # given a form that is on its way
    panel.show_sheet(sheet(), TABLES, NOW_MS)
    panel.open_step("note")
    panel.form.note.setPlainText("已联系物业")
    panel.form.show_sending(is_sending=True)
    was_sending = panel.form.isEnabled()

    # when it is refused, and when the hub is away
    panel.tell(Text("没有提交：案件已更新", "not sent"), is_error=True)
    panel.form.show_sending(is_sending=False)
    told, is_ready = panel.strip.text(), panel.form.send.isEnabled()
    panel.show_away(is_away=True)

    # then the words stay, and nothing can be sent while the hub is away
    assert not was_sending
    assert (told, is_ready) == ("没有提交：案件已更新", True)
    assert panel.form.note.toPlainText() == "已联系物业"
    assert not panel.form.send.isEnabled()


@pytest.mark.gui
def test_photos_are_shown_by_moment_and_large_over_the_desk(qtbot: Any, panel: Any) -> None:
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtGui import QPixmap

    # given a sheet with a photo of the scene that came and one of afterwards that cannot be read
    picture = QPixmap(64, 32)
    picture.fill(Qt.GlobalColor.red)
    panel.show_sheet(sheet(), TABLES, NOW_MS)
    panel.show_pictures({"p1.png": picture, "p2.png": None})
    panel.photo_asked.connect(panel.show_viewer)
    panel.photos.grab()

    # when the first is pressed, turned, and closed
    qtbot.mouseClick(panel.photos, Qt.MouseButton.LeftButton, pos=QPoint(20, 50))
    was_open = panel.viewer.isVisible()
    panel.viewer.grab()
    qtbot.keyClick(panel.viewer, Qt.Key.Key_Right)
    panel.viewer.grab()
    qtbot.keyClick(panel.viewer, Qt.Key.Key_Escape)

    # then it was large over the desk, and is gone
    assert was_open
    assert not panel.viewer.isVisible()


@pytest.mark.gui
def test_a_photo_is_made_small_before_it_is_sent_and_anything_else_is_refused(qtbot: Any, tmp_path: Path) -> None:
    from PySide6.QtGui import QImage

    from sanping.ui.cases.case_photos import LONGEST_PX, made_small

    # given a photo of 12 megapixels, and a file that is none
    large = QImage(4000, 3000, QImage.Format.Format_RGB32)
    large.fill(0x336699)
    large.save(str(tmp_path / "large.png"))
    (tmp_path / "no.jpg").write_bytes(b"%PDF")

    # when both are made small
    content = made_small(tmp_path / "large.png")
    with pytest.raises(InputError) as refused:
        made_small(tmp_path / "no.jpg")

    # then the first is a JPEG with its longest side at the limit, and the other is named
    image = QImage.fromData(content)
    assert content[:2] == b"\xff\xd8"
    assert (image.width(), image.height()) == (LONGEST_PX, LONGEST_PX * 3 // 4)
    assert "no.jpg" in refused.value.message.zh


@pytest.mark.gui
def test_the_ring_tells_the_time_left_paused_or_over(qtbot: Any, icons: Any) -> None:
    from sanping.ui.cases.ring import Ring
    from sanping.ui.wording import Wording

    # given a ring
    ring = Ring(Wording())
    qtbot.addWidget(ring)

    # when it shows a case in time, one that is over, a suspended one and a closed one
    told = []
    for shown in (line(1, left_min=30), line(1, left_min=-90), line(1, state="suspended"), line(1, state="closed")):
        ring.show_line(shown, NOW_MS)
        ring.grab()
        told.append(ring.accessibleName())

    # then its words say so too
    assert told == ["剩 30 分钟", "超期 1 小时 30 分", "已挂账", "—"]


def test_a_draft_says_what_is_missing_and_becomes_a_command() -> None:
    # given drafts that lack something each, and a whole one
    whole = {"case_class": "0102", "description": "垃圾", "place": (121.43, 31.24), "source": "hotline_12345"}
    drafts = (
        CaseDraft(),
        CaseDraft(**{**whole, "place": None}),
        CaseDraft(**{**whole, "description": ""}),
        CaseDraft(**whole, reporter=Reporter(phone="一三八")),
        CaseDraft(**whole, component="123"),
        CaseDraft(**whole, reporter=Reporter(name="王", phone="+86 138-0000 0000")),
    )

    # when they are judged
    missing = [draft.missing() for draft in drafts]

    # then in words, and the whole one carries its place and reporter
    assert [None if told is None else told.zh for told in missing] == [
        "请选择类别", "请在图上选点，或填写地址", "请描述发生了什么", "电话“一三八”含有数字以外的字符",
        "部件编码应为 16 位数字，现为 3 位", None,
    ]  # fmt: skip
    assert drafts[-1].arguments()["lon"] == 121.43
    assert drafts[-1].arguments()["reporter"] == {"name": "王", "phone": "+86 138-0000 0000"}


@pytest.mark.gui
def test_a_report_takes_its_place_from_the_map_and_is_sent_whole(qtbot: Any, icons: Any) -> None:
    from sanping.ui.cases.new_case_panel import NewCasePanel

    # given the form of a report
    panel = NewCasePanel(icons)
    qtbot.addWidget(panel)
    panel.show_tables(TABLES)
    panel.begin()
    picking: list[bool] = []
    panel.picking_changed.connect(picking.append)

    # when class and words are given and the place is picked
    panel.case_class._popup.picked.emit("event:0102")
    panel.description.setPlainText("岸边堆有垃圾")
    was_ready = panel.send.isEnabled()
    panel.pick.click()
    panel.take_place(121.43, 31.24)
    panel.urgencies.button(2).click()
    panel.set_language("en")
    panel.grab()
    with qtbot.waitSignal(panel.report_asked) as sent:
        panel.send.click()

    # then the next click is no place any more, and the report holds all of it
    draft = sent.args[0]
    assert (was_ready, picking) == (False, [True, False])
    assert (draft.case_class, draft.urgency, draft.place, draft.source) == (
        "0102", "extreme", (121.43, 31.24), "hotline_12345",
    )  # fmt: skip
    assert panel.urgencies.button(0).text() == "Normal"


def test_groups_are_ranked_the_best_first_and_those_without_anything_to_count_last() -> None:
    # given streets, one without a filed case
    rows = (group("a", "甲街", 10, 5), group("b", "乙街", 0, 0), group("c", "丙街", 10, 9))
    on_time, filed = BY_KEY["on_time_rate"], BY_KEY["filed"]

    # when they are ranked by a rate and by a count
    by_rate, by_count = ranked(rows, on_time), ranked(rows, filed)

    # then the best leads, and figures are told with their colours
    assert [row.key for row in by_rate] == ["c", "a", "b"]
    assert [row.key for row in by_count][-1] == "b"
    assert [told_of(value_of(row, on_time), on_time) for row in by_rate] == ["90%", "50%", "—"]
    assert colour_of(0.95, on_time) != colour_of(0.5, on_time)
    assert value_of(None, filed) is None


@pytest.mark.gui
def test_indicators_ask_for_a_span_and_a_grouping_and_a_bar_leads_to_its_cases(qtbot: Any, icons: Any) -> None:
    from PySide6.QtCore import QPoint, Qt

    from sanping.ui.cases.indicators_panel import IndicatorsPanel, Wanted

    # given the panel with two streets and two days
    panel = IndicatorsPanel(icons)
    qtbot.addWidget(panel)
    panel.resize(428, 860)
    panel.show()
    qtbot.waitExposed(panel)
    wanted: list[Wanted] = []
    panel.wanted_changed.connect(wanted.append)
    panel.show_groups(indicators(group("310107005", "曹杨新村街道", 20, 19), group("310107014", "甘泉路街道", 20, 12)))
    panel.show_days(indicators(group("2026-11-20", "", 9, 8), group("2026-11-21", "", 11, 10)))

    # when another span and grouping are chosen, another figure looked at, and the second bar pressed
    panel._choose_days(1)
    panel._choose_grouping(2)
    qtbot.mouseClick(panel.tiles, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    panel.set_language("en")
    panel.grab()
    with qtbot.waitSignal(panel.group_asked) as asked:
        qtbot.mouseClick(panel.ranking, Qt.MouseButton.LeftButton, pos=QPoint(60, 40))

    # then each is asked for once, and the bar names its group
    assert wanted == [Wanted(days=7), Wanted(days=7, grouping="department")]
    assert (wanted[-1].by, wanted[-1].level) == ("department", "street")
    assert panel.tiles.chosen == "filed"
    assert asked.args == ["department", "310107014"]
