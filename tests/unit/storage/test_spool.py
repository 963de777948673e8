"""The file that keeps acknowledged batches while the store does not."""

import os
from pathlib import Path

import pytest

from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.domain.errors import StoreFailed
from sanping.domain.observation import Observation
from sanping.storage.spool import Spool


def batch(number: int, rows: int = 3) -> list[Observation]:
    return [reading(f"s{n}", "water_level", number + n / 10, NOON_MS + number * MINUTE_MS) for n in range(rows)]


def filled(folder: Path, batches: int) -> Spool:
    spool = Spool(folder, megabytes=1)
    for number in range(batches):
        spool.append(batch(number))
    return spool


def test_batches_come_back_in_their_order_after_a_restart(tmp_path: Path) -> None:
    # given a spool with five batches that was closed
    filled(tmp_path, 5).close()

    # when it is opened again
    spool = Spool(tmp_path, megabytes=1)

    # then all of them wait, oldest first
    assert list(spool.batches()) == [batch(number) for number in range(5)]
    assert len(spool) == 15
    spool.close()


@pytest.mark.parametrize("lost", [1, 9, 60])
def test_a_torn_last_record_is_cut_and_the_others_stay(tmp_path: Path, lost: int) -> None:
    # given a spool whose last record was only written in part
    spool = filled(tmp_path, 3)
    end = spool._end
    spool.close()
    with spool.path.open("r+b") as file:
        file.seek(end - lost - 8)
        file.write(bytes(lost + 8))

    # when it is opened again and another batch is added
    spool = Spool(tmp_path, megabytes=1)
    spool.append(batch(7))

    # then the torn one is gone, and nothing else
    assert list(spool.batches()) == [batch(0), batch(1), batch(7)]
    assert spool.damaged_places == 0
    spool.close()


def test_a_damaged_record_is_said_and_those_behind_it_are_recovered(tmp_path: Path) -> None:
    # given a spool with a flipped bit in its second record
    spool = filled(tmp_path, 4)
    place = spool._records[1][0] + 5
    spool.close()
    content = bytearray(spool.path.read_bytes())
    content[place] ^= 4
    spool.path.write_bytes(content)

    # when it is opened again
    spool = Spool(tmp_path, megabytes=1)

    # then only that one is lost
    assert list(spool.batches()) == [batch(0), batch(2), batch(3)]
    assert spool.damaged_places == 1
    spool.close()


def test_what_was_drained_never_comes_back(tmp_path: Path) -> None:
    # given a spool that was drained, and then took one shorter batch over the old ones
    spool = filled(tmp_path, 5)
    spool.clear()
    spool.append(batch(9, rows=1))
    spool.close()

    # when it is opened again
    spool = Spool(tmp_path, megabytes=1)

    # then the old batches behind it are not mistaken for new ones
    assert list(spool.batches()) == [batch(9, rows=1)]
    spool.close()


def test_a_full_spool_refuses_and_keeps_what_it_has(tmp_path: Path) -> None:
    # given a spool that is filled to the brim
    spool = Spool(tmp_path, megabytes=1)
    taken = 0
    while spool.used_fraction < 0.97:
        spool.append(batch(taken, rows=200))
        taken += 1
    with pytest.raises(StoreFailed, match="暂存文件也已满"):
        spool.append(batch(taken, rows=1000))

    # when it is opened again
    used = spool.used_fraction
    spool.close()
    spool = Spool(tmp_path, megabytes=1)

    # then everything it took is there, within its size
    assert len(spool) == taken * 200 > 0
    assert used > 0.9
    assert spool.path.stat().st_size == 1 << 20
    spool.close()


def test_a_smaller_limit_does_not_cut_what_is_kept(tmp_path: Path) -> None:
    # given a spool of two megabytes with more than one in it
    spool = Spool(tmp_path, megabytes=2)
    while spool.used_fraction < 0.7:
        spool.append(batch(1, rows=500))
    rows = len(spool)
    spool.close()

    # when it is opened with a limit of one
    spool = Spool(tmp_path, megabytes=1)

    # then nothing is lost
    assert len(spool) == rows
    spool.close()


def test_a_spool_that_cannot_be_synced_does_not_count_the_batch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a disk that fails once
    spool = filled(tmp_path, 1)

    def broken(file: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fdatasync", broken)

        # when a batch is added meanwhile, and again afterwards
        with pytest.raises(StoreFailed, match="无法使用"):
            spool.append(batch(1))
    spool.append(batch(2))

    # then the one that was not safe is not there
    assert list(spool.batches()) == [batch(0), batch(2)]
    spool.close()
    spool = Spool(tmp_path, megabytes=1)
    assert list(spool.batches()) == [batch(0), batch(2)]
    spool.close()
