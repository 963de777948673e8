"""The drill: a running hub is backed up, goes on, is killed and damaged, and comes back as of the backup."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.governed_twin import cases_of, kept, reported, said, words_of, write_governed_twin
from fakes.small_hub import RunningHub, now_ms, running_hub, until
from sanping.cli.words import main
from sanping.domain.source_status import BACKUP
from sanping.hub.spare_port import free_port
from sanping.storage.backup import backups_in

PORT = free_port()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    folder = tmp_path_factory.mktemp("drill")
    with running_hub(write_governed_twin(folder / "town", PORT), folder / "data") as hub:
        yield hub


def flip(path: Path, at: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(len(content) * at)] ^= 16
    path.write_bytes(content)


def test_a_damaged_hub_comes_back_as_of_its_backup_and_says_what_is_lost(
    hub: RunningHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given a hub that took values and a case, and was backed up while it ran
    began_ms = now_ms() - 3_600_000
    before = said(hub, PORT, {began_ms + n * 1000: n / 8 for n in range(200)})
    case = reported(hub)
    words = [str(tmp_path / "kept"), str(hub.twin), "--data", str(hub.data)]
    backed_up = main(["stores", "backup", *words])
    told = capsys.readouterr().out

    # given what came afterwards, a kill, and damage to every store
    after = said(hub, PORT, {began_ms + 900_000 + n * 1000: n / 4 for n in range(50)})
    lost_case = reported(hub)
    refused = main(["stores", "restore", *words])
    hub.killed()
    for name in ("history.duckdb", "cases.sqlite", "events.sqlite"):
        (hub.data / name).write_bytes(b"\x00" * 5000)

    # when the backup is restored and the hub begins again
    capsys.readouterr()
    restored = main(["stores", "restore", *words])
    spoken = capsys.readouterr().out
    hub.started_again()
    now = kept(hub)

    # then all of before is there, what came after is named as lost, the chain verifies, and cases are taken again
    assert (backed_up, refused, restored) == (0, 2, 0)
    assert "cases.key" in told
    assert {when: now.get(when) for when in before} == before
    assert not after.keys() & now.keys()
    assert cases_of(hub) == [case]
    assert lost_case not in cases_of(hub) or lost_case == case
    assert "已经丢失" in spoken
    assert "案件步骤 1 步" in spoken
    assert main(["cases", "verify", str(hub.data)]) == 0
    assert reported(hub)
    events = hub.ask("/events", {"from_ms": began_ms, "to_ms": now_ms() + 1000, "kinds": "access"})
    assert isinstance(events, list)
    assert [event for event in events if event["body"]["what"] == "restored"]

    # then the old files lie aside, as they were when they were damaged
    (aside,) = hub.data.glob("before-restore-*")
    assert (aside / "history.duckdb").read_bytes() == b"\x00" * 5000


def test_a_flipped_bit_in_the_log_of_a_killed_hub_is_told_on_its_desk(hub: RunningHub) -> None:
    # given a hub that was killed after a case, and one bit of the log of its book that turned
    assert reported(hub)
    hub.killed()
    log = hub.data / "cases.sqlite-wal"
    assert log.stat().st_size
    flip(log, 0.3)

    # when it begins again
    hub.started_again()

    # then it says which steps are missing, and how to bring them back
    until(lambda: "Acknowledged rows are missing: steps" in words_of(hub))
    assert "sanping stores restore" in words_of(hub)
    assert list(hub.data.glob("cases.sqlite.rows-*"))


def test_regular_backups_are_made_and_kept_and_a_failed_one_is_told(hub: RunningHub, tmp_path: Path) -> None:
    # given a hub whose settings name a folder that cannot be written
    hub.stopped()
    (tmp_path / "kept").write_text("no folder")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANPING_BACKUP_FOLDER", str(tmp_path / "kept"))
        hub.started_again()

        # when the time for a backup has come
        # then the hub says that it failed, and goes on
        until(lambda: "backup failed" in words_of(hub, BACKUP))
        hub.stopped()

        # when the folder is mended
        (tmp_path / "kept").unlink()
        hub.started_again()
        until(lambda: backups_in(tmp_path / "kept"))

    # then a backup is there, and the hub has nothing to say
    until(lambda: hub.ask("/backups")["state"] == "idle")  # type: ignore[index,call-overload]
    assert not words_of(hub, BACKUP)
