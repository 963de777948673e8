"""Sources, public warnings and workspaces: what they say, what a click asks for, what is tried before it is saved."""

from pathlib import Path
from typing import Any

import pytest

from fakes.small_river import NOON_MS
from sanping.domain.errors import SourceFailed
from sanping.domain.notice import Notice
from sanping.domain.source_status import NOT_TRUSTED, SourceStatus
from sanping.domain.text import Language, Text

pytestmark = pytest.mark.gui


@pytest.fixture
def icons(qtbot: Any, repository: Path) -> Any:
    from sanping.ui.application import create_application
    from sanping.ui.icons import Icons

    create_application("zh", repository / "assets")
    return Icons(repository / "assets" / "icons")


def shown(qtbot: Any, panel: Any, width: int = 330, height: int = 640) -> Any:
    """Put a panel on the screen."""
    qtbot.addWidget(panel)
    panel.resize(width, height)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def click(qtbot: Any, widget: Any, x: int, y: int) -> None:
    from PySide6.QtCore import QPoint, Qt

    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(x, y))


def warning(**more: object) -> Notice:
    settings: dict[str, object] = {
        "identifier": "n1", "sender": "s", "sent_ms": NOON_MS - 600_000, "status": "actual", "kind": "alert",
        "event": "11B03", "colour": "orange", "headline_zh": "暴雨橙色预警", "headline_en": "Orange rainstorm warning",
        "instruction_zh": "<b>检查泵站</b>", "expires_ms": NOON_MS + 3_600_000,
    }  # fmt: skip
    return Notice(**{**settings, **more})  # type: ignore[arg-type]


def test_public_warnings_are_told_and_an_exercise_is_never_taken_for_a_true_one(qtbot: Any, icons: Any) -> None:
    from PySide6.QtWidgets import QLabel

    from sanping.ui.live.colours import ALARM, STALE
    from sanping.ui.live.ticker import Ticker
    from sanping.ui.live.warning_panel import WarningPanel

    # given a true warning and an exercise of the highest level
    notices = (warning(), warning(identifier="n2", status="exercise", colour="red"))
    panel, ticker = shown(qtbot, WarningPanel(icons)), shown(qtbot, Ticker())

    # when they are shown
    panel.show_notices(notices)
    ticker.show_lines((), notices, NOON_MS)
    said = [label.text() for label in panel.findChildren(QLabel)]

    # then the exercise says so, has no alarming colour, and what a sender writes is text, not markup
    assert "演练" in said
    assert "<b>检查泵站</b>" in said
    assert [one.colour for one in ticker.told] == [ALARM["orange"], STALE]
    assert "演练" in ticker.told[1].words.zh
    assert panel.wanted_height(330) > 150
    panel.show_notices(())
    assert not [label for label in panel.findChildren(QLabel) if "暴雨" in label.text() and label.isVisible()]


def test_sources_count_corrections_in_both_languages(qtbot: Any, icons: Any) -> None:
    from sanping.ui.live.sources_panel import counts_written, facts_written

    # given a source whose stations corrected three values
    status = SourceStatus(name="g", adapter="sl651", state="live", counts={"observations": 7, "corrections": 3})

    # when its row and its tip are written
    languages: tuple[Language, ...] = ("zh", "en")
    told = [(facts_written(status, NOON_MS, language), counts_written(status, language)) for language in languages]

    # then both say so, in the language of the reader
    assert "更正 3" in told[0][0]
    assert "3 corrections" in told[1][0]
    assert "更正: 3" in told[0][1]
    assert "Corrections: 3" in told[1][1]


def test_sources_say_why_and_count_what_was_bad_and_trust_is_asked_for(qtbot: Any, icons: Any) -> None:
    from sanping.ui.live.sources_panel import SourcesPanel, bad_count

    # given one source that waits for trust and one that tries again
    waiting = SourceStatus(name="q", adapter="hj212", state="configured", why_zh=NOT_TRUSTED.zh, why_en=NOT_TRUSTED.en)
    retrying = SourceStatus(name="g", adapter="sl651", state="retrying", why_zh="端口被占用", why_en="port in use",
                            retry_ms=NOON_MS + 5000, counts={"observations": 7, "bad_crc": 2, "future": 1, "late": 9}
    )  # fmt: skip
    panel = shown(qtbot, SourcesPanel(icons))
    wishes: list[tuple[str, Any]] = []
    panel.wish_asked.connect(lambda action, arguments: wishes.append((action, arguments)))

    # when they are shown, trust is given and the second is switched off
    panel.show_sources((waiting, retrying), NOON_MS, is_linked=True)
    panel.trust.click()
    qtbot.wait(20)
    click(qtbot, panel.rows, 60, 70)
    panel.buttons["switch"].click()

    # then both wishes go out, and bad input is counted
    assert wishes == [("twin.trust", {}), ("source.disable", {"source": "g"})]
    assert bad_count(retrying) == 3
    panel.show_sources((retrying,), NOON_MS, is_linked=True)
    assert panel.trust.isHidden()
    assert panel.needs_a_person


def test_without_a_hub_nothing_is_said_of_sources(qtbot: Any, icons: Any) -> None:
    from sanping.ui.live.sources_panel import NO_HUB, SourcesPanel

    # given a source that was live
    panel = shown(qtbot, SourcesPanel(icons))
    live = SourceStatus(name="g", adapter="sl651", state="live", why_zh="", why_en="")
    panel.show_sources((live,), NOON_MS, is_linked=True)
    was_calm = not panel.needs_a_person

    # when the hub goes away
    panel.show_sources((live,), NOON_MS, is_linked=False)

    # then it is not shown as live any more, and the panel asks to be looked at
    assert was_calm
    assert panel.rows.rows == ()
    assert panel.none.text() == NO_HUB.zh
    assert panel.needs_a_person


ADAPTER = {
    "name": "trial",
    "title": {"zh": "试用", "en": "Trial"},
    "grade": {"level": "silver", "reasons": [{"zh": "有模拟器", "en": "has a simulator"}]},
    "form": {
        "properties": {
            "host": {"type": "string", "format": "text", "title": {"zh": "主机", "en": "Host"}, "default": "127.0.0.1"},
            "port": {"type": "integer", "format": "integer", "title": {"zh": "端口", "en": "Port"}, "default": 9000,
                     "minimum": 1, "maximum": 65535},
            "is_strict": {"type": "boolean", "format": "boolean", "title": {"zh": "严格", "en": "Strict"},
                          "default": True},
            "key": {"type": "string", "format": "secret", "title": {"zh": "密钥", "en": "Key"}},
            "mode": {"type": "string", "format": "choice", "title": {"zh": "方式", "en": "Mode"}, "enum": ["a", "b"],
                     "default": "a"},
        },
        "required": ["port"],
    },
}  # fmt: skip


def test_a_source_is_tested_before_it_can_be_saved(qtbot: Any, icons: Any) -> None:
    from sanping.ui.live.source_dialog import SourceDialog, SourceDraft

    # given the form of a new source
    dialog = SourceDialog(SourceDraft(), [ADAPTER], "zh")
    qtbot.addWidget(dialog)
    tested: list[Any] = []
    saved: list[Any] = []
    dialog.test_asked.connect(tested.append)
    dialog.save_asked.connect(saved.append)

    # when it is filled in, fails, is mended, succeeds and is changed again
    can_save = [dialog.save_button.isEnabled()]
    dialog.name.setText("gauges")
    dialog.fields["port"].setText("9100")
    dialog.test_button.click()
    dialog.show_result(SourceFailed(Text("端口被占用", "port in use")))
    can_save.append(dialog.save_button.isEnabled())
    dialog.test_button.click()
    dialog.show_result(Text("可用", "works"))
    can_save.append(dialog.save_button.isEnabled())
    dialog.fields["mode"].setCurrentIndex(1)
    can_save.append(dialog.save_button.isEnabled())
    dialog.show_result(Text("可用", "works"))
    dialog.save_button.click()

    # then only a tested form is saved, an empty secret is left out, numbers are numbers
    assert can_save == [False, False, True, False]
    assert saved[0].settings == {"host": "127.0.0.1", "port": 9100, "is_strict": True, "mode": "b"}
    assert saved[0].name == "gauges"
    assert len(tested) == 2


def test_the_workspaces_are_tabs_of_the_title_where_something_lives(qtbot: Any, icons: Any, repository: Path) -> None:
    from PySide6.QtWidgets import QWidget

    from sanping.commands.desk_actions import ACTIONS
    from sanping.ui.action_book import ActionBook
    from sanping.ui.title_bar import TitleBar

    # given the title of a twin without and with a river
    window = QWidget()
    qtbot.addWidget(window)
    book = ActionBook(ACTIONS, icons, window)
    asked: list[str] = []
    book.asked.connect(asked.append)
    title = TitleBar(book, icons, window)
    title.resize(1600, 68)
    window.resize(1600, 68)
    window.show()
    qtbot.waitExposed(window)
    had = title.tabs["river"].isVisible()

    # when there is a river, its tab is clicked and then shown as open
    title.show_life(has_river=True)
    title.tabs["river"].click()
    title.show_workspace("river")

    # then the tab asks for its workspace and is the one that is marked
    assert (had, title.tabs["river"].isVisible()) == (False, True)
    assert asked == ["workspace.river"]
    assert (title.tabs["city"].isChecked(), title.tabs["river"].isChecked()) == (False, True)
