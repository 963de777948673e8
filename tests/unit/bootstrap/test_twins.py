"""Scenes are found by name and by folder; what comes with the product is trusted, what was dropped in is not."""

from pathlib import Path

import pytest

from sanping.bootstrap.twins import folder_of, is_bundled, load_project, scenes
from sanping.domain.errors import ProjectInvalid
from sanping.settings import paths

SCENE = """
title = { zh = "示例", en = "Example" }
summary = { zh = "第三方场景", en = "Somebody's scene" }
twin = "suhe"
"""


@pytest.fixture
def dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SANPING_HOME", str(tmp_path))
    folder = paths.own_scenes() / "example"
    folder.mkdir(parents=True)
    (folder / "scene.toml").write_text(SCENE, encoding="utf-8")
    return folder


def test_a_scene_that_was_dropped_in_opens_by_its_name(dropped: Path) -> None:
    # given a pack in this person's folder of scenes
    # when it is named
    project = load_project(Path("example"))

    # then it is found, listed beside ours, and not trusted by itself
    assert (project.title.en, project.folder) == ("Example", dropped.resolve())
    assert "example" in [card.name for card in scenes()]
    assert not is_bundled(project.folder)


def test_the_bundled_twin_is_ours_and_nothing_is_found_where_nothing_is(dropped: Path) -> None:
    # given the twin that comes with the product
    # when it is looked for, and a name that nobody knows
    # then the one is trusted and the other refused
    assert folder_of(paths.default_twin() / "twin.toml") == paths.default_twin().resolve()
    assert folder_of(dropped / "scene.toml") == dropped.resolve()
    assert is_bundled(folder_of(paths.default_twin()))
    with pytest.raises(ProjectInvalid):
        folder_of(Path("atlantis"))
