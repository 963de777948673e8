"""Asks before a twin's layer may reach out to a server: opening a twin sends nothing anywhere by itself."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QInputDialog, QMessageBox, QWidget

from sanping.domain.text import Language, Text
from sanping.twin.project import LayerEntry

MAY_ASK = Text("“{title}”的数据在服务器 {host} 上。要连接这台服务器吗？",
               "The data of “{title}” lies on the server {host}. Shall it be asked?")  # fmt: skip
WHAT_FOR = Text(
    "连接后，该服务器会看到本机的网络地址和所看的位置；回答会记住，可在设置中改回。不连接时其余图层照常可用。",
    "The server will see this machine's address and where you look; the answer is kept, and the settings can change "
    "it. Without it the other layers work as usual.",
)
CONNECT, LEAVE_OUT = Text("连接", "Connect"), Text("不连接", "Do not connect")
OPEN_URL = Text("打开三维瓦片服务", "Open a 3D Tiles service")
ADDRESS = Text("tileset.json 的网址", "Address of the tileset.json")
OPEN, CANCEL = Text("打开", "Open"), Text("取消", "Cancel")


class ServerQuestion(QObject):
    """`agreed(LayerEntry)` and `left_out(LayerEntry)` are the answers about a layer; `named(str)` is an address."""

    agreed = Signal(object)
    left_out = Signal(object)
    named = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def ask(self, entry: LayerEntry, host: str, language: Language) -> None:
        """Ask whether the server of a layer may be asked."""
        box = QMessageBox(self._window)
        box.setText(MAY_ASK.with_values(title=entry.title, host=host).in_language(language))
        box.setInformativeText(WHAT_FOR.in_language(language))
        box.addButton(CONNECT.in_language(language), QMessageBox.ButtonRole.AcceptRole)
        leave = box.addButton(LEAVE_OUT.in_language(language), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(leave)
        box.setEscapeButton(leave)
        box.accepted.connect(partial(self.agreed.emit, entry))
        box.rejected.connect(partial(self.left_out.emit, entry))
        box.finished.connect(box.deleteLater)
        box.open()

    def ask_address(self, language: Language) -> None:
        """Ask for the address of a tileset."""
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(OPEN_URL.in_language(language))
        dialog.setLabelText(ADDRESS.in_language(language))
        dialog.setTextValue("https://")
        dialog.setOkButtonText(OPEN.in_language(language))
        dialog.setCancelButtonText(CANCEL.in_language(language))
        dialog.resize(640, dialog.sizeHint().height())
        dialog.textValueSelected.connect(self._on_address)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(str)
    def _on_address(self, text: str) -> None:
        if text.strip():
            self.named.emit(text.strip())
