"""sanping.ui.live.exporting and export_dialog: what is taken out of the past while the window goes on."""

from collections.abc import Callable, Iterator
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from fakes.film_reading import seen
from fakes.plain_past import END_MS, PlainPast, alarm
from fakes.small_river import MINUTE_MS, NOON_MS, gauge
from sanping.domain.text import Text
from sanping.domain.view import CameraPose
from sanping.storage.exports import read_parquet
from sanping.storage.recording import Recording

pytestmark = pytest.mark.gui
ZONE = timezone(timedelta(hours=8))
HOUR_MS = 60 * MINUTE_MS


@pytest.fixture
def past() -> Iterator[PlainPast]:
    made = PlainPast([alarm(90)], [(NOON_MS + HOUR_MS, CameraPose(target=(636_000.0, 3_458_000.0, 5.0)))])
    yield made
    made.gate.set()


@pytest.fixture
def exporting(qtbot: Any, repository: Path) -> Iterator[Any]:
    from sanping.ui.application import create_application
    from sanping.ui.live.exporting import Exporting

    create_application("zh", repository / "assets")
    made = Exporting()
    yield made
    made.close()
    made.deleteLater()


@pytest.fixture
def ask(exporting: Any, past: PlainPast, twin_folder: Path, tmp_path: Path, qtbot: Any) -> Callable[[str], Any]:
    """Show a form of one kind for the second hour of the day."""
    from sanping.ui.live.export_dialog import ExportDialog, ExportOffer
    from sanping.ui.live.exporting import Subject

    def shown(kind: str) -> Any:
        offer = ExportOffer(
            kind=kind, first_ms=NOON_MS, last_ms=END_MS, from_ms=NOON_MS + HOUR_MS, to_ms=NOON_MS + 2 * HOUR_MS,
            stations=(gauge("up", 0.0), gauge("down", 1.0)), folder=tmp_path, zone=ZONE,
        )  # fmt: skip
        camera = CameraPose(target=(636_150.0, 3_458_120.0, 0.0), pitch_deg=-40.0, distance_m=620.0)
        subject = Subject(
            past=past,
            twin=twin_folder,
            title=Text("小城", "Small city"),
            is_simulated=True,
            camera=camera,
            style="day",
            quality="draft",
            layers=("buildings", "roads"),
        )
        dialog = ExportDialog(offer, "zh")
        qtbot.addWidget(dialog)
        exporting.ask(dialog, lambda: subject)
        return dialog

    return shown


def begin(dialog: Any, path: Path) -> None:
    """Press the button as if the person had named this file."""
    dialog.ask_path = lambda: path
    dialog.go.click()


def test_a_table_of_ticked_stations_is_written(
    exporting: Any, ask: Callable[[str], Any], tmp_path: Path, qtbot: Any
) -> None:
    # given the form for tables, with one station ticked
    from PySide6.QtCore import Qt

    dialog = ask("table")
    dialog.stations.item(0).setCheckState(Qt.CheckState.Checked)

    # when it is exported
    with qtbot.waitSignal(exporting.exported, timeout=20_000):
        begin(dialog, tmp_path / "a.parquet")

    # then the hour of that station is in the file, and the form says where it is
    rows = [row for batch in read_parquet(tmp_path / "a.parquet") for row in batch]
    assert [row.event_ms for row in (rows[0], rows[-1])] == [NOON_MS + HOUR_MS, NOON_MS + 2 * HOUR_MS]
    assert len(rows) == 61
    assert dialog.chosen() == {"up"}
    assert "a.parquet" in dialog.said.text()
    assert dialog.form.isEnabled()


def test_a_recording_of_the_span_that_was_chosen_is_written(
    exporting: Any, ask: Callable[[str], Any], tmp_path: Path, qtbot: Any
) -> None:
    # given the form for recordings, set to the last six hours
    dialog = ask("recording")
    dialog.quick.setCurrentIndex(1)
    dialog.quick.activated.emit(1)

    # when it is exported
    with qtbot.waitSignal(exporting.exported, timeout=20_000):
        begin(dialog, tmp_path / "a.sprec")

    # then the file holds those hours, the value before them, alarm and camera
    with Recording(tmp_path / "a.sprec") as recording:
        assert (recording.about.from_ms, recording.about.to_ms) == (END_MS - 6 * HOUR_MS, END_MS)
        assert (recording.rows, recording.event_count) == (1 + 361, 2)
        assert recording.about.is_simulated


def test_work_that_is_stopped_leaves_no_file(
    exporting: Any, past: PlainPast, ask: Callable[[str], Any], tmp_path: Path, qtbot: Any
) -> None:
    # given a recording that waits for its hub
    dialog = ask("recording")
    past.gate.clear()
    begin(dialog, tmp_path / "a.sprec")
    assert dialog.is_busy

    # when it is stopped
    dialog.go.click()
    past.gate.set()

    # then the form can be used again at once, and no file comes
    assert not dialog.is_busy
    assert dialog.said.text() == "已停止，没有留下文件"
    exporting._crossing.close()
    assert list(tmp_path.iterdir()) == []


def test_a_span_that_ends_before_it_begins_is_refused_in_the_form(ask: Callable[[str], Any], tmp_path: Path) -> None:
    # given a form whose end was moved before its beginning
    dialog = ask("table")
    dialog.end.setDateTime(dialog.begin.dateTime().addSecs(-60))

    # when it is exported
    begin(dialog, tmp_path / "a.csv")

    # then nothing begins
    assert dialog.said.text() == "结束须晚于开始"
    assert not dialog.is_busy


def test_a_film_is_drawn_beside_the_window(
    exporting: Any, ask: Callable[[str], Any], tmp_path: Path, qtbot: Any
) -> None:
    # given the form for films, at an hour a second
    dialog = ask("film")
    dialog.speed.setCurrentIndex(4)
    dialog.size_box.addItem("320x240")
    dialog.size_box.setCurrentText("320x240")
    said: list[str] = []

    # when it is exported, while the window goes on
    ticks = []
    from PySide6.QtCore import QTimer

    beat = QTimer()
    beat.timeout.connect(lambda: (ticks.append(1), said.append(dialog.said.text())))
    beat.start(50)
    with qtbot.waitSignal(exporting.exported, timeout=120_000):
        begin(dialog, tmp_path / "a.mp4")
    beat.stop()

    # then it is a film of one second, its drawing was told, and the window never stood still
    assert len(seen(tmp_path / "a.mp4").pictures) == 26
    assert any("绘制影片" in words for words in said)
    assert len(ticks) > 10
    assert [file.name for file in tmp_path.iterdir()] == ["a.mp4"]
