"""What a hub tells by area, and to whom: the hierarchy with its figures, and nothing of areas beside one's own."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.governed_hub import REPORT, GovernedHub, done, with_hub
from fakes.linked_hub import Screen, alarm
from sanping.client.questions import Questions
from sanping.domain.errors import InputError, NotAllowed
from sanping.wire.cases import CaseFilter, CaseScope

NORTH, SOUTH = "310107017", "310107005"
SHIQUAN = (121.4230, 31.2375)


def seen_by(questions: Questions, case: str, photo: str) -> dict[str, object]:
    """Return what each way of asking answers: how much it told, or how it was refused."""
    ways: dict[str, Callable[[], object]] = {
        "list": lambda: questions.cases(CaseFilter()).total,
        "list of the area": lambda: questions.cases(CaseFilter(area=NORTH)).total,
        "sheet": lambda: questions.case(case).case.id,
        "photo": lambda: len(questions.photo(photo)),
        "indicators": lambda: questions.indicators(0, 1 << 52).whole.counts["reported"],
        "indicators of the area": lambda: questions.indicators(
            0, 1 << 52, scope=CaseScope(area=NORTH)
        ).whole.counts["reported"],
        "points": lambda: questions.case_points(CaseFilter()).total,
        "areas": lambda: questions.areas().counts.total,
        "the area": lambda: questions.areas(CaseScope(area=NORTH)).area.reported,
    }  # fmt: skip
    found: dict[str, object] = {}
    for way, ask in ways.items():
        try:
            found[way] = ask()
        except NotAllowed as error:
            found[way] = type(error)
    return found


def test_a_hub_tells_and_does_for_somebody_of_an_area_what_lies_there_and_nothing_else(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        # given a case with a photo in one street
        desk = await hub.screen()
        screens.append(desk)
        photo = hub.photo()
        case = (await done(desk, "case.report", {**REPORT, "photos": [photo]})).about
        assert desk.mirror.state.cases[case].area.startswith(NORTH)

        # when crews and officers of that street, of the district and of another street ask and act
        roles = ("viewer", "grid_worker", "operator", "duty_officer")
        areas = {"here": (NORTH,), "district": ("310107",), "beside": (SOUTH,), "several": (SOUTH, NORTH)}
        loop = asyncio.get_running_loop()
        name = str(photo["id"])
        for role in roles:
            for where, codes in areas.items():
                _, token = hub.device(role, f"{role} {where}", department="river", areas=codes)
                questions = Questions(lambda token=token: (hub.address, token))  # type: ignore[misc]
                found = await loop.run_in_executor(None, seen_by, questions, case, name)

                # then who answers for its area is told everything, the other nothing
                if where == "beside":
                    assert found == {
                        "list": 0, "list of the area": NotAllowed, "sheet": NotAllowed, "photo": NotAllowed,
                        "indicators": 0, "indicators of the area": NotAllowed, "points": 0, "areas": 0,
                        "the area": NotAllowed,
                    }, (role, where)  # fmt: skip
                else:
                    assert found == {
                        "list": 1, "list of the area": 1, "sheet": case, "photo": 48, "indicators": 1,
                        "indicators of the area": 1, "points": 1, "areas": 1, "the area": 1,
                    }, (role, where)  # fmt: skip

        # and no command of theirs reaches a case beside, nor reports one there
        for role in roles:
            _, token = hub.device(role, f"{role} far", department="river", areas=(SOUTH,))
            far = await hub.screen(token, f"far-{role}")
            screens.append(far)
            for action, arguments in (
                ("case.step", {"case": case, "step": "register"}), ("case.step", {"case": case, "step": "note",
                 "note": "x"}), ("case.report", REPORT),
            ):  # fmt: skip
                answer = await done(far, action, dict(arguments))
                assert not answer.ok, (role, action)
        _, token = hub.device("operator", "operator near", areas=(NORTH,))
        near = await hub.screen(token, "near")
        screens.append(near)
        assert (await done(near, "case.step", {"case": case, "step": "register"})).ok

    with_hub(tmp_path, ask)


def test_a_hub_tells_an_area_with_those_below_it_down_to_the_grid_cell(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        # given two cases in one street, and an alarm at the station there
        hub.hub.alarms.recall([alarm(1)])
        desk = await hub.screen()
        screens.append(desk)
        for _ in range(2):
            assert (await done(desk, "case.report", REPORT)).ok
        cell = next(iter(desk.mirror.state.cases.values())).area
        questions = Questions(hub.where)

        def asked() -> None:
            # when the city is asked; then its first division that has several is told, with outlines and people
            top = questions.areas()
            assert [area.code for area in top.above] == ["31"]
            assert (top.area.code, top.level, len(top.rows)) == ("310107", "street", 8)
            street = next(row for row in top.rows if row.code == cell[:9])
            assert (street.open, street.reported, street.overdue, street.alarms) == (2, 2, 0, 1)
            assert (top.area.alarms, sum(row.alarms for row in top.rows)) == (1, 1)
            assert sum(row.open for row in top.rows) == 2
            assert street.outline
            assert 0.3 < street.km2 < 12.0
            assert street.person

            # and from there down to the cell, each with the figures of its own
            for level, code in (("community", cell[:9]), ("cell", cell[:12])):
                board = questions.areas(CaseScope(area=code))
                assert board.level == level
                assert (board.area.code, board.counts.total) == (code, 2)
                assert sum(row.open for row in board.rows) == 2
            lowest = questions.areas(CaseScope(area=cell))
            assert (lowest.rows, lowest.level, lowest.area.open) == ((), None, 2)
            assert lowest.above[-1].code == cell[:12]

            # and any level at once, of one class, with who is on duty there
            every = questions.areas(CaseScope(kind="event", case_class="0105"), "community")
            assert len(every.rows) == 90
            assert not any(row.open for row in every.rows)
            assert {"river", "street-changshou"} <= {found.id for found in top.departments}
            with pytest.raises(InputError, match="310199"):
                questions.areas(CaseScope(area="310199"))

            # and where the cases lie
            points = questions.case_points(CaseFilter(area=cell[:9]))
            assert (points.total, points.lon_deg, points.lat_deg) == (2, (SHIQUAN[0],) * 2, (SHIQUAN[1],) * 2)

        await asyncio.get_running_loop().run_in_executor(None, asked)

    with_hub(tmp_path, ask)
