"""The label of a layer and of a case is seen at the desk, in both languages."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from fakes.small_cases import GOVERNANCE, sheet
from sanping.domain.catalogue import DataCard
from sanping.domain.label import LABELS, Label
from sanping.domain.text import Language, Text
from sanping.ui.cases.case_head import CaseHead
from sanping.ui.cases.tables import Tables
from sanping.ui.icons import Icons
from sanping.ui.layer_panel import LayerLine, LayerPanel
from sanping.ui.outgoing.catalogue_lines import facts_of
from sanping.ui.wording import Wording

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


TABLES = Tables(GOVERNANCE)


def _card(label: Label) -> DataCard:
    return DataCard(id="roads", title_zh="道路", title_en="Roads", kind="flat", label=label)
