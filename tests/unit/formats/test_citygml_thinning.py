"""What is taken out of CityGML before parsing gives the same city as the parser alone."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.citygml_files import (
    box,
    building,
    city,
    inside,
    linked_solid,
    multi_surface,
    placed,
    polygon,
    read_text,
    square,
)
from sanping.domain.city import CityModel, SurfaceKind
from sanping.formats.citygml_harvest import Harvest
from sanping.formats.citygml_thinning import thinned, thinner_for

HOLE = placed([(2, 2, 0), (2, 4, 0), (4, 4, 0), (4, 2, 0), (2, 2, 0)])
ATTRIBUTE = '<gen:stringAttribute name="Flaeche"><gen:value>65.4</gen:value></gen:stringAttribute>\n'
SHAPES = {
    "plain": [polygon(placed(square()), identity="p{n}")],
    "two": [polygon(placed(square())), polygon(placed(square(20)))],
    "hole": [polygon(placed(square()), holes=(HOLE,))],
    "none": [],
}

surfaces = st.lists(
    st.tuples(
        st.sampled_from(["WallSurface", "RoofSurface", "GroundSurface", "Unheard"]),
        st.sampled_from(sorted(SHAPES)),
        st.integers(0, 2),
        st.sampled_from(["", "\n", "<!-- between -->", "<bldg:function>1000</bldg:function>"]),
        st.sampled_from([2, 3]),
    ),
    min_size=1,
    max_size=7,
)


def boundary(kind: str, shape: str, attributes: int, level: int, number: int) -> str:
    polygons = [one.format(n=number) for one in SHAPES[shape]]
    held = ATTRIBUTE * attributes + inside(f"bldg:lod{level}MultiSurface", multi_surface(*polygons))
    return f'<bldg:boundedBy>\n<bldg:{kind} gml:id="s{number}">\n{held}</bldg:{kind}></bldg:boundedBy>'


def same(quick: CityModel, plain: CityModel) -> bool:
    def drawn(model: CityModel) -> list[list[float]]:
        middles = model.points[model.triangles].sum(axis=1)
        rows = np.column_stack((model.triangle_feature, model.triangle_surface, middles))
        return sorted(rows.tolist())

    return (
        list(quick.features.ids) == list(plain.features.ids)
        and list(map(dict, quick.features.attributes)) == list(map(dict, plain.features.attributes))
        and drawn(quick) == drawn(plain)
    )


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(surfaces)
def test_surfaces_are_the_same_with_and_without_the_short_cut(
    tmp_path: Path, found: list[tuple[str, str, int, str, int]]
) -> None:
    held = "".join(
        boundary(kind, shape, attributes, level, number) + gap
        for number, (kind, shape, attributes, gap, level) in enumerate(found)
    )
    text = city(building(held + f"<bldg:lod1Solid>{linked_solid('p0')}</bldg:lod1Solid>", "b1"),
                building(f"<bldg:lod1Solid>{multi_surface(*box(9))}</bldg:lod1Solid>", "b2"))  # fmt: skip

    quick = read_text(tmp_path, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sanping.formats.citygml.thinner_for", lambda head: None)
        plain = read_text(tmp_path, text)

    assert same(quick, plain)


def test_a_run_of_simple_surfaces_leaves_one_marker() -> None:
    text = city(building("\n".join(boundary("WallSurface", "plain", 2, 2, number) for number in range(3)))).encode()
    thinner, harvest = thinner_for(text), Harvest()
    assert thinner is not None

    left = thinned(text, thinner, harvest)

    assert left.count(b"<_b ") == 1
    assert b"Surface" not in left
    [held] = harvest.thin_surfaces.values()
    assert held == [(number, 1, 2, int(SurfaceKind.WALL), None) for number in range(3)]


def test_a_surface_in_a_comment_is_not_drawn(tmp_path: Path) -> None:
    hidden = f"<!-- {boundary('RoofSurface', 'plain', 1, 2, 1)} -->"

    model = read_text(tmp_path, city(building(boundary("WallSurface", "plain", 0, 2, 0) + hidden)))

    assert set(model.triangle_surface.tolist()) == {SurfaceKind.WALL}
