"""From an alarm to a response that ended: a plan is started for it, phones do its tasks, the wall sees every step."""

from pathlib import Path

from PIL import Image

from fakes.governed_town import GREEN, LAT, LON, Centre, write_governed_town
from fakes.small_hub import Device, now_ms, running_hub, until
from sanping.client.link import HubLink
from sanping.client.questions import Questions
from sanping.hub.spare_port import free_port
from sanping.ui.operations_in_city import sceneries
from sanping.ui.wall.operations import operations_of, shown_now


def phone_of(centre: Centre, address: str, name: str, department: str = "water") -> tuple[HubLink, Questions]:
    """Let a grid worker's phone in; return its link and its questions."""
    token = centre.token_of(name, department)
    link = HubLink(lambda: (address, token), screen=name, kind="phone", name=name)
    link.start()
    return link, Questions(lambda: (address, token))


def test_an_alarm_starts_a_plan_phones_do_its_tasks_and_the_wall_sees_it_end(tmp_path: Path) -> None:
    port = free_port()
    twin = write_governed_town(tmp_path / "town", {"gauges": port}, has_operations=True)
    with running_hub(twin, tmp_path / "data", "--trust") as hub:
        # given a wall, a centre, a phone of each department, and a level that rises above its limit
        centre = Centre(hub)
        wall = HubLink(hub.where, screen="wall", kind="wall")
        wall.start()
        (water, ours), (green, _) = (
            phone_of(centre, hub.address, "张师傅"), phone_of(centre, hub.address, "李师傅", GREEN),
        )  # fmt: skip
        gauge = Device(port)
        gauge.report(1, "A1", now_ms(), water_level=4.2)
        until(lambda: wall.state.alarms)
        (alarm,) = wall.state.alarms.values()

        # when the centre starts a plan for it, and each department does its task, the first with a photo
        plans = centre_plans(hub.where, alarm.id)
        centre.did("response.start", plan="bank", alarm=alarm.id, level="III", lon=LON, lat=LAT)
        until(lambda: all(link.state.responses for link in (wall, water, green)))
        (response,) = wall.state.responses.values()
        assert water.command("response.step", step_of(response.id, "walk", "accept")).ok
        early = green.command("response.step", step_of(response.id, "bags", "accept"))
        waits = green.command("response.step", step_of(response.id, "bags", "finish", if_rev=1))
        photo = ours.add_photo(photo_of(tmp_path))
        done = water.command("response.step", {
            **step_of(response.id, "walk", "finish", if_rev=1), "photos": [{"id": photo, "moment": "scene"}],
        })  # fmt: skip
        assert green.command("response.step", step_of(response.id, "bags", "finish", if_rev=1)).ok
        until(lambda: all(task.state == "done" for task in wall.state.responses[response.id].tasks))
        shown = sceneries(wall.state, now_ms())["response"]
        ended = centre.link.command("response.step", {"response": response.id, "step": "end", "note": "水位回落"})

        # then the wall saw it begin and end, and the audit holds every step of it in one whole chain
        assert plans == ("bank", False, True)
        assert early.ok
        assert "沿线巡查" in waits.error_zh
        assert done.ok, done.error_zh
        assert ended.ok, ended.error_zh
        assert len(shown.spots) == 1
        until(lambda: not wall.state.responses[response.id].is_active)
        assert shown_now(operations_of(wall.state), now_ms())
        audit = hub.ask("/cases/audit")
        sheet = Questions(hub.where).response(response.id)
        assert isinstance(audit, dict)
        assert audit["ok"]
        assert [row.step for row in sheet.trail] == ["start", "accept", "accept", "finish", "finish", "end"]
        assert sheet.response.alarm == alarm.id
        assert len(sheet.response.tasks[0].photos) == 1
        gauge.close()
        for link in (wall, water, green):
            link.close()
        centre.close()


def step_of(response: str, task: str, step: str, if_rev: int = 0) -> dict[str, object]:
    return {"response": response, "task": task, "step": step, "if_rev": if_rev}


def centre_plans(where: object, alarm: str) -> tuple[str, bool, bool]:
    """Return the first plan for an alarm, whether it fits, and whether the centre may start it."""
    found = Questions(where).plans(alarm=alarm)  # type: ignore[arg-type]  # a hub's address and token
    return found.plans[0].id, found.plans[0].fits, found.may_start


def photo_of(folder: Path) -> bytes:
    path = folder / "now.jpg"
    Image.effect_noise((64, 48), 60).convert("RGB").save(path)
    return path.read_bytes()
