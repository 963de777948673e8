"""What the hub keeps of people: a reporter can be erased for good, a caller is called back, photos have a size."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import orjson
import pytest

from fakes.governed_hub import PNG, REPORT, GovernedHub, done, with_hub
from fakes.linked_hub import TOKEN, Screen
from sanping.client.questions import Questions
from sanping.domain.errors import InputError

Asking = Callable[[GovernedHub, list[Screen]], Awaitable[None]]
CALLER = {"name": "欧阳晓岚", "phone": "13812349876", "address": "光复西路88弄3号502室"}
SECRETS = tuple(word.encode() for word in CALLER.values())
PHOTO_MB = 40


def files_with(folder: Path, secrets: tuple[bytes, ...]) -> list[str]:
    """Return which files under a folder hold one of some words anywhere in their bytes."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(path.name for path in files if any(secret in path.read_bytes() for secret in secrets))


async def in_thread(ask: Callable[[], None]) -> None:
    await asyncio.get_running_loop().run_in_executor(None, ask)


def test_an_erased_reporter_is_in_no_byte_of_the_hub_and_the_audit_stays_whole(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        # given a caller's case with a photo of them, and the case of somebody else
        desk, operator = await hub.screen(), await hub.screen(hub.device("operator")[1])
        officer = await hub.screen(hub.device("duty_officer")[1])
        screens += [desk, operator, officer]
        photo = {**hub.photo(), "moment": "scene"}
        report = {**REPORT, "source": "hotline_12345", "reporter": CALLER, "photos": [photo]}
        case = (await done(desk, "case.report", {**report, "description": f"{CALLER['name']}来电反映"})).about
        other = {"name": "司徒文", "phone": "13900001111"}
        kept = (await done(desk, "case.report", {**REPORT, "source": "hotline_12345", "reporter": other})).about
        assert files_with(tmp_path, SECRETS)

        # when an operator tries to erase them, and a duty officer does, without and with a reason
        erase = {"case": case, "step": "erase_reporter", "erase_photos": [photo["id"]]}
        assert "值班长" in (await done(operator, "case.step", {**erase, "note": "本人要求"})).error_zh
        assert "请填写说明" in (await done(officer, "case.step", erase)).error_zh
        ack = await done(officer, "case.step", {**erase, "note": "本人要求"})
        assert ack.ok, ack.error_zh

        # then no file holds name, number, address or photo, and who else reported is still known
        assert files_with(tmp_path, (*SECRETS, PNG)) == []

        def asked() -> None:
            questions = Questions(hub.where)
            sheet = questions.case(case)
            assert (sheet.reporter.name, sheet.reporter.phone, sheet.case.photos) == ("", "", ())
            assert [(row.step, row.note, row.photos) for row in sheet.trail] == [
                ("report", "", ()), ("erase_reporter", "本人要求", ()),
            ]  # fmt: skip
            assert "erase_reporter" not in {step.step for step in sheet.steps}
            assert questions.case(kept).reporter.phone == other["phone"]
            with pytest.raises(InputError, match="没有这张照片"):
                questions.photo(str(photo["id"]))

            # and the chain is whole
            assert questions.ask("/cases/audit", {})["ok"] is True

        await in_thread(asked)

    with_hub(tmp_path, ask)


def test_a_closed_call_is_called_back_and_a_photo_that_is_too_large_is_refused_in_words(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        # given a closed case of the hotline
        desk = await hub.screen()
        crew = await hub.screen(hub.device("grid_worker", department="greenery")[1])
        collector = await hub.screen(hub.device("grid_worker", department="drainage")[1])
        screens += [desk, crew, collector]
        case = (await done(desk, "case.report", {**REPORT, "source": "hotline_12345", "reporter": CALLER})).about
        for screen, step, more in (
            (desk, "send_to_verify", {}), (collector, "confirm", {}), (desk, "file", {}),
            (desk, "dispatch", {"department": "greenery"}), (crew, "sign", {}),
            (crew, "feed_back", {"note": "已清运", "photos": [hub.photo()]}), (desk, "send_to_check", {}),
            (collector, "pass_check", {"photos": [hub.photo()]}), (desk, "close", {}),
        ):  # fmt: skip
            ack = await done(screen, "case.step", {"case": case, "step": step, **more})
            assert ack.ok, f"{step}: {ack.error_zh}"

        # when nobody answers at first, and then the caller says that it is solved and they are satisfied
        call = {"case": case, "step": "call_back"}
        assert "回访结果" in (await done(desk, "case.step", call)).error_zh
        for said in ({"is_reached": False}, {"is_answered": True, "is_solved": True, "score": 4}):
            ack = await done(desk, "case.step", {**call, "call_back": said})
            assert ack.ok, ack.error_zh

        # then the rates of 12345 say so
        def asked() -> None:
            rates = Questions(hub.where).indicators(0, 1 << 52, "source", "street").groups[0].rates
            names = ("call_back_rate", "call_response_rate", "call_solved_rate", "call_satisfaction_rate")
            assert [rates[name] for name in names] == [1.0, 1.0, 1.0, 1.0]

            # and a photo of 40 MB is refused in words that say what to do
            address = f"{hub.address}/api/v1/photos"
            body = Request(address, bytes(PHOTO_MB << 20), {"Authorization": f"Bearer {TOKEN}"}, method="POST")
            with pytest.raises(HTTPError) as refused:
                urlopen(body)
            with refused.value as answer:
                assert answer.code == 413
                assert "2 MB" in orjson.loads(answer.read())["zh"]

        await in_thread(asked)
        assert not [path for path in (tmp_path / "photos").iterdir() if path.stat().st_size > 1 << 20]

    with_hub(tmp_path, ask)
