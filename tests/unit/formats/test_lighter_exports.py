"""Layers that are made lighter before they are written."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes.dome import dome
from fakes.small_city import CENTRE, boxes, streets
from fakes.small_export import layer, wish
from sanping.analysis.lightening import Lightening
from sanping.domain.city import CityModel
from sanping.domain.errors import Cancelled
from sanping.domain.text import Text
from sanping.formats.catalog import read
from sanping.formats.outgoing.layers import OutLayer
from sanping.formats.outgoing.lighter import Weight, lightened, weight_text
from sanping.formats.outgoing.writing import write
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress
from sanping.tiles.build import build_tiles

SILENT = SilentProgress()
TENTH = Lightening(keep_share=0.1, drops_hidden=True)


def hall() -> OutLayer:
    """Return a dome between two boxes that touch one another."""
    model = boxes([(500.0, 500.0), (524.0, 500.0), (700.0, 500.0)], [20.0, 20.0, 20.0])
    points, triangles = dome()
    own = model.triangle_feature < 2
    count = len(model.points)
    whole = CityModel(
        frame=model.frame,
        origin=model.origin,
        features=model.features,
        points=np.concatenate([model.points, points + CENTRE + (700.0, 500.0, 4.0)]),
        triangles=np.concatenate([model.triangles[own], triangles + count]).astype(np.int32),
        triangle_feature=np.concatenate([model.triangle_feature[own], np.full(len(triangles), 2)]).astype(np.int32),
        triangle_surface=np.zeros(int(own.sum()) + len(triangles), np.uint8),
    )
    return layer("hall", "buildings", build_tiles(whole))


@pytest.mark.parametrize("name", ["hall.glb", "hall.city.json"])
def test_a_lighter_file_has_the_same_objects_with_fewer_triangles(tmp_path: Path, name: str) -> None:
    # given a dome between boxes, written as it is and lighter
    form = wish("glb" if name.endswith("glb") else "cityjson")
    whole = write(tmp_path / name, [hall()], form, SILENT)
    found = write(tmp_path / f"light-{name}", [hall()], replace(form, lightening=TENTH), SILENT)

    # when both are read again
    models = [read(tmp_path / each, ReadOptions(role="buildings"), SILENT) for each in (name, f"light-{name}")]
    before, after = (model for model in models if isinstance(model, CityModel))

    # then every object is there, the file is smaller, and the triangles are those that were promised
    assert set(before.features.ids) == set(after.features.ids)
    assert found.bytes < 0.5 * whole.bytes
    assert whole.weight == Weight()
    assert (len(before.triangles), len(after.triangles)) == (found.weight.before, found.weight.after)
    assert found.weight.after < 0.15 * found.weight.before
    assert after.extent.top == pytest.approx(before.extent.top, abs=0.25)


def test_flat_layers_pass_and_the_words_tell_what_was_spared() -> None:
    layers, weight = lightened([hall(), layer("roads", "roads", streets())], TENTH, SILENT)

    assert [each.name for each in layers] == ["hall", "roads"]
    assert weight.left == 0
    assert (
        weight_text(weight).zh
        == f"三角形 {weight.before:,} → {weight.after:,}（{100 * weight.after / weight.before:.0f}%）"
    )
    assert "with pictures" in weight_text(Weight(before=10, after=10, left=10)).en


def test_making_lighter_can_be_stopped() -> None:
    class Stop:
        def report(self, fraction: float, doing: Text) -> None:
            assert "hall" in doing.en
            raise Cancelled(Text("停", "stop"))

    with pytest.raises(Cancelled):
        lightened([hall()], TENTH, Stop())
