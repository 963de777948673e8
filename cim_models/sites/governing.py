"""Writes the tables that a site governs by: where it lies, who works on its cases, and what it counts as one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cim_models.regions.governing import AREA, DEPARTMENT, PERSON, write_rows
from cim_models.sites.drawing import Site

EVENT = ("code", "name", "name_en", "source")
ALARM = ("rule", "kind", "class", "urgency", "source")
ROLES = (
    ("registrar", "受理员（模拟）", "Registrar", "registrar"),
    ("officer", "值班长（模拟）", "Duty officer", "duty_officer"),
    ("dispatcher", "派遣员（模拟）", "Dispatcher", "dispatcher"),
    ("assessor", "考评员（模拟）", "Assessor", "assessor"),
    ("collector", "巡检员（模拟）", "Patrol", "collector"),
)
Named = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """Who keeps a site: its areas from the province down to itself, its teams, and its classes of events by rule.

    Each class is (code, name, name in English, rule, urgency).
    """

    areas: Sequence[tuple[str, str, str]]
    teams: Sequence[tuple[str, str, str]]
    group: Named
    classes: Sequence[tuple[str, str, str, str, str]]
    reach_m: float


def write_keeping(site: Site, keeping: Keeping, folder: Path) -> list[str]:
    """Write the tables; return a line for each."""
    folder.mkdir(parents=True, exist_ok=True)
    events = [("06", "其他", "Other"), ("0699", "其他事件", "Other event"), ("07", *keeping.group),
              *((code, zh, en) for code, zh, en, *_ in keeping.classes)]  # fmt: skip
    source = "模拟：本场景的智能发现规则"
    classes = [dict(zip(EVENT, (*row, "本场景"), strict=True)) for row in events]
    return [
        write_rows(folder / "areas.csv", AREA, _areas(site, keeping)),
        write_rows(folder / "departments.csv", DEPARTMENT, _departments(site, keeping)),
        write_rows(folder / "people.csv", PERSON, _people(keeping)),
        write_rows(folder / "event_classes.csv", EVENT, classes),
        write_rows(
            folder / "alarm_classes.csv",
            ALARM,
            [dict(zip(ALARM, (rule, "event", code, urgency, source), strict=True))
             for code, _, _, rule, urgency in keeping.classes],
        ),
    ]  # fmt: skip


def _areas(site: Site, keeping: Keeping) -> Iterable[dict[str, object]]:
    west, south = site.degrees((-keeping.reach_m, -keeping.reach_m))
    east, north = site.degrees((keeping.reach_m, keeping.reach_m))
    bounds = {"west": f"{west:.5f}", "south": f"{south:.5f}", "east": f"{east:.5f}", "north": f"{north:.5f}"}
    for number, (code, name, name_en) in enumerate(keeping.areas):
        about = {"code": code, "name": name, "name_en": name_en, "person": "值班室（模拟）",
                 "source": "GB/T 2260-2007" if len(code) <= 6 else "模拟"}  # fmt: skip
        yield about if number == 0 else {**about, **bounds}


def _departments(site: Site, keeping: Keeping) -> Iterable[dict[str, object]]:
    lon, lat = site.degrees((0.0, 0.0))
    area = keeping.areas[-1][0]
    for id, name, name_en in keeping.teams:
        yield {"id": id, "name": f"{name}（模拟）", "name_en": f"{name_en} (simulated)", "areas": area, "duties": "",
               "lon": f"{lon:.5f}", "lat": f"{lat:.5f}", "is_on_duty": "yes", "source": "模拟部门"}  # fmt: skip


def _people(keeping: Keeping) -> Iterable[dict[str, object]]:
    area = keeping.areas[-1][0]
    for user, name, name_en, roles in ROLES:
        yield {"user": user, "name": name, "name_en": name_en, "roles": roles, "areas": area, "department": "",
               "source": "模拟人员"}  # fmt: skip
    for number, (id, name, name_en) in enumerate(keeping.teams, 1):
        yield {"user": f"handler{number:02d}", "name": f"{name}处置员（模拟）", "name_en": f"Handler, {name_en}",
               "roles": "handler", "areas": area, "department": id, "source": "模拟人员"}  # fmt: skip
