"""The folder of plans: written whole, the version before kept, broken ones left alone, nothing erased."""

from pathlib import Path

import pytest

from sanping.domain.errors import FileBroken, StoreFailed
from sanping.domain.plan import Plan
from sanping.domain.text import Text
from sanping.storage.plan_shelf import PlanShelf


def read(folder: Path) -> Plan:
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    if text == "broken":
        raise FileBroken(Text("坏", "broken"))
    return Plan(id=folder.name, title=text, area=())


def write(plan: Plan) -> str:
    return plan.title


def shelf(tmp_path: Path) -> PlanShelf:
    (tmp_path / "twin").mkdir(exist_ok=True)
    return PlanShelf(tmp_path / "twin" / "plans", tmp_path / "beside", read, write)


def test_a_plan_is_kept_in_the_twin_with_the_version_before(tmp_path: Path) -> None:
    # given a plan that was kept twice
    found = shelf(tmp_path)
    for title in ("first", "second"):
        found.keep(Plan(id="p001", title=title, area=()))

    # when the shelf is looked through
    plans = found.all().plans

    # then the second is there, the first beside it, and no half-written file
    assert [plan.title for plan in plans] == ["second"]
    folder = tmp_path / "twin" / "plans" / "p001"
    assert (folder / "plan.previous.toml").read_text(encoding="utf-8") == "first"
    assert not list(folder.glob("*.part"))


def test_a_broken_plan_is_told_of_left_alone_and_never_overwritten(tmp_path: Path) -> None:
    # given a broken plan beside a good one
    found = shelf(tmp_path)
    found.keep(Plan(id="p001", title="broken", area=()))
    found.keep(Plan(id="p002", title="good", area=()))

    # when the shelf is looked through and asked for a free id
    seen, free = found.all(), found.free_id()

    # then the good one is there, the other is told of, and its folder is not free
    assert [plan.id for plan in seen.plans] == ["p002"]
    assert len(seen.troubles) == 1
    assert free == "p003"
    assert (tmp_path / "twin" / "plans" / "p001" / "plan.toml").read_text(encoding="utf-8") == "broken"


def test_plans_of_a_twin_that_cannot_be_written_lie_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # given a twin whose folder takes no files
    found = shelf(tmp_path)
    monkeypatch.setattr("os.access", lambda path, mode: not str(path).startswith(str(tmp_path / "twin")))

    # when a plan is kept
    found.keep(Plan(id="p001", title="there", area=()))

    # then it lies beside, and is found
    assert (tmp_path / "beside" / "p001" / "plan.toml").is_file()
    assert [plan.title for plan in found.all().plans] == ["there"]


def test_models_are_copied_with_what_they_need_and_never_over_one_another(tmp_path: Path) -> None:
    # given two models of one name and different bytes, the first with its materials, and one of a single file
    sources = [tmp_path / name / "tower.obj" for name in ("one", "two", "three")]
    for number, source in enumerate(sources):
        (source.parent / "maps").mkdir(parents=True)
        source.write_text(f"o {number}", encoding="utf-8")
        (source.parent / "maps" / "wall.png").write_bytes(bytes([number]))
    needed = [(source, source.parent / "maps" / "wall.png") for source in sources[:2]]
    found = shelf(tmp_path)

    # when they are taken, and the first again
    names = [found.take_model("p001", files[0], files) for files in (*needed, needed[0])]
    alone = found.take_model("p001", sources[2], (sources[2], tmp_path / "one" / "tower.obj"))

    # then each has its own folder, where its files lie as they did; what is not beside a model is not taken
    assert names == ["tower/tower.obj", "tower-2/tower.obj", "tower/tower.obj"]
    assert found.model("p001", "tower-2/tower.obj").read_text(encoding="utf-8") == "o 1"
    assert (found.model("p001", "tower-2/tower.obj").parent / "maps" / "wall.png").read_bytes() == bytes([1])
    assert alone == "tower.obj"
    assert found.model("p001", alone).read_text(encoding="utf-8") == "o 2"

    # and no name leads out of the models
    models = found.folder("p001") / "models"
    for name in ("../../secret", "/etc/passwd", "../secret.glb", "a/../../../b"):
        assert found.model("p001", name).resolve().is_relative_to(models.resolve())


def test_a_removed_plan_is_put_aside_and_a_missing_one_is_an_error(tmp_path: Path) -> None:
    # given a plan
    found = shelf(tmp_path)
    found.keep(Plan(id="p001", title="gone", area=()))

    # when it is removed
    found.remove("p001")

    # then it is off the shelf but on the disk
    assert found.all().plans == ()
    assert (tmp_path / "twin" / "plans" / "removed" / "p001-1" / "plan.toml").is_file()
    with pytest.raises(StoreFailed):
        found.remove("p001")
