"""Plans as files: what is written is read back, and what is broken is refused and left alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.plan import Alternative, Mass, Placement, Plan, PlotLimits, SchemeModel
from sanping.formats.plan_file import plan_text, read_plan

AREA = ((0.0, 0.0), (100.5, 0.0), (100.5, 80.25))
MASS = Mass(
    id="m1", outline=AREA, holes=(((10.0, 1.0), (20.0, 1.0), (20.0, 5.0)),), base_m=3.5, storeys=12, use="mixed"
)
MODEL = SchemeModel(
    id="k1", file="塔楼.glb", title="塔 \"A\"\\n", crs="LOCAL", masses=(MASS,),
    placement=Placement(origin=(1.0, 2.0, 3.0), at=(636_000.25, 3_458_000.5, 4.0), turn_deg=-12.5, scale=0.001),
)  # fmt: skip
PLAN = Plan(
    id="p001",
    title="滨河地块",
    area=AREA,
    limits=PlotLimits(far_most=2.5, height_most_m=80.0),
    alternatives=(
        Alternative(id="a1", name="方案 A", masses=(MASS,), models=(MODEL,), kept=(("buildings", "B'7\""),)),
    ),
)


def kept(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_plan_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    # given a plan with a mass, a model and a kept building
    folder = kept(tmp_path / "p001", plan_text(PLAN))

    # when it is read
    found = read_plan(folder)

    # then nothing was lost
    assert found == PLAN


@given(title=st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_any_title_survives(tmp_path_factory: pytest.TempPathFactory, title: str) -> None:
    # given a plan of any title, quotes and controls included
    plan = Plan(id="p001", title=title, area=AREA)
    folder = kept(tmp_path_factory.mktemp("plans") / "p001", plan_text(plan))

    # when it is read, then the title is the same
    assert read_plan(folder).title == title


@pytest.mark.parametrize(
    ("was", "now", "error"),
    [
        ("title =", "title", FileBroken),
        ("area = [[0.0, 0.0], [100.5, 0.0], [100.5, 80.25]]", "area = [[0.0, 0.0], [1.0, 0.0]]", FileBroken),
        ('file = "塔楼.glb"', 'file = "../../secret.glb"', FileHostile),
        ('file = "塔楼.glb"', 'file = "../secret.glb"', FileHostile),
        ('file = "塔楼.glb"', 'file = "a/b/secret.glb"', FileHostile),
        ('file = "塔楼.glb"', "file = 'C:secret.glb'", FileHostile),
        ("storeys = 12", "storeys = 0", FileBroken),
        ("scale = 0.001", "scale = nan", FileBroken),
        ('use = "mixed"', 'use = "castle"', FileBroken),
        ("base_m = 3.5", "base_m = inf", FileBroken),
    ],
)
def test_a_broken_plan_is_refused_with_its_reason_and_not_touched(
    tmp_path: Path, was: str, now: str, error: type[Exception]
) -> None:
    # given a plan with one thing spoilt
    text = plan_text(PLAN)
    assert was in text
    folder = kept(tmp_path / "p001", text.replace(was, now, 1))
    before = (folder / "plan.toml").read_bytes()

    # when it is read, then it is refused, and lies there as before
    with pytest.raises(error):
        read_plan(folder)
    assert (folder / "plan.toml").read_bytes() == before


def test_a_plan_without_its_file_is_refused(tmp_path: Path) -> None:
    # given an empty folder, when it is read, then that is said
    with pytest.raises(FileBroken):
        read_plan(tmp_path)
