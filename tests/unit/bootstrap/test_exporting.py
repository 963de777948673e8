"""Exports of a twin as a whole: what is chosen, where it goes, and what is left when it cannot be done."""

import json
import os
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyogrio
import pytest

from sanping.bootstrap.exporting import HereJobs, export
from sanping.cli.export import write_export
from sanping.domain.errors import Cancelled, InputError, SanpingError, StoreFailed
from sanping.domain.text import Text
from sanping.formats.outgoing.layers import ExportFormat, ExportWish, format_of
from sanping.formats.outgoing.parcel import Parcel, Pick
from sanping.formats.project import load_project
from sanping.ports.progress import SilentProgress
from sanping.settings.settings import Settings
from sanping.workers.jobs import WorkerJobs

TWIN = Path(__file__).resolve().parents[3] / "cim_models" / "suqian"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a cache that the tests of this file share."""
    return Settings(cache_folder=tmp_path_factory.mktemp("cache"))


def parcel(target: Path, format: ExportFormat, pick: Pick | None = None) -> Parcel:
    return Parcel(
        project=load_project(TWIN),
        pick=pick or Pick(),
        wish=ExportWish(format=format, title="宿迁"),
        target=target,
    )


@pytest.mark.parametrize("format", ["gpkg", "3dtiles"])
def test_a_worker_writes_a_twin_and_puts_it_in_place(settings: Settings, tmp_path: Path, format: ExportFormat) -> None:
    # given a twin, and a file or folder of that name from before
    target = tmp_path / "twin.gpkg"
    if format == "gpkg":
        target.write_text("old")
    else:
        target.mkdir()

    # when it is exported by a worker
    found = export(parcel(target, format), settings, SilentProgress(), WorkerJobs() if format == "gpkg" else HereJobs())

    # then what was written is there, and nothing beside it
    assert found.objects > 100
    assert [path.name for path in tmp_path.iterdir()] == ["twin.gpkg"]
    if format == "gpkg":
        assert "context" in pyogrio.list_layers(target)[:, 0]
    else:
        assert json.loads((target / "tileset.json").read_text())["asset"]["version"] == "1.1"
        assert found.bytes > 10_000


def test_layers_and_single_objects_can_be_picked(settings: Settings, tmp_path: Path) -> None:
    # given two of the layers, of one of them two objects
    green = json.loads((TWIN / "green.geojson").read_text(encoding="utf-8"))["features"]
    ids = (str(green[0]["id"]), str(green[1]["id"])) if "id" in green[0] else ()
    pick = Pick(layers=("green", "places"), objects=(("green", ids),) if ids else ())

    # when they are exported
    export(parcel(tmp_path / "some.gpkg", "gpkg", pick), settings, SilentProgress(), HereJobs())

    # then they alone are in the file
    tables = pyogrio.list_layers(tmp_path / "some.gpkg")[:, 0].tolist()
    assert sorted(tables) == ["green", "places"]
    assert not ids or len(pyogrio.read_arrow(tmp_path / "some.gpkg", layer="green")[1]) == 2


@pytest.mark.parametrize(
    ("pick", "words"),
    [
        (Pick(layers=("nowhere",)), "nowhere"),
        (Pick(objects=(("green", ("nobody",)),)), "nobody"),
        (Pick(objects=(("green", ()),)), "没有可导出的对象"),
    ],
    ids=["layer", "object", "empty"],
)
def test_what_is_not_there_is_named_and_no_file_is_left(
    settings: Settings, tmp_path: Path, pick: Pick, words: str
) -> None:
    # given a wish for a layer or an object that the twin lacks, or for no object at all

    # when it is exported
    with pytest.raises(InputError) as refused:
        export(parcel(tmp_path / "x.gpkg", "gpkg", pick), settings, SilentProgress(), HereJobs())

    # then the reason names it
    assert words in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_used_is_refused_before_the_work(settings: Settings, tmp_path: Path) -> None:
    # given a folder that is not there, one in use, and one below a file
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("x")
    places: dict[Path, type[SanpingError]] = {
        tmp_path / "nowhere" / "x.gpkg": InputError,
        tmp_path / "full": InputError,
        tmp_path / "file" / "x": InputError,
    }
    for place, kind in places.items():
        # when somebody exports there
        with pytest.raises(kind) as refused:
            export(parcel(place, "3dtiles"), settings, SilentProgress(), HereJobs())

        # then it is said what to do, and what is there stays
        assert "换" in str(refused.value)
    assert (tmp_path / "full" / "mine.txt").read_text() == "mine"


def test_a_folder_without_rights_is_refused(settings: Settings, tmp_path: Path) -> None:
    # given a folder that nobody may write to; root may write everywhere but into the kernel's own
    shut = Path("/sys") if os.geteuid() == 0 else tmp_path / "shut"
    if os.geteuid() != 0:
        shut.mkdir(mode=0o500)

    # when somebody exports there
    with pytest.raises(StoreFailed) as refused:
        export(parcel(shut / "x.gpkg", "gpkg"), settings, SilentProgress(), HereJobs())

    # then it is said to check the rights
    assert "权限" in str(refused.value)


@pytest.mark.parametrize("format", ["gpkg", "geoparquet", "3dtiles"])
def test_a_disk_that_is_full_leaves_no_half_file_and_keeps_the_old_one(
    settings: Settings, tmp_path: Path, format: ExportFormat
) -> None:
    # given a target from before, and a system that takes no file beyond 4 kB
    target = tmp_path / "x.gpkg"
    if format != "3dtiles":
        target.write_text("old")
    export(parcel(tmp_path / "warm.gpkg", "gpkg"), settings, SilentProgress(), HereJobs())
    (tmp_path / "warm.gpkg").unlink()

    # when the twin is exported
    with files_end_at(4096), pytest.raises(StoreFailed) as refused:
        export(parcel(target, format), settings, SilentProgress(), HereJobs())

    # then it is said to look after the disk, and the old file is as it was
    assert "磁盘空间" in str(refused.value)
    if format != "3dtiles":
        assert target.read_text() == "old"
        target.unlink()
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_is_stopped_ends_soon_and_leaves_nothing(settings: Settings, tmp_path: Path) -> None:
    # given somebody who stops as soon as something is written
    class Impatient:
        def __init__(self) -> None:
            self.said = threading.Event()

        def report(self, fraction: float, doing: Text) -> None:
            if "写出" in doing.zh:
                self.said.set()
                raise Cancelled(Text("停", "stop"))

    impatient = Impatient()

    # when the twin is exported
    with pytest.raises(Cancelled):
        export(parcel(tmp_path / "x.gpkg", "gpkg"), settings, impatient, HereJobs())

    # then nothing is left
    assert impatient.said.is_set()
    assert list(tmp_path.iterdir()) == []


def test_the_word_export_writes_and_says_what_it_left_out(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # given the command line, whose files tell their format
    monkeypatch.setattr("sanping.cli.export.own_settings", lambda: settings)

    # when models are written as GLB
    status = write_export((TWIN,), output=tmp_path / "city.glb", layer=("context", "roads"), quantised=True)

    # then it says how many objects and bytes, and which layers do not go into a GLB
    told = capsys.readouterr().out
    assert status == 0
    assert "city.glb\t" in told
    assert "roads" in told
    assert (tmp_path / "city.glb").read_bytes()[:4] == b"glTF"


def test_a_name_tells_the_format_or_it_is_asked_for() -> None:
    # given names of files
    names = {
        "a.city.json": "cityjson",
        "A.GLB": "glb",
        "b.gpkg": "gpkg",
        "c.parquet": "geoparquet",
        "d.json": "cityjson",
    }

    # when the format is sought in them
    found = {name: format_of(Path(name)) for name in names}

    # then each tells its own, and one without a suffix none
    assert found == names
    with pytest.raises(InputError):
        format_of(Path("tiles"))


@contextmanager
def files_end_at(most_bytes: int) -> Iterator[None]:
    """Let the system refuse to write a file beyond so many bytes, as a full disk does."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
