"""`stage.opening`, `stage.state` and `twin.project`."""

from datetime import UTC, datetime
from pathlib import Path

from sanping.domain.geo import Extent
from sanping.domain.text import Text
from sanping.domain.view import Bookmark, CameraPose
from sanping.ports.model_reader import ReadOptions
from sanping.stage.opening import bookmark_named, opening_stage
from sanping.stage.state import LayerState
from sanping.twin.project import LayerEntry, TwinProject

CREEK = Bookmark(name=Text("苏河", "Creek"), camera=CameraPose(target=(1.0, 2.0, 3.0)))


def _project(*bookmarks: Bookmark) -> TwinProject:
    hidden = LayerEntry(
        name="grid", title=Text("网格", "Grid"), role="grid", path=Path("grid.geojson"), options=ReadOptions(),
        group=Text("治理", "Governance"), is_visible=False,
    )  # fmt: skip
    return TwinProject(
        folder=Path(), title=Text("城", "City"), crs="EPSG:4549", vertical_datum="", latitude_deg=31, longitude_deg=121,
        is_synthetic=True, layers=(hidden,), bookmarks=bookmarks, style="night",
        moment=datetime(2026, 6, 1, tzinfo=UTC), attribution=Text("模拟", "Synthetic"),
    )  # fmt: skip


def test_the_first_bookmark_is_the_first_view() -> None:
    assert opening_stage(_project(CREEK), None).camera == CREEK.camera


def test_without_bookmarks_the_whole_extent_is_shown() -> None:
    stage = opening_stage(_project(), Extent(west=0, south=0, east=100, north=100))
    assert stage.camera.target == (50, 50, 0)


def test_layers_hidden_in_the_project_are_hidden_on_the_stage() -> None:
    stage = opening_stage(_project(CREEK), None)
    assert not stage.layer("grid").is_visible
    assert stage.layer("buildings").is_visible
    assert stage.with_layer("grid", LayerState(opacity=0.5)).layer("grid").opacity == 0.5
    assert not stage.layer("grid").is_visible  # the old stage is as it was


def test_a_bookmark_is_found_by_either_name_or_number() -> None:
    project = _project(CREEK)
    assert bookmark_named(project, "苏河") is bookmark_named(project, "Creek") is bookmark_named(project, "1") is CREEK
    assert bookmark_named(project, "2") is None
