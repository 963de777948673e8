"""The form of the settings: regular backups are set up in it, and what is left alone stays as it was."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton

from sanping.settings.settings import Settings
from sanping.ui.settings_dialog import SettingsDialog


def test_regular_backups_are_set_up_and_switched_off_in_the_form(
    qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given the form of somebody without backups, and a folder to choose
    dialog = SettingsDialog(Settings(), "zh")
    qtbot.addWidget(dialog)
    asked: list[Settings] = []
    dialog.settings_asked.connect(asked.append)
    titles: list[str] = []

    def chosen(_parent: object, title: str, _present: str) -> str:
        titles.append(title)
        return str(tmp_path)

    monkeypatch.setattr(QFileDialog, "getExistingDirectory", chosen)
    folder = dialog.fields["backup_folder"]
    assert (folder.text(), folder.placeholderText()) == ("", "不备份")

    # when they choose it, say how often and how many, the one beyond what can be, and save
    folder.parent().findChild(QPushButton).click()
    dialog.fields["backup_hours"].setText("0.5")
    dialog.fields["backup_keep"].setText("5000")
    dialog.accept_button.click()

    # then the settings say so within their limits, and nothing else changed
    kept = asked[-1]
    assert (kept.backup_folder, kept.backup_hours, kept.backup_keep) == (tmp_path, 0.5, 1000)
    assert titles == ["中枢定时备份到的文件夹（空为不备份）"]
    assert Settings.model_validate(kept.model_dump()) == kept
    assert kept.model_copy(update={"backup_folder": None, "backup_hours": 24.0, "backup_keep": 7}) == Settings()

    # and an empty line switches them off again, in English too
    again = SettingsDialog(kept, "en")
    qtbot.addWidget(again)
    assert again.fields["backup_folder"].text() == str(tmp_path)
    assert again.fields["backup_hours"].text() == "0.5"
    again.fields["backup_folder"].clear()
    assert again.fields["backup_folder"].placeholderText() == "No regular backups"
    assert again.value().backup_folder is None
