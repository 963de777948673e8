"""A city's templates are read whole, or a person is told file, line and what to do."""

from pathlib import Path

import pytest

from fakes.governed_hub import SUHE, suhe_city
from sanping.domain.errors import FileBroken
from sanping.formats.response_plans import load_plan, load_plans

GOOD = (SUHE / "governance" / "plans" / "street-flooding.toml").read_text(encoding="utf-8")


def written(folder: Path, text: str) -> Path:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_bundled_plans_are_read_with_parties_in_their_places() -> None:
    plans = suhe_city().plans

    flood = plans["flood"]

    assert set(plans) == {"crowd", "flood", "street-flooding", "water-pollution"}
    assert suhe_city().plan_troubles == ()
    assert [len(flood.at_level(level)) for level in ("I", "II", "III", "IV")] == [12, 11, 8, 4]
    assert all(party.lon_deg and party.phone and party.source for party in flood.parties)
    assert all(task.source for plan in plans.values() for task in plan.tasks)


@pytest.mark.parametrize(
    ("old", "new", "line_of", "says"),
    [
        ('level = "IV"\nsim', 'level = "V"\nsim', 'level = "V"', "level"),
        ("due_min = 30\n", "due_min = 0\n", "due_min = 0", "due_min"),
        ('after = ["close"]', 'after = ["cloze"]', 'after = ["cloze"]', "cloze"),
        ('id = "gullies"', 'id = "close"', 'id = "close"', "两次"),
        ('id = "gullies"', 'id = "gullies"\nafter = ["gullies"]', 'after = ["gullies"]', "互相等待"),
        ('title = { zh = "抽水车', 'titel = { zh = "抽水车', "titel", "title"),
        ('department = "construction"', 'department = "moon"', 'department = "moon"', "departments.csv"),
        ('source = "模拟：参照城镇', 'sauce = "模拟：参照城镇', None, "source"),
        ('zh = "抽水车', 'zh = 抽水车', "抽水车", "TOML"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_plan_is_said_with_file_line_and_what_to_do(
    tmp_path: Path, old: str, new: str, line_of: str | None, says: str
) -> None:
    text = GOOD.replace(old, new, 1)
    path = written(tmp_path, text)

    with pytest.raises(FileBroken) as broken:
        load_plan(path, suhe_city().departments, suhe_city().rules)

    assert text != GOOD
    assert says in broken.value.in_language("zh")
    assert broken.value.path == str(path)
    assert broken.value.place.startswith("line ")
    if line_of is not None:
        line = int(broken.value.place.removeprefix("line "))
        found = text.splitlines()[line - 1]
        heads = [number + 1 for number, row in enumerate(text.splitlines()) if row.startswith("[[")]
        assert line_of in found or line in heads


def test_a_broken_plan_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    written(tmp_path, GOOD.replace("due_min = 30", "due_min = -1", 1))
    (tmp_path / "good.toml").write_text(GOOD, encoding="utf-8")

    plans, troubles = load_plans(tmp_path, suhe_city().departments, suhe_city().rules)

    assert list(plans) == ["good"]
    assert "own.toml" in troubles[0].in_language("en")
