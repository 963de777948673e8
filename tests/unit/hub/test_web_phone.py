"""What the hub's port gives phones: the built page, and a place for reports and their photos."""

import asyncio
import io
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp

from fakes.journal_history import JournalHistory
from fakes.small_river import small_river
from sanping.domain.text import Text
from sanping.hub import endpoint, web_reports, web_river
from sanping.hub.core import Hub
from sanping.hub.manifests import Installed
from sanping.hub.plan import HubPlan
from sanping.hub.web import Web
from sanping.hub.web_phone import files_in, policy
from sanping.storage.event_log import SqliteEventLog
from sanping.wire.messages import Command

JPEG = b"\xff\xd8\xff\xe0" + bytes(200_000)  # more than a message may have
Asking = Callable[[aiohttp.ClientSession, str, Hub], Awaitable[Any]]


def built(folder: Path) -> Path:
    """Write a page as Vite leaves it, with things beside it that are none of it."""
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>三屏</title>", encoding="utf-8")
    (folder / "assets" / "index-a1b2.js").write_text("export {}")
    (folder / "assets" / "index-a1b2.js.gz").write_bytes(b"\x1f\x8b")
    (folder / "notes.py").write_text("secret = 1")
    (folder.parent / "token.txt").write_text("secret")
    (folder / "linked.txt").symlink_to(folder.parent / "token.txt")
    return folder


def with_hub(folder: Path, ask: Asking, page: Path | None = None) -> Any:
    """Run a hub without stations, ask it, and stop it."""

    async def ran() -> Any:
        plan = HubPlan(
            name="town", title=Text("城", "Town"), live=small_river(), adapters=Installed(manifests={}),
            is_trusted=True, photos=folder / "photos", phone_page=page,
        )  # fmt: skip
        hub = Hub(plan, JournalHistory(folder), SqliteEventLog(folder))
        web = Web(hub, "t0ken")
        port = await web.start("127.0.0.1", 0)
        await hub.start()
        try:
            async with aiohttp.ClientSession(headers={"Authorization": "Bearer t0ken"}) as session:
                return await ask(session, f"http://127.0.0.1:{port}", hub)
        finally:
            await web.stop()
            await hub.stop()

    return asyncio.run(ran())


def test_the_built_page_is_served_and_nothing_else_of_the_disk(tmp_path: Path) -> None:
    # given a built page
    page = built(tmp_path / "dist")

    async def ask(session: aiohttp.ClientSession, address: str, _: Hub) -> dict[str, Any]:
        found = {}
        for path in ("/", "/assets/index-a1b2.js", "/notes.py", "/linked.txt", "/token.txt", "/%2e%2e/token.txt",
                     "/assets/../../token.txt", "/assets", "/api", "/api/"):  # fmt: skip
            async with session.get(f"{address}{path}", allow_redirects=False) as answer:
                found[path] = (answer.status, dict(answer.headers), await answer.read())
        return found

    # when a browser asks for its files and for others
    found = with_hub(tmp_path, ask, page)

    # then it gets the page, hashed files for ever, and nothing else
    assert {path: status for path, (status, _, _) in found.items()} == {
        "/": 200, "/assets/index-a1b2.js": 200, "/notes.py": 404, "/linked.txt": 404, "/token.txt": 404,
        "/%2e%2e/token.txt": 404, "/assets/../../token.txt": 404, "/assets": 404, "/api": 308, "/api/": 200,
    }  # fmt: skip
    assert found["/"][1]["Cache-Control"] == "no-store"
    assert found["/"][1]["Content-Type"].startswith("text/html")
    assert "immutable" in found["/assets/index-a1b2.js"][1]["Cache-Control"]
    assert "unsafe" not in found["/"][1]["Content-Security-Policy"]
    assert "ws://127.0.0.1:" in found["/"][1]["Content-Security-Policy"]
    assert not [path for path, (_, _, body) in found.items() if b"secret" in body]


def test_without_a_built_page_the_hub_says_how_to_make_it(tmp_path: Path) -> None:
    # given a hub whose page was not built

    async def ask(session: aiohttp.ClientSession, address: str, _: Hub) -> tuple[int, str, str]:
        async with session.get(address) as answer, session.get(address, headers={"Accept-Language": "en"}) as english:
            return answer.status, await answer.text(), await english.text()

    # when a phone comes
    status, chinese, english = with_hub(tmp_path, ask, tmp_path / "nowhere")

    # then it reads what to do
    assert status == 503
    assert "sh installer/web.sh" in chinese
    assert "has not been built" in english


def test_a_strange_host_does_not_get_into_the_policy(tmp_path: Path) -> None:
    # given a name that would open the policy, and no folder

    # when the policy is written
    found = policy("x; script-src *")

    # then the name is left out
    assert "x;" not in found
    assert "script-src *" not in found
    assert files_in(None) == {}


def test_a_report_with_its_photo_is_filed_once_and_told_to_all(tmp_path: Path) -> None:
    # given a hub, a photo larger than a message may be, and a report of it that is sent twice
    op = str(uuid.uuid4())

    async def ask(session: aiohttp.ClientSession, address: str, hub: Hub) -> Any:
        async with session.post(f"{address}{'/api/v1/photos'}", data=JPEG) as answer:
            photo = (await answer.json())["photo"]
        said = {"time_ms": 1_790_000_000_000, "category": "bank", "words": "护栏断了", "photo": photo}
        command = Command(op=op, action="report.file", arguments=said)
        acks = [await hub.done(command, "phone-7"), await hub.done(command, "phone-7")]
        refused = await hub.done(Command(op=f"{op}-2", action="report.file", arguments={}), "phone-7")
        async with session.get(f"{address}/api/v1/reports") as answer:
            reports = await answer.json()
        async with session.get(f"{address}/api/v1/photos/{photo}") as answer:
            picture = await answer.read()
        async with session.post(f"{address}/api/v1/photos", data=b"<svg/>") as answer:
            wrong = answer.status
        async with session.post(f"{address}/api/v1/photos", data=io.BytesIO(JPEG * 12)) as answer:
            large = answer.status
        return acks, refused, reports, picture, (wrong, large), hub.log.seq

    # when they are sent
    acks, refused, reports, picture, statuses, seq = with_hub(tmp_path, ask)

    # then there is one report, one change, the photo as it was, and wrong ones are refused
    assert [(ack.ok, ack.seq) for ack in acks] == [(True, 1), (True, 1)]
    assert not refused.ok
    assert [(report["id"], report["by"], report["words"]) for report in reports] == [(op, "phone-7", "护栏断了")]
    assert picture == JPEG
    assert statuses == (400, 413)
    assert seq == 1


def test_reports_are_there_again_in_the_next_life_of_the_hub(tmp_path: Path) -> None:
    # given a hub that was told of something and ended

    async def file(_: aiohttp.ClientSession, __: str, hub: Hub) -> None:
        said = {"time_ms": 1_790_000_000_000, "category": "other", "words": "灯不亮"}
        await hub.done(Command(op="op-lamp-1", action="report.file", arguments=said), "phone-7")

    with_hub(tmp_path, file)

    # when it lives again
    async def look(_: aiohttp.ClientSession, __: str, hub: Hub) -> list[str]:
        return [report.words for report in hub.reports.book.values()]

    # then it knows, and its API lists where to ask
    assert with_hub(tmp_path, look) == ["灯不亮"]
    assert {one.path for one in web_reports.REPORT_ENDPOINTS} == {"/reports", "/photos", "/photos/{name}"}
    assert all(isinstance(one, endpoint.Endpoint) for one in web_reports.REPORT_ENDPOINTS)


def test_the_course_of_the_river_and_its_limits_are_told(tmp_path: Path) -> None:
    # given a hub of a river
    async def ask(session: aiohttp.ClientSession, address: str, _: Hub) -> Any:
        found = []
        for one in web_river.RIVER_ENDPOINTS:
            async with session.get(f"{address}/api/v1{one.path}") as answer:
                found.append((answer.status, await answer.json()))
        return found

    # when a phone asks for what it draws
    rivers, standard = with_hub(tmp_path, ask)

    # then each course has a chainage and a width at every point, and the limits are those of the twin
    assert (rivers[0], standard[0]) == (200, 200)
    assert all(len(one["points_m"]) == len(one["chainage_m"]) == len(one["width_m"]) for one in rivers[1])
    assert standard[1]["name"] == small_river().standard.name
