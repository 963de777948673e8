"""The files that how-to pages have one write are files that the program takes."""

import re
from pathlib import Path

from sanping.bootstrap.files import load_project
from sanping.ui.wall.layout import read_layout

GUIDES = Path(__file__).resolve().parents[3] / "docs" / "how-to"
SCENE_FILES = ("scene.toml", "quantities.csv", "stations.csv", "curves.csv", "rules.toml", "wall/16x9.toml")


def blocks_of(page: str) -> list[str]:
    return re.findall(r"^```(?:toml|csv)\n(.*?)^```", (GUIDES / page).read_text("utf-8"), re.S | re.M)


def test_the_scene_of_the_guide_opens(tmp_path: Path) -> None:
    # given the files of the page, in their order
    (tmp_path / "wall").mkdir()
    for name, words in zip(SCENE_FILES, blocks_of("own-scene.md"), strict=True):
        (tmp_path / name).write_text(words, encoding="utf-8")

    # when the scene is opened
    project = load_project(tmp_path)
    layout = read_layout(tmp_path / "wall" / "16x9.toml")

    # then its stations, its rule and its panel are there
    assert [station.id for station in project.live.stations] == ["park-1", "park-2"]
    assert [rule.id for rule in project.live.rules] == ["park-full"]
    assert "bars" in [panel.panel for panel in layout.panels]


def test_the_head_of_a_twin_of_the_guide_is_enough_to_import_into(tmp_path: Path) -> None:
    # given the head of the page
    (head,) = blocks_of("own-city.md")
    (tmp_path / "twin.toml").write_text(head, encoding="utf-8")

    # then it is a twin
    assert load_project(tmp_path).crs == "EPSG:4549"
