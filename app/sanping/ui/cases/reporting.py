"""Reports a case from the desk: picks its place in the city, sends it, and opens it."""

from PySide6.QtCore import QObject, QPointF, Qt, Slot

from sanping.domain.text import Text
from sanping.ui.cases.case_window import CaseWindow
from sanping.ui.cases.new_case_panel import CaseDraft
from sanping.ui.live.living import Answer

REPORTED = Text("案件 {case} 已登记", "The case {case} was reported")
NOWHERE = Text("该孪生没有地理坐标，不能选点；请填写地址", "This twin has no place on earth; write the address")


class CaseReporting(QObject):
    """Serves the form of one desk."""

    def __init__(self, desk: CaseWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._is_picking = False
        panel = desk.overlays.new_case
        panel.report_asked.connect(self._send)
        panel.picking_changed.connect(self._on_picking)

    def show_form(self, *, is_reporting: bool) -> None:
        """Begin with an empty form, or end."""
        self.stop_picking()
        if is_reporting:
            self._desk.overlays.new_case.begin()

    def stop_picking(self) -> bool:
        """Let clicks on the city select again; say whether they did not."""
        was_picking = self._is_picking
        if was_picking:
            self._desk.overlays.new_case.pick.setChecked(False)
        return was_picking

    def takes_click(self, at: QPointF) -> bool:
        """Take the place below a click while one is picked."""
        if not self._is_picking:
            return False
        point = self._desk.city.world_under(at)
        if point is None:
            return True
        place = self._desk.coordinates.longitude_latitude(point)
        if place is None:
            self._desk.overlays.new_case.tell(NOWHERE)
            self.stop_picking()
        else:
            self._desk.overlays.new_case.take_place(*place)
        return True

    @Slot(bool)
    def _on_picking(self, is_picking: bool) -> None:
        self._is_picking = is_picking
        viewport = self._desk.overlays.new_case.parentWidget()
        if viewport is not None:
            viewport.setCursor(Qt.CursorShape.CrossCursor if is_picking else Qt.CursorShape.ArrowCursor)

    @Slot(object)
    def _send(self, draft: CaseDraft) -> None:
        self._desk.overlays.new_case.show_sending(is_sending=True)
        self._desk.living.wish_then("case.report", draft.arguments(), self._on_answer)

    def _on_answer(self, answer: Answer) -> None:
        panel = self._desk.overlays.new_case
        panel.show_sending(is_sending=False)
        if answer.refusal is not None:
            panel.tell(answer.refusal)
            return
        self._desk.say(REPORTED.with_values(case=answer.about))
        if answer.about and self._desk.state.is_reporting:
            self._desk.perform("case.open", answer.about)
