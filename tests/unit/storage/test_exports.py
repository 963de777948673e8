"""Observations as Parquet and CSV files."""

import csv
import math
import random
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.plain_history import PlainHistory
from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.domain.errors import Cancelled, FileBroken, StoreFailed
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.storage.exports import import_parquet, read_parquet, write_csv, write_parquet
from sanping.storage.observation_table import checksums, rows_of, table_of

SPAN = (NOON_MS, NOON_MS + 60 * MINUTE_MS)


def rows(count: int, station: str = "up") -> list[Observation]:
    return [
        reading(
            f"{station}{n % 7}", "water_level", n / 8, NOON_MS + n * 1000, quality="suspect" if n % 3 else "good",
            mark="N" * (n % 2), origin="late" if n % 5 else "live", is_simulated=n % 2 == 0, source="hj",
            period_s=n % 4,
        )
        for n in range(count)
    ]  # fmt: skip


def read(path: Path) -> list[Observation]:
    return [row for batch in read_parquet(path) for row in batch]


def test_a_parquet_file_gives_back_every_field(tmp_path: Path) -> None:
    # given rows with every field in use, one of them missing
    written = [*rows(100), reading("up", "ph", math.nan, NOON_MS + 100_000, quality="missing")]
    path = tmp_path / "day.parquet"

    # when they are exported in batches of unequal size and read back
    count = write_parquet(path, [written[:7], [], written[7:]], SPAN)
    found = read(path)

    # then they are the same, in the same order
    assert count == 101
    assert found[:100] == written[:100]
    assert math.isnan(found[100].value)
    assert found[100].quality == "missing"


_words = st.text(max_size=6)


@given(
    st.lists(
        st.builds(
            Observation,
            station=_words, quantity=_words, unit=_words, mark=_words, source=_words,
            value=st.floats(allow_nan=False), event_ms=st.integers(-(1 << 62), 1 << 62),
            statistic=st.sampled_from(["instant", "avg"]), period_s=st.integers(0, 1 << 30), is_simulated=st.booleans(),
        ),
        max_size=8,
    )
)  # fmt: skip
def test_any_rows_survive_the_columns(written: list[Observation]) -> None:
    # given any rows
    # when they become columns and rows again
    table = table_of(written)

    # then nothing changed, and however they are cut their checksums are the same
    assert rows_of(table) == written
    start = [0] * table.num_columns
    assert checksums(table.slice(2), checksums(table.slice(0, 2), start)) == checksums(table, start)


def test_a_hundred_flipped_bits_never_give_a_wrong_value(tmp_path: Path) -> None:
    # given an exported file
    path, chance = tmp_path / "day.parquet", random.Random(7)
    written = rows(3000)
    write_parquet(path, [written], SPAN)
    whole = path.read_bytes()
    refused = 0

    # when single bits of it are flipped, a hundred times
    for _ in range(100):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        try:
            found = read(path)
        except FileBroken:
            refused += 1
        else:
            # then it is either refused, or says what was written
            assert found == written
    assert refused > 80


def test_a_foreign_parquet_file_is_refused(tmp_path: Path) -> None:
    # given a table of something else, and one with our columns but no checksum
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"a": [1, 2]}), path)
    ours = tmp_path / "ours.parquet"
    pq.write_table(pa.Table.from_batches([table_of(rows(3))]), ours)

    # when they are read
    # then both are refused with a reason
    with pytest.raises(FileBroken, match="不是观测数据"):
        read(path)
    with pytest.raises(FileBroken, match="缺少校验和"):
        read(ours)


def test_an_exported_file_is_imported_elsewhere_once(tmp_path: Path) -> None:
    # given an exported file and a history that has some of it
    path, history = tmp_path / "day.parquet", PlainHistory()
    write_parquet(path, [rows(100)], SPAN)
    history.append(rows(10))

    # when it is imported twice
    counts = [import_parquet(history, path) for _ in range(2)]

    # then the history has each row once
    assert counts == [100, 100]
    assert list(history.rows.values()) == rows(100)


def test_an_import_undoes_no_correction(tmp_path: Path) -> None:
    # given an exported file and a history that has corrected one of its rows since
    path, history = tmp_path / "day.parquet", PlainHistory()
    write_parquet(path, [rows(3)], SPAN)
    history.append(rows(3))
    corrected = msgspec.structs.replace(rows(3)[1], value=9.0)
    history.append([corrected])

    # when it is imported
    import_parquet(history, path)

    # then the correction holds
    assert list(history.rows.values())[1] == corrected


def test_a_csv_file_runs_nothing_in_a_spreadsheet(tmp_path: Path) -> None:
    # given names that a spreadsheet would take for formulas, and a negative value
    path = tmp_path / "day.csv"
    hostile = [
        reading(station, "water_level", -1.5, NOON_MS, mark="@SUM(A1)", source="+1")
        for station in ("=cmd|' /C calc'!A0", "\t=1", "-1", "普通", "\r=2")
    ]

    # when they are exported
    write_csv(path, [hostile, [reading("nan", "ph", math.nan)]], SPAN)

    # then no text begins as a formula, numbers stay numbers, and a missing value is empty
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    texts = [cell for line in table for name, cell in line.items() if name not in ("value", "period_s")]
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in texts)
    assert [line["value"] for line in table] == ["-1.5"] * 5 + [""]
    assert table[3]["station"] == "普通"
    assert table[0]["event_utc"] == "2026-06-12T04:00:00.000+00:00"


class Impatient:
    """Stops the job on its third report."""

    def __init__(self) -> None:
        self.fractions: list[float] = []

    def report(self, fraction: float, doing: Text) -> None:
        self.fractions.append(fraction)
        if len(self.fractions) == 3:
            raise Cancelled(Text("已停止", "stopped"))


def batches(count: int) -> Sequence[list[Observation]]:
    every = rows(count * 600)
    return [every[n * 600 : (n + 1) * 600] for n in range(count)]


@pytest.mark.parametrize("write", [write_parquet, write_csv])
def test_an_export_that_is_stopped_leaves_no_file(tmp_path: Path, write: object) -> None:
    # given a person who changes their mind
    progress = Impatient()

    # when an export runs
    with pytest.raises(Cancelled):
        write(tmp_path / "x", batches(6), SPAN, progress)  # type: ignore[operator]

    # then it had told how far it was, and nothing is left
    assert progress.fractions == sorted(progress.fractions)
    assert list(tmp_path.iterdir()) == []


def test_an_export_to_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    # given a path into nowhere
    # when an export is written there
    # then the reason and the path are named
    with pytest.raises(StoreFailed, match="无法写入") as caught:
        write_csv(tmp_path / "no" / "x.csv", batches(1), SPAN)
    assert caught.value.path.endswith("x.csv")
