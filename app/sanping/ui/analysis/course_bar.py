"""Plays a finding step by step: a button, a slider, and the name of the present step."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QPushButton, QSlider, QWidget

from sanping.domain.text import Language, Text
from sanping.ui.cases.look import CHIP_STYLE, plain_label, row
from sanping.ui.icons import Icons
from sanping.ui.wording import Wording

STEP_MS = 350
PLAY = Text("播放或暂停过程", "Play or pause it")
WHOLE = Text("总结果", "In all")


class CourseBar(QWidget):
    """`step_asked` carries the step that shall be shown, −1 for the whole."""

    step_asked = Signal(int)

    def __init__(self, icons: Icons) -> None:
        super().__init__()
        self.words, self._icons = Wording(), icons
        self._titles: Sequence[Text] = ()
        self.play, self.whole, self.slider = QPushButton(), QPushButton(), QSlider(Qt.Orientation.Horizontal)
        self.name = plain_label(is_wrapped=False)
        self.name.setMinimumWidth(76)
        self.play.setCheckable(True)
        for button in (self.play, self.whole):
            button.setStyleSheet(CHIP_STYLE)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words.put(self.play.setToolTip, PLAY)
        self.words.put(self.whole.setText, WHOLE)
        line = row(self.play, self.slider, self.name, self.whole)
        line.setStretch(1, 1)
        self.setLayout(line)
        self._timer = QTimer(self)
        self._timer.setInterval(STEP_MS)
        self._timer.timeout.connect(self.go_on)
        self.play.toggled.connect(self._on_play)
        self.slider.valueChanged.connect(self._on_step)
        self.whole.clicked.connect(self._on_whole)
        self.show_course(())

    @property
    def is_playing(self) -> bool:
        """Steps follow one another."""
        return self._timer.isActive()

    def show_course(self, titles: Sequence[Text]) -> None:
        """Offer these steps, from the whole on; none hides the bar."""
        self.stop()
        self._titles = titles
        self.setVisible(bool(titles))
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(0, len(titles) - 1))
            self.slider.setValue(self.slider.maximum())
        self.words.put(self.name.setText, WHOLE)

    def stop(self) -> None:
        """Pause."""
        self._timer.stop()
        with QSignalBlocker(self.play):
            self.play.setChecked(False)
        self.play.setIcon(self._icons.icon("play"))

    def speak(self, language: Language) -> None:
        """Speak another language."""
        self.words.speak(language)

    @Slot()
    def go_on(self) -> None:
        """Show the next step; after the last one stop."""
        if self.slider.value() >= self.slider.maximum():
            self.stop()
        else:
            self.slider.setValue(self.slider.value() + 1)

    @Slot(bool)
    def _on_play(self, is_playing: bool) -> None:
        if not is_playing:
            self.stop()
            return
        self.play.setIcon(self._icons.icon("pause"))
        if self.slider.value() >= self.slider.maximum():
            self.slider.setValue(0)
        self._timer.start()

    @Slot(int)
    def _on_step(self, step: int) -> None:
        self.words.put(self.name.setText, self._titles[step])
        self.step_asked.emit(step)

    @Slot()
    def _on_whole(self) -> None:
        self.stop()
        self.words.put(self.name.setText, WHOLE)
        self.step_asked.emit(-1)
