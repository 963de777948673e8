"""A scene pack is laid over a twin; what is wrong with one is said with its file and place, and nothing of it runs."""

from pathlib import Path

import pytest

from sanping.domain.errors import FileBroken, ProjectInvalid
from sanping.domain.quantity import quantity
from sanping.formats.live_tables import load_curves, load_quantities
from sanping.formats.scene_pack import load_twin, scenes_in

MODELS = Path(__file__).parents[3] / "cim_models"
SCENE = """
title = { zh = "医保", en = "Insurance" }
summary = { zh = "机构与运行", en = "Institutions at work" }
twin = "suhe"
without = ["grid"]
[live]
stations = "stations.csv"
quantities = "quantities.csv"
curves = "curves.csv"
[[sources]]
name = "claims"
adapter = "http"
title = { zh = "结算", en = "Claims" }
simulated = true
settings = { url = "http://127.0.0.1:9999/readings", station = "station", values = "claims_today = claims_today" }
"""
STATIONS = "id,name,kinds,lon,lat,address.http\nh1,一院,site,121.42,31.24,h1\n"
QUANTITIES = "code,title,title_en,unit,decimals,group\nclaims_today,今日结算,Claims today,笔,0,city\n"
CURVES = "station,quantity,mode,base,swing\nh*,claims_today,today,40,0.6\n"


def pack(folder: Path, scene: str = SCENE, **files: str) -> Path:
    folder.mkdir(parents=True)
    content = {"scene.toml": scene, "stations.csv": STATIONS, "quantities.csv": QUANTITIES, "curves.csv": CURVES}
    for name, text in {**content, **files}.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_pack_is_its_twin_with_another_life(tmp_path: Path) -> None:
    # given a pack over the bundled city
    folder = pack(tmp_path / "insurance")

    # when it is opened
    twin, scene = load_twin(MODELS / "suhe", MODELS), load_twin(folder, MODELS)

    # then the city is the twin's, and what lives is the pack's
    assert scene.title.en == "Insurance"
    assert scene.folder == folder.resolve()
    assert {layer.name for layer in twin.layers} - {layer.name for layer in scene.layers} == {"grid"}
    assert [station.id for station in scene.live.stations] == ["h1"]
    assert [source.name for source in scene.live.sources] == ["claims"]
    assert scene.bookmarks == twin.bookmarks
    assert (quantity("claims_today").title.zh, quantity("claims_today").unit) == ("今日结算", "笔")


def test_a_pack_may_keep_what_lives_in_its_twin(tmp_path: Path) -> None:
    # given a pack that adds to the life of the city
    folder = pack(tmp_path / "more", "keeps_live = true\n" + SCENE.replace('["grid"]', "[]"))

    # when it is opened
    twin, scene = load_twin(MODELS / "suhe", MODELS), load_twin(folder / "scene.toml", MODELS)

    # then both live
    assert len(scene.live.stations) == len(twin.live.stations) + 1
    assert [river.name for river in scene.live.rivers] == [river.name for river in twin.live.rivers]
    assert {source.name for source in scene.live.sources} > {source.name for source in twin.live.sources}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (('twin = "suhe"', 'twin = "atlantis"'), "twin"),
        (('twin = "suhe"', 'twin = "../suhe"'), "twin"),
        (('without = ["grid"]', 'without = ["dragons"]'), "without"),
        (('stations = "stations.csv"', 'stations = "../stations.csv"'), "live.stations"),
        (('title = { zh = "医保"', 'programme = "x.py"\ntitle = { zh = "医保"'), "programme"),
    ],
)
def test_what_is_wrong_with_a_pack_is_named(tmp_path: Path, change: tuple[str, str], place: str) -> None:
    # given a pack that names what is not there, or lies outside
    folder = pack(tmp_path / "wrong", SCENE.replace(*change))

    # when it is opened
    with pytest.raises(ProjectInvalid) as caught:
        load_twin(folder, MODELS)

    # then file and place are told
    assert (Path(caught.value.path).name, caught.value.place) == ("scene.toml", place)


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("quantities.csv", QUANTITIES + "claims_today,again,again,,0,city\n", "line 3"),
        ("quantities.csv", QUANTITIES.replace("claims_today", "water_level"), "line 2"),
        ("quantities.csv", "code\nx\n", ""),
        ("curves.csv", CURVES + "h*,claims_today,backwards,1,1\n", "line 3"),
        ("curves.csv", "station,quantity\n", ""),
    ],
)
def test_a_table_that_is_wrong_says_where(tmp_path: Path, name: str, content: str, place: str) -> None:
    # given a table with a row that cannot be
    folder = pack(tmp_path / "table", **{name: content})

    # when the pack is opened
    with pytest.raises(FileBroken) as caught:
        load_twin(folder, MODELS)

    # then file and line are told
    assert (Path(caught.value.path).name, caught.value.place) == (name, place)


def test_the_tables_alone_give_their_rows(tmp_path: Path) -> None:
    # given good tables
    folder = pack(tmp_path / "good")

    # when they are read
    # then each row is there
    assert [one.code for one in load_quantities(folder / "quantities.csv")] == ["claims_today"]
    assert load_curves(folder / "curves.csv")[0].mode == "today"


def test_scenes_are_listed_and_a_broken_one_is_not_lost(tmp_path: Path) -> None:
    # given a good pack, a broken one, and a folder that is none
    pack(tmp_path / "good")
    pack(tmp_path / "bad", "title = 3")
    (tmp_path / "other").mkdir()

    # when they are listed
    cards = scenes_in([tmp_path, tmp_path / "nowhere"])

    # then both are there, and the broken one says why
    assert [(card.name, card.trouble is None) for card in cards] == [("bad", False), ("good", True)]
    assert cards[1].summary.zh == "机构与运行"
