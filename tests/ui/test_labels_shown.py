"""The label of a layer and of a case is seen at the desk, in both languages."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from fakes.labelled_hub import EVENT
from fakes.small_cases import GOVERNANCE, line, sheet
from sanping.domain.catalogue import DataCard
from sanping.domain.label import LABELS, NO_LABELS, Label, Labels
from sanping.domain.major_event import PostReport
from sanping.domain.site import SiteNotice, SiteStatus
from sanping.domain.text import Language, Text
from sanping.twin.live import LiveState
from sanping.twin.site_notices import as_warning
from sanping.ui.application import create_application
from sanping.ui.cases.case_head import CaseHead
from sanping.ui.cases.case_model import PLACE
from sanping.ui.cases.cases_panel import CasesPanel
from sanping.ui.cases.tables import Tables
from sanping.ui.icons import Icons
from sanping.ui.labelling import LabelBadge, LabelChoice
from sanping.ui.layer_panel import LayerLine, LayerPanel
from sanping.ui.live.warning_panel import WarningPanel
from sanping.ui.outgoing.catalogue_lines import facts_of
from sanping.ui.responses.event_panel import EventPanel
from sanping.ui.sites.sites_panel import SitesPanel
from sanping.ui.theme import LABEL_COLOURS
from sanping.ui.wording import Wording
from sanping.wire.cases import CasePage

pytestmark = pytest.mark.gui
WORDS: dict[Language, tuple[str, str, str]] = {
    "zh": ("公开", "内部", "敏感"),
    "en": ("Public", "Internal", "Sensitive"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_layers_say_their_label_unless_they_are_public(qtbot: QtBot, repository: Path, language: Language) -> None:
    # given a layer of each label
    panel = LayerPanel(Icons(repository / "assets" / "icons"))
    qtbot.addWidget(panel)
    group = Text("底图", "Base")
    lines = [LayerLine(name=one, title=Text(one, one), group=group, role="roads", count=1, label=one) for one in LABELS]

    # when they are listed
    panel.set_language(language)
    panel.show_lines(tuple(lines))
    shown = {
        name: {part.text() for part in row.findChildren(QLabel) if not part.isHidden()}
        for name, row in panel.rows.items()
    }

    # then each but the public one says it
    said = {name: [word for word in WORDS[language] if word in words] for name, words in shown.items()}
    assert said == {"public": [], "internal": [WORDS[language][1]], "sensitive": [WORDS[language][2]]}


@pytest.mark.parametrize("label", LABELS)
def test_a_case_and_a_card_of_the_catalogue_say_their_label(qtbot: QtBot, label: Label) -> None:
    head = CaseHead(Wording())
    qtbot.addWidget(head)
    known = sheet()

    head.show_sheet(msgspec.structs.replace(known, line=msgspec.structs.replace(known.line, label=label)), TABLES, 0)
    chips = " ".join(chip.text() for chip in head.chips.findChildren(QLabel))
    facts = {title.en: value.zh for title, value in facts_of(_card(label), None)}

    assert ("密级" in chips) == (label != "public")
    assert facts["Label"] == WORDS["zh"][LABELS.index(label)]


def test_a_notice_is_given_a_label_up_to_the_clearance_of_whoever_writes_it(qtbot: QtBot, repository: Path) -> None:
    # given a twin whose notices are internal, and a person who is cleared for no more
    panel = SitesPanel(Icons(repository / "assets" / "icons"))
    qtbot.addWidget(panel)
    wished: list[dict[str, object]] = []
    panel.wish_asked.connect(lambda _, asked: wished.append(asked))
    panel.labels = Labels(is_declared=True)
    panel.show_state(LiveState(is_linked=True, sites=SITES, clearance="internal"), NOW_MS)
    form = panel.notice_form
    panel.show()

    # when one is sent as it is offered, and one with the label below by the arrow key
    for keys in ((), (Qt.Key.Key_Up,)):
        qtbot.mouseClick(panel.notice, LEFT)
        assert [form.label.itemText(place) for place in range(form.label.count())] == ["密级：公开", "密级：内部"]
        qtbot.keyClicks(form.title, "pumps")
        for key in keys:
            qtbot.keyClick(form.label, key)
        qtbot.mouseClick(form.send, LEFT)

    # then the hub is told so, and who is cleared for less now is offered less
    assert [asked["label"] for asked in wished] == ["internal", "public"]
    panel.show_state(LiveState(is_linked=True, sites=SITES, clearance="public"), NOW_MS)
    assert form.label.chosen == "public"
    panel.set_language("en")
    assert form.label.currentText() == "label: Public"


def test_a_twin_without_labels_offers_none(qtbot: QtBot) -> None:
    choice = LabelChoice("votes", Wording())
    qtbot.addWidget(choice)
    choice.offer(NO_LABELS, "public")

    assert (choice.isHidden(), choice.asked) == (True, {})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_of_cases_shows_the_badge_of_each_label_and_says_it(
    qtbot: QtBot, repository: Path, language: Language
) -> None:
    # given the list with a case of each label
    create_application("zh", repository / "assets")
    panel = CasesPanel(Icons(repository / "assets" / "icons"))
    qtbot.addWidget(panel)
    panel.set_language(language)
    panel.show_tables(TABLES)
    panel.show_now(NOW_MS)
    panel.resize(664, 400)
    lines = tuple(line(number, label=label) for number, label in enumerate(LABELS, 1))
    panel.begin()
    panel.take_page(0, CasePage(total=len(LABELS), lines=lines))

    # when its rows are painted, and read as a screen reader and a pointer at rest read them
    cells = [panel.model.index(row, PLACE) for row in range(len(LABELS))]
    image = panel.table.viewport().grab().toImage()
    painted = [badges_in(image, panel.table.visualRect(cell)) for cell in cells]
    told = [cell.data(Qt.ItemDataRole.ToolTipRole) for cell in cells]
    read = [cell.data(Qt.ItemDataRole.AccessibleTextRole) for cell in cells]

    # then each but the public one has its badge, in words too
    assert painted == [[], ["internal"], ["sensitive"]]
    prefix = {"zh": "密级：", "en": "label: "}[language]
    assert read == [lines[0].address, *(f"{lines[row].address}, {prefix}{WORDS[language][row]}" for row in (1, 2))]
    assert told == [None, *read[1:]]  # the badge may cut the place


def badges_in(image: QImage, area: QRect) -> list[Label]:
    """Return the labels whose colour is seen in a part of a picture."""
    spots = [(x, y) for x in range(area.left(), area.right()) for y in range(area.top(), area.bottom())]
    seen = {image.pixelColor(*spot).getRgb()[:3] for spot in spots}
    wanted: dict[Label, tuple[int, ...]] = {one: QColor(LABEL_COLOURS[one]).getRgb()[:3] for one in LABELS[1:]}
    return [
        label
        for label, colour in wanted.items()
        if any(all(abs(a - b) < 30 for a, b in zip(one, colour, strict=True)) for one in seen)
    ]


@pytest.mark.parametrize("label", LABELS)
def test_notices_warnings_and_posts_say_their_label_unless_they_are_public(
    qtbot: QtBot, repository: Path, label: Label
) -> None:
    icons = Icons(repository / "assets" / "icons")
    sites, warnings, event = SitesPanel(icons), WarningPanel(icons), EventPanel(icons)
    for panel in (sites, warnings, event):
        qtbot.addWidget(panel)
    notice = SiteNotice(id="n", site="city", epoch="a", seq=1, op="op", by="", at_ms=NOW_MS, title="备泵",
                        from_ms=NOW_MS, until_ms=NOW_MS + 1, sites=("county",), label=label)  # fmt: skip
    report = PostReport(post=EVENT.posts[0].id, event=EVENT.id, state="help", at_ms=NOW_MS, label=label)

    sites.show_state(LiveState(is_linked=True, sites=SITES, site_notices={"n": notice}), NOW_MS)
    warnings.show_notices([as_warning(notice, NOW_MS)])
    event.show_event(EVENT, {report.post: report}, NOW_MS)

    expected = [] if label == "public" else [WORDS["zh"][LABELS.index(label)]]
    assert [_badges(panel) for panel in (sites, warnings, event)] == [expected] * 3


def _badges(panel: QWidget) -> list[str]:
    return [badge.text() for badge in panel.findChildren(LabelBadge) if not badge.isHidden()]


TABLES = Tables(GOVERNANCE)
NOW_MS = 1_800_000_000_000
LEFT = Qt.MouseButton.LeftButton
SITES = {"county": SiteStatus(id="county", way="lower", title_zh="县中心", is_linked=True, heard_ms=NOW_MS)}


def _card(label: Label) -> DataCard:
    return DataCard(id="roads", title_zh="道路", title_en="Roads", kind="flat", label=label)
