"""`settings.settings`, `settings.paths` and `settings.compatibility`."""

from pathlib import Path

import pytest

from sanping.domain.errors import ProjectInvalid
from sanping.settings import paths
from sanping.settings.compatibility import qt_trouble
from sanping.settings.settings import Settings, load_settings, save_settings, setting_title


def test_a_missing_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.json").quality == "auto"


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    # given settings that differ from the defaults
    wished = Settings(language="en", animation_hz=7, recent=("a", "b"))
    # when they go through the file
    save_settings(wished, tmp_path / "own" / "settings.json")
    # then they are equal
    assert load_settings(tmp_path / "own" / "settings.json") == wished


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_settings(Settings(quality="high"), tmp_path / "settings.json")
    monkeypatch.setenv("SANPING_QUALITY", "soft")
    assert load_settings(tmp_path / "settings.json").quality == "soft"


@pytest.mark.parametrize("content", ['{"animation_hz": 900}', '{"animation_hz"', "[]", ""])
def test_a_wrong_file_is_refused_with_its_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(content)
    with pytest.raises(ProjectInvalid) as caught:
        load_settings(path)
    assert caught.value.path == str(path)


def test_every_setting_has_a_title_in_both_languages() -> None:
    titles = [setting_title(name) for name in Settings.model_fields]
    assert all(title.zh and title.en and title.zh != title.en for title in titles)


@pytest.mark.parametrize(("value", "language"), [("en_GB.UTF-8", "en"), ("zh_CN.UTF-8", "zh"), ("C.UTF-8", "zh")])
def test_the_language_follows_the_environment(monkeypatch: pytest.MonkeyPatch, value: str, language: str) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", value)
    assert Settings().language == language


def test_sanping_home_gathers_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANPING_HOME", str(tmp_path))
    places = [paths.settings_file(), paths.cache_folder(), paths.pictures_folder()]
    assert all(place.is_relative_to(tmp_path) for place in places)
    assert paths.assets().is_dir()
    assert paths.default_twin().is_relative_to(paths.bundled_models())


def test_the_breaking_pair_of_python_and_qt_is_named() -> None:
    assert qt_trouble((3, 11), (6, 11)) is None
    assert qt_trouble((3, 12), (6, 12)) is None
    trouble = qt_trouble((3, 11), (6, 12))
    assert trouble is not None
    assert "6.12" in trouble.en
