"""The phone's town as one that governs: two departments, phones of grid workers, and cases brought to a stage."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fakes.phone_town import Phone, posted, write_phone_town
from fakes.small_hub import RunningHub, until
from sanping.client.link import HubLink

AREA, WATER, GREEN = "310107", "water", "green"
LON, LAT = 121.4066, 31.2269
_DEPARTMENTS = f"""id,name,name_en,areas,duties,lon,lat,is_on_duty,source
{WATER},河道养护站,River care,{AREA},event:0105,,,yes,模拟
{GREEN},绿化养护站,Green care,{AREA},event:0106,,,yes,模拟
"""
_PLAN = f"""
name = {{ zh = "堤岸抢险响应", en = "Bank response" }}
level = "III"
simulated = true
source = "模拟"
[[parties]]
department = "{WATER}"
role = {{ zh = "巡查组", en = "Patrol" }}
source = "模拟"
[[parties]]
department = "{GREEN}"
role = {{ zh = "物资组", en = "Supplies" }}
source = "模拟"
[[tasks]]
id = "walk"
title = {{ zh = "沿线巡查", en = "Walk the bank" }}
department = "{WATER}"
due_min = 20
needs = ["photo"]
source = "模拟"
[[tasks]]
id = "bags"
title = {{ zh = "沙袋运抵", en = "Sandbags" }}
department = "{GREEN}"
due_min = 30
after = ["walk"]
source = "模拟"
"""
_EVENT = """
title = { zh = "龙舟赛（模拟）", en = "Boat race (simulated)" }
begin = 2026-06-21T09:00:00+08:00
end = 2026-06-21T11:00:00+08:00
source = "模拟"
simulated = true
"""
_ROUTE = f"lon,lat,source\n{LON},{LAT},模拟\n{LON + 0.01},{LAT},模拟\n"
_POSTS = f"""id,kind,name,name_en,department,people,duty,duty_en,lon,lat,source
bank,guard,北岸看台,North stand,{WATER},6,观众分流,Part the crowd,{LON},{LAT},模拟
"""
_REPORTS = "category,kind,class,source\nfloating,event,0105,模拟\nother,event,0102,模拟\n"


def write_governed_town(  # noqa: PLR0913  what the town has beyond its river
    folder: Path,
    ports: dict[str, int],
    names: Sequence[str] = (),
    title: tuple[str, str] = ("水位超警戒", "High level"),
    *,
    has_operations: bool = False,
    has_labels: bool = False,
) -> Path:
    """Write the phone's town with a folder of governance; the last of `names` is that of a third department.

    One that `has_operations` has a plan for joint responses and a major event too; the cases of one that `has_labels`
    can be raised, and its posts are public unless somebody chooses otherwise.
    """
    twin = write_phone_town(folder, ports, names, title)
    tables = twin / "governance"
    tables.mkdir()
    third = "".join(f'third,"{name.replace(chr(34), chr(34) * 2)}",x,{AREA},,,,yes,模拟\n' for name in names[-1:])
    (tables / "departments.csv").write_text(_DEPARTMENTS + third, encoding="utf-8")
    (tables / "report_classes.csv").write_text(_REPORTS, encoding="utf-8")
    declared = (twin / "twin.toml").read_text("utf-8")
    if has_operations:
        declared = declared.replace("synthetic = true\n", 'synthetic = true\nevent = "event"\n')
        _write_operations(twin)
    labels = '\n[labels.cases]\n"event:0102" = "public"\n[labels.made]\nposts = "public"\n' if has_labels else ""
    (twin / "twin.toml").write_text(declared + f'\n[governance]\nfolder = "governance"\n{labels}', encoding="utf-8")
    return twin


def _write_operations(twin: Path) -> None:
    plans, event = twin / "governance" / "plans", twin / "event"
    plans.mkdir()
    event.mkdir()
    (plans / "bank.toml").write_text(_PLAN, encoding="utf-8")
    for name, text in (("event.toml", _EVENT), ("route.csv", _ROUTE), ("posts.csv", _POSTS)):
        (event / name).write_text(text, encoding="utf-8")


class Centre:
    """The desk of the centre: it brings cases to a stage, and lets grid workers in."""

    def __init__(self, hub: RunningHub) -> None:
        self._hub = hub
        self.link = HubLink(hub.where, screen="centre", kind="desk", name="指挥中心")
        self.link.start()
        until(lambda: self.link.state.is_linked)

    def close(self) -> None:
        self.link.close()

    def did(self, action: str, **arguments: object) -> None:
        """Do something that must be allowed."""
        answer = self.link.command(action, arguments)
        assert answer.ok, answer.error_en

    def dispatched(self, description: str, department: str = WATER, **more: object) -> str:
        """Report a case, file it and send it to a department; return its id."""
        place = {"lon": LON, "lat": LAT, "address": "武宁路桥下游左岸", **more}
        self.did("case.report", kind="event", case_class="0105", description=description, **place)
        (id,) = [one["id"] for one in self._cases({"words": description})]
        for step, with_it in (("register", {}), ("file", {}), ("dispatch", {"department": department})):
            self.did("case.step", case=id, step=step, **with_it)
        return id

    def case(self, id: str) -> Any:
        """Return the sheet of a case as the centre sees it."""
        return self._hub.ask(f"/cases/{id}")

    def cases(self, **wanted: object) -> Any:
        """Return the lines of the cases that a filter finds."""
        return self._cases(wanted)

    def _cases(self, wanted: dict[str, object]) -> Any:
        return self._hub.ask("/cases", wanted)["lines"]

    def token_of(self, name: str, department: str = WATER, role: str = "grid_worker") -> str:
        """Let a phone in by a code, with a role that it asks for; return its token."""
        came = posted(self._hub, "/pair", {"code": posted(self._hub, "/codes", {})["code"], "name": name})
        token = str(came["token"])
        link = HubLink(lambda: (self._hub.address, token), screen=came["device"], kind="phone", name=name)
        link.start()
        assert link.command("role.ask", {"role": role}).ok
        (device,) = [one for one in self._hub.ask("/devices") if one["id"] == came["device"]]
        place = {"department": department, "areas": [AREA]}
        self.did("device.approve", device=device["id"], match=device["match"], **place)
        link.close()
        return token

    def phone(self, browser: Any, name: str, department: str = WATER, *, has_map: bool = False) -> Phone:
        """Return the phone of a grid worker, linked; most draw no map, which takes long without a graphics card."""
        phone = Phone(browser, self._hub, f"token={self.token_of(name, department)}", has_map=has_map)
        phone.see(".chip.link.linked")
        return phone
