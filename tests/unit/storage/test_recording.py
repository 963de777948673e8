"""A whole recording in one file."""

import random
import zipfile
from pathlib import Path

import pytest

from fakes.small_river import MINUTE_MS, NOON_MS, reading
from sanping.domain.errors import Cancelled, FileBroken, FileHostile
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.event_log import Event
from sanping.storage.recording import About, Recording, write_recording

ABOUT = About(twin="creek", title_zh="河", title_en="creek", from_ms=NOON_MS, to_ms=NOON_MS + 60 * MINUTE_MS)


def observations(count: int = 60) -> list[Observation]:
    return [reading("up", "water_level", n / 8, NOON_MS + n * MINUTE_MS, source="hj") for n in range(count)]


def events() -> list[Event]:
    return [
        Event(seq=n + 1, time_ms=NOON_MS + (50 - n * 10) * MINUTE_MS, kind="alarm", body=b'{"n":%d}' % n)
        for n in range(5)
    ]


def written(folder: Path, rows: list[Observation] | None = None) -> Path:
    path = folder / "flood.sprec"
    rows = observations() if rows is None else rows
    write_recording(path, ABOUT, [rows[:10], rows[10:]], events())
    return path


def test_a_recording_says_what_it_is_of_and_holds_everything(tmp_path: Path) -> None:
    # given a recording
    path = written(tmp_path)

    # when it is opened elsewhere
    with Recording(path) as recording:
        found = list(recording.observations())
        happened = list(recording.events())

    # then everything is there, by time, in one file
    assert recording.about == ABOUT
    assert (recording.rows, recording.event_count) == (60, 5)
    assert found == observations()
    assert happened == events()[::-1]
    assert [entry.name for entry in tmp_path.iterdir()] == ["flood.sprec"]


def test_observations_and_events_are_replayed_together_in_the_order_of_time(tmp_path: Path) -> None:
    # given a recording
    # when half an hour of it is replayed
    with Recording(written(tmp_path)) as recording:
        moments = list(recording.moments(NOON_MS + 10 * MINUTE_MS, NOON_MS + 40 * MINUTE_MS))

    # then all of it comes in order, an event after the observation of its moment
    times = [item.event_ms if isinstance(item, Observation) else item.time_ms for item in moments]
    assert times == sorted(times)
    assert len(moments) == 31 + 4
    assert isinstance(moments[0], Observation)
    assert moments[1] == events()[4]


def test_an_empty_recording_can_be_kept_too(tmp_path: Path) -> None:
    # given nothing
    path = tmp_path / "quiet.sprec"

    # when it is recorded
    write_recording(path, ABOUT, [], [])

    # then it opens and is empty
    with Recording(path) as recording:
        assert list(recording.moments()) == []


def test_a_hundred_flipped_bits_never_change_what_is_replayed(tmp_path: Path) -> None:
    # given a recording
    path, chance = written(tmp_path), random.Random(11)
    with Recording(path) as recording:
        right = list(recording.moments())
    whole = path.read_bytes()
    refused = 0

    # when single bits of it are flipped
    for _ in range(100):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        try:
            with Recording(path) as recording:
                found = list(recording.moments())
        except (FileBroken, FileHostile):
            refused += 1
        else:
            # then it is refused, or unchanged
            assert found == right
    assert refused > 80


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.99])
def test_a_recording_cut_short_is_refused(tmp_path: Path, keep: float) -> None:
    # given a recording of which only a part was copied
    path = written(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(keep if keep >= 1 else keep * len(whole))])

    # when it is opened
    # then it is refused, and named
    with pytest.raises(FileBroken) as caught:
        Recording(path)
    assert caught.value.path == str(path)


def test_a_zip_of_something_else_is_no_recording(tmp_path: Path) -> None:
    # given zips with foreign, doubled and squeezed members
    foreign = tmp_path / "a.zip"
    with zipfile.ZipFile(foreign, "w") as container:
        container.writestr("../evil", b"x")
    squeezed = tmp_path / "b.zip"
    with zipfile.ZipFile(written(tmp_path)) as good, zipfile.ZipFile(squeezed, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in good.namelist():
            bad.writestr(name, good.read(name))

    # when they are opened
    # then both are refused
    with pytest.raises(FileBroken, match="不是三屏的录像"):
        Recording(foreign)
    with pytest.raises(FileHostile, match="不是三屏的录像"):
        Recording(squeezed)


class Stop:
    def report(self, fraction: float, doing: Text) -> None:
        raise Cancelled(Text("已停止", "stopped"))


def test_a_recording_that_is_stopped_leaves_nothing_behind(tmp_path: Path) -> None:
    # given a person who changes their mind
    # when a recording is written
    with pytest.raises(Cancelled):
        write_recording(tmp_path / "x.sprec", ABOUT, [observations()], events(), Stop())

    # then the folder is empty
    assert list(tmp_path.iterdir()) == []
