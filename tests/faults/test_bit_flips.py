"""A hundred flipped bits in each file that a hub keeps: nothing is read wrong, and nothing is missing without a word.

History has its own test beside; recordings, exports and tiles have theirs in the unit tests.
"""

import os
import random
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from fakes.case_stories import TO_CLOSED, wish
from fakes.small_river import NOON_MS, reading
from sanping.domain.device import Device
from sanping.domain.errors import StoreFailed
from sanping.domain.site import Cursor
from sanping.hub.store_status import store_status
from sanping.ports.device_book import User
from sanping.ports.site_book import Entry
from sanping.storage.case_book import SqliteCaseBook
from sanping.storage.device_book import SqliteDeviceBook
from sanping.storage.duckdb_file import put_aside_in
from sanping.storage.event_log import SqliteEventLog
from sanping.storage.high_water import HighWater
from sanping.storage.site_book import SqliteSiteBook
from sanping.storage.spool import Spool

FLIPS = 100
KEY = b"the key of the site"


def fill_log(folder: Path) -> Any:
    log, chance = SqliteEventLog(folder), random.Random(4)
    for number in range(20):
        log.append([(NOON_MS + number * 100 + n, "alarm", chance.randbytes(90)) for n in range(50)])
    return log


def read_log(folder: Path) -> list[object]:
    log = SqliteEventLog(folder)
    try:
        by_time = [(event.seq, event.time_ms, event.kind, event.body) for event in log.between(0, 1 << 60)]
        return [*by_time, log.at(1 << 60), log.epoch]
    finally:
        log.close()


def fill_cases(folder: Path) -> Any:
    book = SqliteCaseBook(folder, KEY)
    for step in TO_CLOSED:
        book.take([wish(step, f"{step}-{case}", f"C{case}") for case in range(20)])
    return book


def read_cases(folder: Path) -> list[object]:
    book = SqliteCaseBook(folder, KEY)
    try:
        return [
            *book.cases(),
            *book.rows(),
            *book.waiting(),
            book.head(),
            *(book.reporter(f"C{case}") for case in range(20)),
        ]
    finally:
        book.close()


def fill_devices(folder: Path) -> Any:
    book = SqliteDeviceBook(folder)
    for number in range(120):
        book.keep(Device(id=f"d{number}", name=f"手机 {number}"), f"{number:032d}".encode())
    book.keep_user(User(name="li", role="admin", password="$argon2id$2"))
    return book


def read_devices(folder: Path) -> list[object]:
    book = SqliteDeviceBook(folder)
    try:
        return [*book.devices(), *book.users()]
    finally:
        book.close()


def fill_sites(folder: Path) -> Any:
    book = SqliteSiteBook(folder)
    for seq in range(1, 121):
        entry = Entry(site="county", stream="cases", epoch="e1", seq=seq, at_ms=seq, kind="case", about=f"C{seq % 9}",
                      rev=seq, body=msgspec.Raw(b'{"words": "%d"}' % seq))  # fmt: skip
        book.take("county", "cases", Cursor(epoch="e1", seq=seq), [entry])
    return book


def read_sites(folder: Path) -> list[object]:
    book = SqliteSiteBook(folder)
    try:
        return [*book.after(0, 1000), *book.below(), book.cursor("county", "cases"), book.epoch]
    finally:
        book.close()


BOOKS: dict[str, tuple[Callable[[Path], Any], Callable[[Path], list[object]]]] = {
    "events.sqlite": (fill_log, read_log),
    "cases.sqlite": (fill_cases, read_cases),
    "devices.sqlite": (fill_devices, read_devices),
    "sites.sqlite": (fill_sites, read_sites),
}


def flipped(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


@pytest.mark.parametrize("name", BOOKS)
def test_flipped_bits_in_a_book_are_noticed_or_change_nothing(name: str, tmp_path: Path) -> None:
    # given a book that was closed in order
    fill, read = BOOKS[name]
    fill(tmp_path / "whole").close()
    whole, right = (tmp_path / "whole" / name).read_bytes(), read(tmp_path / "whole")
    chance, noticed = random.Random(8), 0

    # when single bits of it are flipped, a hundred times
    for _ in range(FLIPS):
        shutil.rmtree(tmp_path / "trial", ignore_errors=True)
        (tmp_path / "trial").mkdir()
        (tmp_path / "trial" / name).write_bytes(flipped(whole, chance))
        try:
            found = read(tmp_path / "trial")
        except StoreFailed:
            noticed += 1
            continue

        # then what can be read at all is all there, and right
        assert found == right
    assert noticed > FLIPS // 4


@pytest.mark.parametrize("name", BOOKS)
def test_flipped_bits_in_the_log_of_a_killed_book_are_told_with_what_they_cost(name: str, tmp_path: Path) -> None:
    # given a book of which the last rows are in the log of the file, as a killed process leaves it
    fill, read = BOOKS[name]
    book = fill(tmp_path / "live")
    content = {path.name: path.read_bytes() for path in (tmp_path / "live").glob(f"{name}*")}
    right = read(tmp_path / "live")
    book.close()
    chance, told, silent = random.Random(9), 0, 0

    # when single bits of that log are flipped, many times
    for _ in range(FLIPS // 3):
        trial = tmp_path / "trial"
        shutil.rmtree(trial, ignore_errors=True)
        trial.mkdir()
        damaged = {each: flipped(kept, chance) if each.endswith("-wal") else kept for each, kept in content.items()}
        for each, kept in damaged.items():
            if not each.endswith("-shm"):
                (trial / each).write_bytes(kept)
        try:
            found = read(trial)
        except StoreFailed:
            told += 1
            continue

        # then all is there, or what is missing was told of, and log and file were kept as they were
        if found == right:
            silent += 1
            continue
        told += 1
        aside = [path for path in trial.glob(f"{name}.rows-*") if not path.name.endswith("-wal")]
        assert len(aside) == 1
        assert aside[0].with_name(f"{aside[0].name}-wal").read_bytes() == damaged[f"{name}-wal"]
        status = store_status(put_aside_in(trial), None, 0)
        assert status.state == "degraded"
        assert "sanping stores restore" in status.why_en
    assert told > silent


@pytest.mark.skipif(not hasattr(os, "fdatasync"), reason="another call syncs here")
def test_the_mark_is_on_disk_before_anybody_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given books of which every sync of a mark is seen, with what the mark says by then
    synced: dict[str, list[int]] = {}
    real = os.fdatasync

    def watched(file: int) -> None:
        real(file)
        path = Path(f"/proc/self/fd/{file}").readlink()
        content = path.read_bytes()
        heights = [int.from_bytes(content[at + 8 : at + 16], "little") for at in (0, 512)]
        synced.setdefault(path.name, []).append(max(heights))

    monkeypatch.setattr(os, "fdatasync", watched)
    log, cases = SqliteEventLog(tmp_path), SqliteCaseBook(tmp_path, KEY)

    # when something is taken, again at once, and when it is only asked
    for number in range(1, 4):
        log.append([(NOON_MS, "alarm", b"on")] * 2)
        assert synced["events.sqlite.mark"][-1] == 2 * number
    told = len(synced["events.sqlite.mark"])
    log.since(0)
    cases.cases()

    # then each time the mark was safe before the answer, and asking costs none
    assert synced == {"events.sqlite.mark": [2, 4, 6]}
    assert told == 3
    log.close()
    cases.close()


def test_a_mark_that_is_damaged_itself_says_no_more_than_it_knows(tmp_path: Path) -> None:
    # given the mark of a book, of which the newer of both slots is damaged
    mark = HighWater(tmp_path / "events.sqlite")
    for height in (5, 6):
        mark.raise_to(height)
    mark.close()
    content = mark.path.read_bytes()
    newer = content.index((6).to_bytes(8, "little"))

    # when it is read again, and when both are
    mark.path.write_bytes(content[:newer] + b"\xff" + content[newer + 1 :])
    one = HighWater(tmp_path / "events.sqlite")
    mark.path.write_bytes(bytes(len(content)))
    none = HighWater(tmp_path / "events.sqlite")

    # then the older holds, or nothing does
    assert (one.height, none.height) == (5, 0)
    one.close()
    none.close()


def test_what_a_damaged_log_cost_is_named_once_by_its_numbers(tmp_path: Path) -> None:
    # given a log of 1 000 events of a killed process, of which the last 500 no longer reach the file
    log = fill_log(tmp_path / "live")
    (tmp_path / "trial").mkdir()
    for path in (tmp_path / "live").glob("events.sqlite*"):
        if not path.name.endswith("-shm"):
            shutil.copy(path, tmp_path / "trial")
    log.close()
    wal = tmp_path / "trial" / "events.sqlite-wal"
    wal.write_bytes(wal.read_bytes()[: wal.stat().st_size // 2])

    # when it is opened, and then again
    first = SqliteEventLog(tmp_path / "trial")
    last = first.append([])
    again = first.append([(NOON_MS, "alarm", b"on")])
    first.close()
    second = SqliteEventLog(tmp_path / "trial")

    # then the first says which are missing and goes on after what is there, and the second has nothing to say
    assert 0 < last < 1000
    assert again == last + 1
    assert f"{last + 1} 到 1000 条" in first.missing.zh
    assert f"events {last + 1} to 1000" in store_status(put_aside_in(tmp_path / "trial"), None, 0).why_en
    assert not second.missing.zh
    second.close()


def test_flipped_bits_in_the_spool_never_give_a_wrong_row(tmp_path: Path) -> None:
    # given a spool of acknowledged batches
    batches = [[reading(f"s{n}", "water_level", n / 7 + k, NOON_MS + k) for n in range(60)] for k in range(40)]
    spool = Spool(tmp_path, megabytes=1)
    for batch in batches:
        spool.append(batch)
    used = 4096 + int(spool.used_fraction * ((1 << 20) - 4096))
    spool.close()
    whole, chance = spool.path.read_bytes(), random.Random(10)

    # when single bits of it are flipped, a hundred times
    for _ in range(FLIPS):
        spool.path.write_bytes(flipped(whole[:used], chance) + whole[used:])
        again = Spool(tmp_path, megabytes=1)
        found, holes = list(again.batches()), again.damaged_places
        again.close()

        # then every batch is as it was written, and one that is missing was said to be
        assert is_part_of(found, batches)
        assert len(found) == len(batches) or holes or not found or found == batches[: len(found)]


def is_part_of(found: Iterable[object], whole: Sequence[object]) -> bool:
    """Say whether everything found is in the whole, in its order."""
    rest = iter(whole)
    return all(any(each == other for other in rest) for each in found)
