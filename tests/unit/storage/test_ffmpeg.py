"""sanping.storage.ffmpeg: the system's encoders, with their faults."""

import os
import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from fakes.film_reading import seen
from sanping.domain.errors import Cancelled, InputError, ProgramMissing, StoreFailed
from sanping.domain.text import Text
from sanping.storage.ffmpeg import codecs, ffmpeg
from sanping.storage.film import film_writer

SIZE = (64, 48)
GREY = np.full((48, 64, 3), 120, np.uint8)
WITHOUT = """#!/bin/sh
case "$*" in *"-c:v {codec} "*) echo "no {codec} here" >&2; exit 1 ;; esac
exec {real} "$@"
"""


def stand_in(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a script be the only ffmpeg of the system."""
    program = folder / "bin" / "ffmpeg"
    program.parent.mkdir()
    program.write_text(script, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}")


def write(path: Path, count: int = 3) -> str:
    with film_writer(path, SIZE, 25) as film:
        for _ in range(count):
            film.add(GREY)
    return film.codec


def test_where_h264_is_missing_mpeg4_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a system whose ffmpeg lacks both encoders of H.264
    real = shutil.which("ffmpeg")
    with monkeypatch.context() as elsewhere:
        stand_in(tmp_path, WITHOUT.format(codec="libx264", real=real), elsewhere)

        # when a film is written
        codec = write(tmp_path / "a.mp4")

    # then another codec takes its place
    assert codec == "mpeg4"
    assert len(seen(tmp_path / "a.mp4").pictures) == 3


def test_a_system_without_ffmpeg_is_told_what_to_install_and_what_goes_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given no ffmpeg but one in the folder that the program was started in
    stand_in(tmp_path, "#!/bin/sh\n", monkeypatch)
    monkeypatch.chdir(tmp_path / "bin")
    monkeypatch.setenv("PATH", os.pathsep.join((".", "", str(tmp_path))))

    # when a film is begun
    with pytest.raises(ProgramMissing) as told, film_writer(tmp_path / "a.mp4", SIZE, 25):
        pass

    # then the reason names the package, and the kind of film that needs none
    for words in (told.value.message.zh, told.value.message.en):
        assert "apt install ffmpeg" in words
        assert ".zip" in words
    assert codecs() == {}
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


def test_a_system_whose_ffmpeg_has_no_encoder_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given an ffmpeg without VP9
    real = shutil.which("ffmpeg")
    stand_in(tmp_path, WITHOUT.format(codec="libvpx-vp9", real=real), monkeypatch)

    # when a WebM is begun, then the words of ffmpeg are told, and MP4 is still there
    with pytest.raises(InputError, match="no libvpx-vp9 here"), film_writer(tmp_path / "a.webm", SIZE, 25):
        pass
    assert codecs() == {".mp4": "libx264"}


def test_an_ffmpeg_that_ends_half_way_is_told_and_leaves_no_film(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given an ffmpeg that works on trial, and gives up when it is to write a file
    script = 'case "$*" in *file:*) head -c 20000 >/dev/null; echo "No space left on device" >&2; exit 1 ;; esac'
    stand_in(tmp_path, f'#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\nexec {shutil.which("ffmpeg")} "$@"\n', monkeypatch)

    # when a film is written, then its last words are the reason
    with pytest.raises(StoreFailed, match="No space left on device"):
        write(tmp_path / "a.mp4", 100)
    assert [path.name for path in tmp_path.iterdir()] == ["bin"]


def test_no_ffmpeg_stays_when_a_film_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given an ffmpeg that tells its number and never reads
    number = tmp_path / "number"
    script = f'case "$*" in *file:*) echo $$ >{number}; exec sleep 600 ;; esac'
    stand_in(tmp_path, f'#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\nexec {shutil.which("ffmpeg")} "$@"\n', monkeypatch)

    # when the film is stopped as soon as the number is there
    def stopped() -> None:
        with film_writer(tmp_path / "a.mp4", SIZE, 25):
            while not number.exists() or not number.read_text():
                threading.Event().wait(0.02)
            raise Cancelled(Text("停", "Stop"))

    with pytest.raises(Cancelled):
        stopped()

    # then that process has ended, and been reaped
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)


def test_the_ffmpeg_of_the_system_writes_both_kinds() -> None:
    assert Path(ffmpeg()).is_absolute()
    assert set(codecs()) == {".mp4", ".webm"}
