"""What this program is, under which licences, and where the data comes from."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from sanping import __version__
from sanping.domain.text import Language, Text

TITLE = Text("关于三屏", "About Sanping")
NAME = Text("三屏 Sanping", "Sanping")
WHAT = Text(
    "城市数字孪生：指挥大屏、工作中屏、移动小屏三屏联动。版本 {version}，Apache-2.0 许可。",
    "A city digital twin on three linked screens: wall, desk and phone. Version {version}, licensed under Apache-2.0.",
)
DATA = Text("数据来源与许可", "Data sources and licences")
PLUG_INS = Text("插件", "Plug-ins")
BUILT_WITH = Text("构建于", "Built with")
LIBRARIES = (
    ("Qt / PySide6", "LGPL-3.0"),
    ("VTK", "BSD-3-Clause"),
    ("NumPy", "BSD-3-Clause"),
    ("Apache Arrow", "Apache-2.0"),
    ("PROJ / pyproj", "MIT"),
    ("GEOS / shapely", "LGPL-2.1 / BSD-3-Clause"),
    ("GDAL / rasterio, pyogrio", "MIT / BSD-3-Clause"),
    ("lxml", "BSD-3-Clause"),
    ("orjson", "Apache-2.0 / MIT"),
    ("mapbox_earcut", "ISC"),
    ("Noto Sans SC", "OFL-1.1"),
)
CLOSE = Text("关闭", "Close")
NO_LICENCE = Text("未注明许可", "no licence stated")


class AboutDialog(QDialog):
    """Shows name, version, data sources and libraries."""

    def __init__(
        self,
        attribution: Text,
        licences: Sequence[tuple[Text, str]],
        language: Language,
        parent: QWidget | None = None,
        plug_ins: Sequence[Text] = (),
    ) -> None:
        """`licences` holds title and licence of every layer, `plug_ins` a line on each tool of others."""
        super().__init__(parent)
        self.setModal(True)
        self.setMinimumSize(560, 480)
        self.setWindowTitle(TITLE.in_language(language))
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 22, 26, 18)
        column.setSpacing(12)
        name, what = QLabel(NAME.in_language(language)), QLabel()
        name.setProperty("role", "name")
        what.setText(WHAT.with_values(version=__version__).in_language(language))
        what.setWordWrap(True)
        column.addWidget(name)
        column.addWidget(what)
        sources, libraries = QLabel(DATA.in_language(language)), QLabel(BUILT_WITH.in_language(language))
        for heading in (sources, libraries):
            heading.setProperty("role", "section")
        lines = [attribution.in_language(language)] if attribution.zh else []
        lines += [
            f"{title.in_language(language)}: {licence or NO_LICENCE.in_language(language)}"
            for title, licence in licences
        ]
        column.addWidget(sources)
        column.addWidget(_plain("\n".join(lines)), 1)
        if plug_ins:
            heading = QLabel(PLUG_INS.in_language(language))
            heading.setProperty("role", "section")
            column.addWidget(heading)
            column.addWidget(_plain("\n".join(line.in_language(language) for line in plug_ins)))
        column.addWidget(libraries)
        column.addWidget(_plain("\n".join(f"{library}: {licence}" for library, licence in LIBRARIES)), 1)
        close = QPushButton(CLOSE.in_language(language))
        close.clicked.connect(self.accept)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


def _plain(text: str) -> QTextBrowser:
    browser = QTextBrowser()
    browser.setPlainText(text)
    return browser
