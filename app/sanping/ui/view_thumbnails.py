"""Small pictures of the kept views in the bookmark panel, drawn when a person asks for them."""

from dataclasses import replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from sanping.commands.desk_state import DeskState
from sanping.domain.geo import UInt8Array
from sanping.domain.view import Bookmark
from sanping.ui.bookmark_panel import BookmarkPanel
from sanping.ui.city_show import CityShow
from sanping.ui.workbench.drawing import Drawn, ViewDrawing, image_of

SIZE_PX = (192, 108)


class Panels(Protocol):
    """The panel of the kept views."""

    bookmarks: BookmarkPanel


class Desk(Protocol):
    """The window as its thumbnails see it."""

    state: DeskState
    city: CityShow

    @property
    def overlays(self) -> Panels:
        """The panels."""


class ViewThumbnails(QObject):
    """Draws each view as the window shows the city now, in the window's own light: so it costs little."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._drawing = ViewDrawing(desk.city, self)
        desk.overlays.bookmarks.thumbnails_asked.connect(self._draw)

    @Slot(object)
    def _draw(self, bookmarks: tuple[Bookmark, ...]) -> None:
        """Draw these views; none ends what is being drawn."""
        self._drawing.forget()
        live = replace(self._desk.state.stage, selection=(), hovered=None)
        for bookmark in bookmarks:
            stage = replace(live, camera=bookmark.camera)
            self._drawing.ask(Drawn(stage=stage, size_px=SIZE_PX, take=partial(self._take, bookmark)))

    def _take(self, bookmark: Bookmark, picture: UInt8Array) -> None:
        self._desk.overlays.bookmarks.show_thumbnail(bookmark, QPixmap.fromImage(image_of(picture)))
