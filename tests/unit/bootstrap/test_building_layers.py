"""`sanping build`: every layer into the cache, the broken one named."""

from pathlib import Path

import pytest

from sanping.bootstrap.building import build_layers, failed
from sanping.bootstrap.cluster import jobs_of
from sanping.bootstrap.opener import TwinOpener
from sanping.domain.errors import Cancelled
from sanping.domain.text import Text
from sanping.formats.project import project_of_files
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
from sanping.settings.settings import Settings
from sanping.twin.project import TwinProject

FOOTPRINT = (
    '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"EPSG:4549"}},"features":[{"type":"Feature",'
    '"properties":{"height":%s},"geometry":{"type":"Polygon","coordinates":[[[%s,3457000],[%s,3457000],[%s,3457010],[%s,3457000]]]}}]}'
)


class Stopping:
    """Wishes to stop at once."""

    def report(self, fraction: float, doing: Text) -> None:
        raise Cancelled(Text("已取消", "Cancelled"))


@pytest.fixture
def project(tmp_path: Path) -> TwinProject:
    files = [tmp_path / f"l{number}.geojson" for number in range(3)]
    for number, file in enumerate(files):
        east = 540_000 + 30 * number
        file.write_text(FOOTPRINT % (9, east, east + 10, east + 10, east))
    files[1].write_text('{"type":"FeatureCollection","features":[')
    return project_of_files(files, ReadOptions())


def test_every_layer_is_in_the_cache_and_the_broken_one_is_named(project: TwinProject, tmp_path: Path) -> None:
    # given three files, one of them cut off
    settings = Settings(cache_folder=tmp_path / "cache")

    # when it is built, two layers at once
    with jobs_of("", 2) as (jobs, width):
        layers = build_layers(project, settings, jobs, width, SilentProgress())

    # then two are ready with their objects, the third is named with its file
    assert [layer.objects for layer in layers] == [1, 0, 1]
    (broken,) = failed(layers)
    assert broken.error is not None
    assert "l1.geojson" in str(broken.error.path)
    # and what is opened afterwards comes from the cache, without a worker
    opener = TwinOpener(settings, Unused())
    opener.opened_twin(project)
    assert opener.open_layer(project.layers[2], SilentProgress()).content.feature_count == 1


class Unused:
    """Jobs that must not be asked."""

    def run(self, *_: object, **__: object) -> None:
        raise AssertionError("the cache was not used")


def test_a_wish_to_stop_ends_the_building(project: TwinProject, tmp_path: Path) -> None:
    with jobs_of("", 2) as (jobs, width), pytest.raises(Cancelled):
        build_layers(project, Settings(cache_folder=tmp_path / "cache"), jobs, width, Stopping())
