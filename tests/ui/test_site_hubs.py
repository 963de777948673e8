"""`ui.sites.site_hubs`, `ui.sites.hubs_window`: a person sees which hub owns the books, and through which one he is."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from sanping.domain.errors import HubUnreachable
from sanping.domain.site import HubLine
from sanping.domain.text import Text

pytestmark = pytest.mark.gui
PATIENCE_MS = 30_000
BEGAN_MS = 1_792_000_000_000
OWNER = HubLine(
    name="pc-1/town", part="owner", addresses=("192.0.2.11:8765",), screens=6, since_ms=BEGAN_MS, is_here=True
)
STANDBY = HubLine(
    name="pc-2/town", part="relay", addresses=("192.0.2.12:8765", "192.0.2.112:8765"), screens=3,
    since_ms=BEGAN_MS + 60_000, lag_ms=4, is_standby=True,
)  # fmt: skip
RELAY = HubLine(name="pc-3/town-relay", part="relay", addresses=("192.0.2.13:8765",), screens=1, lag_ms=1_800)
INTAKE = HubLine(name="field-1", part="intake", since_ms=BEGAN_MS)


class Hubs:
    """What the hub answers."""

    def __init__(self, *lines: HubLine) -> None:
        self.lines: tuple[HubLine, ...] = lines
        self.is_there = True

    def ask(self, path: str, _: object) -> object:
        assert path == "/hubs"
        if not self.is_there:
            raise HubUnreachable(Text("没有应答", "no answer"))
        return msgspec.json.decode(msgspec.json.encode(self.lines))


@pytest.fixture
def desk(make_desk: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[[Hubs], Any]:
    def linked(hubs: Hubs) -> Any:
        window = make_desk().window
        link = SimpleNamespace(questions=hubs, close=lambda: None)
        monkeypatch.setattr(type(window.living), "link", property(lambda _: link))
        return window

    return linked


def cells(shown: Any, row: int) -> list[str]:
    return [shown.table.item(row, column).text() for column in range(shown.table.columnCount())]


def test_a_person_sees_who_owns_who_stands_by_and_through_which_hub_he_is(
    desk: Callable[[Hubs], Any], qtbot: Any
) -> None:
    # given a screen at a relay that stands by
    hubs = Hubs(
        RELAY, INTAKE, msgspec.structs.replace(OWNER, is_here=False), msgspec.structs.replace(STANDBY, is_here=True)
    )
    window = desk(hubs)

    # when the hubs are asked for
    window.perform("help.hubs")
    shown = window.federating.hubs.shown
    qtbot.waitUntil(lambda: shown.table.rowCount() == 4, timeout=PATIENCE_MS)

    # then the owner is first, and each says what it is for, since when, and how late
    assert [cells(shown, row)[1] for row in range(4)] == ["pc-1/town", "pc-2/town", "pc-3/town-relay", "field-1"]
    assert cells(shown, 0)[0] == "★ 主中枢"
    assert cells(shown, 1)[0].startswith("分中枢 · 待命接管")
    assert "本屏所连" in cells(shown, 1)[0]
    assert cells(shown, 1)[5] == "4 毫秒"
    assert cells(shown, 3)[3] == "—"
    assert "经分中枢“pc-2/town”连接" in shown.note.text()
    assert "待命的中枢（1 台）" in shown.note.text()
    assert window.overlays.status.through.zh == "经分中枢 pc-2/town"

    # and when the hub is gone, it says that this is how it was
    hubs.is_there = False
    window.federating.hubs.ask()
    qtbot.waitUntil(lambda: "没有应答" in shown.note.text(), timeout=PATIENCE_MS)
    assert shown.table.rowCount() == 4
    shown.reject()
    assert window.federating.hubs.shown is None


def test_a_site_with_one_hub_and_a_screen_at_its_owner_say_so(desk: Callable[[Hubs], Any], qtbot: Any) -> None:
    hubs = Hubs()
    window = desk(hubs)
    window.perform("help.hubs")
    shown = window.federating.hubs.shown
    qtbot.waitUntil(lambda: "只有这一个中枢" in shown.note.text(), timeout=PATIENCE_MS)
    hubs.lines = (OWNER, RELAY)
    window.federating.hubs.ask()
    qtbot.waitUntil(lambda: "直接连在主中枢“pc-1/town”上" in shown.note.text(), timeout=PATIENCE_MS)
    assert "没有待命的中枢" in shown.note.text()
    assert window.overlays.status.through is None
    shown.reject()


def test_the_status_bar_says_through_which_relay_it_is_linked(make_desk: Callable[..., Any]) -> None:
    from sanping.client.link import LinkStatus

    bar = make_desk().window.overlays.status
    status = LinkStatus(state="linked", why=Text("", ""), address="http://127.0.0.1:8766")
    bar.show_through(Text("经分中枢 pc-2", "through the relay pc-2"))
    bar.show_link(status, 0, is_replaying=False)
    assert bar.link.text() == "● 实时 · 经分中枢 pc-2"
    bar.show_through(None)
    bar.show_link(status, 0, is_replaying=False)
    assert bar.link.text() == "● 实时"
