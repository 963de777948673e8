"""The backups of a hub: by the clock, one at a time, cancelled, and told when they fail or a disk runs full."""

import asyncio
import shutil
import threading
from pathlib import Path

import pytest

from fakes.looped import looped
from sanping.domain.device import Identity
from sanping.domain.errors import InputError, NotAllowed, StoreFailed
from sanping.domain.source_status import BACKUP, DISK, SourceStatus
from sanping.domain.text import Text
from sanping.hub import backup_desk
from sanping.hub.backup_desk import BackupDesk, short_of_room
from sanping.hub.endpoint import Asked
from sanping.hub.web_backups import BACKUP_ENDPOINTS
from sanping.ports.backups import Backups
from sanping.ports.progress import Progress


class Trial:
    """Implements `ports.backups.Backups`: goes on until it is let go, and fails when told to."""

    every_h, keep = 24.0, 2

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.watched: tuple[Path, ...] = () if folder is None else (folder,)
        self.made: list[Path] = []
        self.error: StoreFailed | None = None
        self.first_bad: int | None = None
        self.last = 0
        self.go = threading.Event()
        self.go.set()

    def make(self, folder: Path, progress: Progress) -> tuple[str, int | None]:
        while not self.go.wait(0.005):
            progress.report(0.5, Text("一半", "half"))
        if self.error is not None:
            raise self.error
        self.made.append(folder)
        return str(folder / "b"), self.first_bad

    def last_ms(self, folder: Path) -> int:
        return self.last


async def done(desk: BackupDesk) -> None:
    while desk.state.state == "running":
        await asyncio.sleep(0.005)


@looped
async def test_one_backup_runs_at_a_time_and_can_be_cancelled(tmp_path: Path) -> None:
    # given a backup that runs
    trial = Trial(tmp_path)
    trial.go.clear()
    checked: Backups = trial
    desk = BackupDesk(checked, lambda _: None)
    desk.begin(str(tmp_path / "other"))
    while desk.state.fraction < 0.5:
        await asyncio.sleep(0.005)

    # when another is asked for, and the first is cancelled
    with pytest.raises(InputError, match="正在备份"):
        desk.begin()
    desk.cancel()
    await done(desk)

    # then nothing was made, and the next can begin
    assert desk.state.state == "cancelled"
    assert not trial.made
    trial.go.set()
    desk.begin()
    await done(desk)
    assert (desk.state.state, trial.made) == ("idle", [tmp_path])


@looped
async def test_a_failed_backup_is_told_until_one_succeeds(tmp_path: Path) -> None:
    # given a place that refuses
    told: list[SourceStatus] = []
    trial = Trial(tmp_path)
    desk = BackupDesk(trial, told.append)
    trial.error = StoreFailed(Text("满了", "full"))

    # when a backup fails, the next finds a broken chain, and the one after is well
    for error, first_bad in ((trial.error, None), (None, 7), (None, None)):
        trial.error, trial.first_bad = error, first_bad
        desk.begin()
        await done(desk)
    await desk.stop()

    # then each is told, and in the end there is nothing wrong
    assert [(status.name, status.state) for status in told] == [
        (BACKUP, "degraded"), (BACKUP, "degraded"), (BACKUP, "live"),
    ]  # fmt: skip
    assert "full" in told[0].why_en
    assert "row 7" in told[1].why_en
    assert not desk.statuses()


@looped
async def test_a_backup_is_made_when_its_time_has_come_and_not_before(tmp_path: Path) -> None:
    # given a hub without a backup, one with a recent one, one without a place, and one without backups at all
    due, recent, nowhere = Trial(tmp_path), Trial(tmp_path), Trial(None)
    recent.last = backup_desk._now_ms() - 3_600_000
    desks = [BackupDesk(trial, lambda _: None) for trial in (due, recent, nowhere)]

    # when they have looked at the clock
    for desk in desks:
        desk.start()
    while not due.made:
        await asyncio.sleep(0.005)
    for desk in desks:
        await desk.stop()

    # then one was made for the first alone, and nobody can ask for one that would lie nowhere
    assert (len(due.made), recent.made, nowhere.made) == (1, [], [])
    with pytest.raises(InputError, match="没有说明备份到哪里"):
        desks[2].begin()
    with pytest.raises(InputError):
        BackupDesk(None, lambda _: None).begin("/x")


@looped
async def test_a_disk_that_runs_full_is_told_once_and_again_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a disk of one terabyte
    told: list[SourceStatus] = []
    desk, left = BackupDesk(Trial(tmp_path), told.append), [100 << 30]
    usage = type(shutil.disk_usage(tmp_path))
    monkeypatch.setattr(backup_desk.shutil, "disk_usage", lambda _: usage(1 << 40, 0, left[0]))

    # when it is looked at with more and less room
    for free in (100 << 30, 1 << 30, 1 << 30, 40 << 30, 100 << 30):
        left[0] = free
        await desk.look_at_disks()

    # then less than 5 % or 2 GB is told, and that there is room again
    assert [status.state for status in told] == ["degraded", "degraded", "degraded", "live"]
    assert {status.name for status in told} == {DISK}
    left[0] = 40 << 30
    assert "3.9 %" in (short_of_room(tmp_path / "not" / "there") or Text("", "")).en


@looped
async def test_only_who_runs_the_hub_may_have_a_folder_of_its_machine_written_to() -> None:
    # given the administrator of another device
    asked = Asked(parameters={}, body=b'{"folder": "/anywhere"}', by=Identity(device="phone", role="admin"))

    # when a backup is asked for, or cancelled, over the network
    # then it is refused before anything is looked at
    for endpoint in BACKUP_ENDPOINTS:
        assert endpoint.least == "admin"
        if endpoint.method == "POST":
            with pytest.raises(NotAllowed, match="sanping stores backup"):
                await endpoint.run(None, asked)  # type: ignore[arg-type]
