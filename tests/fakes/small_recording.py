"""A recording of an invented river: what simulators would report, with the alarms that rules make of it."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from sanping.domain.alarm import Alarm
from sanping.domain.observation import Observation
from sanping.domain.quantity import quantity
from sanping.domain.view import CameraPose
from sanping.ports.event_log import Event
from sanping.stage.camera_track import CAMERA, CameraMoment, body_of
from sanping.storage.recording import About, write_recording
from sanping.twin.alarms import after_findings
from sanping.twin.live_part import LivePart
from sanping.twin.project import TwinProject
from sanping.twin.rules import plan_rules
from sanping.twin.simulated_river import Scenario, SimulatedRiver
from sanping.twin.watching import Memory, step

STEP_MS = 300_000


def reported(live: LivePart, from_ms: int, to_ms: int, scenario: Scenario) -> list[list[Observation]]:
    """Return what all stations report, one list each five minutes."""
    outfalls = tuple(s.chainage_m for s in live.stations if "outfall" in s.kinds and s.chainage_m is not None)
    river = SimulatedRiver(by_address={s.id: s for s in live.stations}, outfalls_m=outfalls, scenario=scenario)
    return [
        [
            Observation(
                station=name, quantity=code, value=value, unit=quantity(code).unit, event_ms=at_ms, received_ms=at_ms,
                is_simulated=True, source="simulator",
            )
            for name in river.stations()
            for code, value in river.at(name, at_ms).items()
        ]
        for at_ms in range(from_ms, to_ms + 1, STEP_MS)
    ]  # fmt: skip


def alarms_of(live: LivePart, batches: Sequence[Sequence[Observation]]) -> list[Alarm]:
    """Return every version of every alarm that the rules make of observations."""
    plan, memory, book = plan_rules(live.rules, live.stations, live.standard), Memory(), {}
    versions = []
    for rows in batches:
        memory, findings = step(plan, memory, rows, rows[0].event_ms)
        changed = after_findings(book, findings, rows[0].event_ms)
        book.update(changed)
        versions += changed.values()
    return versions


def write_simulated(
    path: Path,
    project: TwinProject,
    span: tuple[int, int],
    scenario: Scenario = "flood",
    camera: Sequence[CameraMoment] = (),
) -> Path:
    """Write the recording of a twin's river and return its path."""
    batches = reported(project.live, *span, scenario)
    alarms = alarms_of(project.live, batches)
    events = [Event(seq=0, time_ms=alarm.changed_ms, kind="alarm", body=msgspec.json.encode(alarm)) for alarm in alarms]
    events += [Event(seq=0, time_ms=moment.at_ms, kind=CAMERA, body=body_of(moment.pose)) for moment in camera]
    about = About(
        twin=project.folder.name, title_zh=project.title.zh, title_en=project.title.en, from_ms=span[0],
        to_ms=span[1], is_simulated=True,
    )  # fmt: skip
    write_recording(path, about, batches, events)
    return path


def pose(east: float, north: float, **more: float) -> CameraPose:
    return CameraPose(target=(east, north, 8.0), **more)
