"""`sanping.connect`: a script beside the screens of a real hub."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

import sanping
from fakes.governed_hub import CREEK, GovernedHub, with_hub
from fakes.linked_hub import TOKEN, Screen, eventually
from sanping.api import Site, connect
from sanping.domain.errors import HubUnreachable, NotAllowed, SanpingError
from sanping.domain.view import CameraPose
from sanping.hub.spare_port import free_port

POSE = CameraPose(target=(540_000.0, 3_457_000.0, 3.0), heading_deg=77.0, pitch_deg=-30.0, distance_m=500.0)


def test_a_script_reports_a_case_and_reads_it_back(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, _: list[Screen]) -> None:
        def script() -> None:
            with sanping.connect(hub.address, TOKEN) as site:
                before = site.cases().total
                id = site.do(
                    "case.report", kind="event", case_class="0201", urgency="normal", lon=CREEK[0], lat=CREEK[1],
                    address="", description="路灯不亮", component="", photos=[], reporter={"name": "", "phone": ""},
                )  # fmt: skip
                assert site.wait(lambda: id in site.state.cases, 10)
                assert site.cases().total == before + 1
                assert site.case(id).line.id == id
                with pytest.raises(NotAllowed) as caught:
                    site.do("case.nonsense")
                assert caught.value.place == "case.nonsense"

        await asyncio.to_thread(script)

    with_hub(tmp_path, ask)


def test_a_script_that_leads_turns_the_camera_of_a_screen(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        # given a screen that follows
        wall = Screen("wall", kind="wall")
        screens.append(wall)
        await wall.join(hub.address)

        # when a script takes the lead and looks somewhere
        def script() -> None:
            with sanping.connect(hub.address, TOKEN, name="night tour") as site:
                site.lead()
                site.look(POSE)
                assert "camera" in site.show.values

        await asyncio.to_thread(script)

        # then the screen is told
        await eventually(lambda: "camera" in wall.mirror.show.values)
        assert b"77.0" in bytes(wall.mirror.show.values["camera"].value)

    with_hub(tmp_path, ask)


def test_history_and_sources_are_asked(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, _: list[Screen]) -> None:
        def script() -> None:
            with sanping.connect(hub.address, TOKEN) as site:
                assert site.sources() == []
                assert site.readings(datetime(2026, 1, 1, tzinfo=UTC)) == []
                assert site.alarms() == []
                series = site.series(
                    "up", "water_level", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
                )
                assert len(series.value) == 0

        await asyncio.to_thread(script)

    with_hub(tmp_path, ask)


def test_a_hub_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setattr("sanping.api.site.LINK_S", 0.3)

    with pytest.raises(HubUnreachable, match=address):
        sanping.connect(address, TOKEN)

    monkeypatch.setenv("SANPING_HOME", str(tmp_path))
    with pytest.raises(SanpingError, match="sanping hub"):
        sanping.connect()


def test_a_wrong_token_is_told(tmp_path: Path) -> None:
    async def ask(hub: GovernedHub, _: list[Screen]) -> None:
        def script() -> None:
            with pytest.raises(HubUnreachable) as caught:
                Site(lambda: (hub.address, "wrong"), room="main", name="script")
            assert "token" in caught.value.in_language("en")

        await asyncio.to_thread(script)

    with_hub(tmp_path, ask)


def test_the_example_of_the_guide_runs_on_a_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: Path
) -> None:
    text = (repository / "docs" / "how-to" / "scripts.md").read_text("utf-8")
    example = text.split("```python\n")[2].split("```")[0]

    async def ask(hub: GovernedHub, screens: list[Screen]) -> None:
        wall = Screen("wall", kind="wall")
        screens.append(wall)
        await wall.join(hub.address)
        known = connect
        monkeypatch.setattr("sanping.api.connect", lambda: known(hub.address, TOKEN))

        await asyncio.to_thread(exec, compile(example, "scripts.md", "exec"), {})

        await eventually(lambda: "camera" in wall.mirror.show.values)

    with_hub(tmp_path, ask)
