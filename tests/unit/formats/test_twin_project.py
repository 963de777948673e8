"""`formats.project`, `formats.project_schema` and `formats.project_import`."""

import gzip
from pathlib import Path

import pytest

from sanping.domain.errors import InputError, ProjectInvalid
from sanping.formats.project import guessed_role, load_project, project_of_files, role_of
from sanping.formats.project_import import Incoming, add_to_project
from sanping.ports.model_reader import ReadOptions

HEAD = """
title = { zh = "小城" }
crs = "epsg:4549"
latitude = 31.24
longitude = 121.42
moment = 2026-06-21T14:00:00+08:00
attribution = { zh = "测试", en = "Test" }
"""
LAYER = """
[[layers]]
name = "houses"
title = { zh = "房屋", en = "Houses" }
role = "buildings"
path = %s
group = { zh = "模型" }
storeys_column = "CS"
"""


def twin(folder: Path, content: str) -> Path:
    (folder / "twin.toml").write_text(content, encoding="utf-8")
    return folder


def test_a_twin_is_read_with_its_layers_and_their_settings(tmp_path: Path) -> None:
    # given a twin with one layer
    project = load_project(twin(tmp_path, HEAD + LAYER % '"a/houses.gpkg"'))
    # then names are normalised, English falls back to Chinese, further keys become settings
    assert project.crs == "EPSG:4549"
    assert project.title.en == "小城"
    (layer,) = project.layers
    assert layer.path == tmp_path.resolve() / "a" / "houses.gpkg"
    assert layer.options.target_crs == "EPSG:4549"
    assert layer.options.settings == (("storeys_column", "CS"),)


def test_a_layer_of_a_server_has_its_address_and_needs_consent(tmp_path: Path) -> None:
    url = "https://tiles.example.org/city/tileset.json?token=7"
    layer = LAYER.replace("path = %s", f'url = "{url}"')
    (entry,) = load_project(twin(tmp_path, HEAD + layer)).layers
    assert (entry.url, entry.needs_consent) == (url, True)

    # then neither both, nor none, nor another kind of address will do
    for wrong in (f'url = "{url}"\npath = "a.json"', "", 'url = "file:///etc/passwd"', 'url = "https://u:p@h/a"'):
        with pytest.raises(ProjectInvalid):
            load_project(twin(tmp_path, HEAD + LAYER.replace("path = %s", wrong)))


def test_an_address_on_the_command_line_is_a_layer_that_the_person_named(tmp_path: Path) -> None:
    files = [Path("https://tiles.example.org:8443/city/tileset.json?token=7"), tmp_path / "a.gpkg"]
    tiles, file = project_of_files(files, ReadOptions()).layers
    assert (tiles.url, tiles.needs_consent) == ("https://tiles.example.org:8443/city/tileset.json?token=7", False)
    assert (tiles.name, tiles.role) == ("tileset", "buildings")
    assert not file.url


def test_the_bundled_twin_is_valid_and_says_that_it_is_synthetic(repository: Path) -> None:
    project = load_project(repository / "cim_models" / "suhe")
    assert project.is_synthetic
    assert {"terrain", "buildings", "water", "roads"} <= {entry.role for entry in project.layers}
    assert all(entry.path.is_file() for entry in project.layers)
    assert project.bookmarks


@pytest.mark.parametrize(
    "path",
    [
        "../out.gpkg", "a/../../out.gpkg", "/etc/passwd", "//server/share/a.gpkg", "C:/a.gpkg", "C:a.gpkg",
        "c:\\\\a.gpkg",
        "\\\\\\\\server\\\\share\\\\a.gpkg", "\\\\\\\\?\\\\C:\\\\a.gpkg", "\\\\a.gpkg",
        "..\\\\out.gpkg", "a\\\\..\\\\..\\\\out.gpkg",
        ".", "./", "a/..", "link/secret.gpkg", "link", "a\\u0000b.gpkg", "./../out.gpkg", "/", "..", "",
    ],
)  # fmt: skip
def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    # given a twin with a link that leads out of it
    outside = tmp_path / "outside"
    home = tmp_path / "home"
    outside.mkdir()
    home.mkdir()
    (home / "link").symlink_to(outside)
    # when a layer names the path
    twin(home, HEAD + LAYER % f'"{path}"')
    # then the twin is refused and the key named
    with pytest.raises(ProjectInvalid) as caught:
        load_project(home)
    assert caught.value.place.startswith("layers.0.path")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("", "title"),
        (HEAD.replace("31.24", "131.24"), "latitude"),
        (HEAD.replace("+08:00", ""), "moment"),
        (HEAD + 'unknown = "key"', "unknown"),
        (HEAD.replace("epsg:4549", "EPSG:999999"), "crs"),
        (HEAD + LAYER % '"a"' + LAYER % '"b"', "layers"),
        (HEAD + (LAYER % '"a"').replace('"buildings"', '"castle"'), "layers.0.role"),
        (
            HEAD + "[[bookmarks]]\nname = { zh = '近' }\ntarget = [1.0, 2.0, 3.0]\ndistance = -5.0",
            "bookmarks.0.distance",
        ),
        (HEAD + "[[", ""),
    ],
)
def test_an_impossible_file_is_refused_with_the_key(tmp_path: Path, content: str, place: str) -> None:
    with pytest.raises(ProjectInvalid) as caught:
        load_project(twin(tmp_path, content))
    assert caught.value.path.endswith("twin.toml")
    assert caught.value.place == place


def test_a_folder_without_a_twin_and_a_file_that_is_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectInvalid):
        load_project(tmp_path)
    (tmp_path / "twin.toml").write_bytes(b"\xff\xfe\x00title")
    with pytest.raises(ProjectInvalid):
        load_project(tmp_path)


def test_loose_files_get_unique_names_and_likely_roles(tmp_path: Path) -> None:
    files = [tmp_path / "a" / "city.geojson", tmp_path / "b" / "city.geojson", tmp_path / "dem.tif"]
    project = project_of_files(files, ReadOptions(crs="EPSG:4490"))
    assert [entry.name for entry in project.layers] == ["city", "city-2", "dem"]
    assert [entry.role for entry in project.layers] == ["buildings", "buildings", "terrain"]
    tiles = project_of_files([tmp_path / "新区" / "tileset.json"], ReadOptions())
    assert [entry.name for entry in tiles.layers] == ["新区"]
    assert guessed_role(Path("苏州河水系.shp")) == "water"
    with pytest.raises(ProjectInvalid):
        role_of(files[0], ReadOptions(role="castle"))


def test_adding_files_copies_them_with_their_parts_and_declares_them(tmp_path: Path) -> None:
    # given a twin and a Shapefile of three parts whose name needs quoting
    home = tmp_path / "home"
    home.mkdir()
    twin(home, HEAD)
    for suffix in (".shp", ".dbf", ".shx", ".txt"):
        (tmp_path / f'房 "屋"{suffix}').write_bytes(b"x")
    # when it is added twice
    file = Incoming(path=tmp_path / '房 "屋".shp', role="buildings")
    added = [*add_to_project(home, [file], ReadOptions(crs="GCJ-02")), *add_to_project(home, [file], ReadOptions())]
    # then both copies lie in folders of their own, without the part that is none, and the twin still opens
    assert [entry.options.crs for entry in added] == ["GCJ-02", ""]
    assert len({entry.name for entry in load_project(home).layers}) == 2
    assert sorted(path.suffix for path in added[0].path.parent.iterdir()) == [".dbf", ".shp", ".shx"]
    assert added[0].title.zh == '房 "屋"'


def test_a_failed_addition_leaves_the_twin_as_it_was(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    twin(home, HEAD)
    (tmp_path / "good.obj").write_text("v 0 0 0")
    files = [Incoming(path=tmp_path / name, role="buildings") for name in ("good.obj", "missing.obj")]
    with pytest.raises(InputError):
        add_to_project(home, files, ReadOptions())
    assert (home / "twin.toml").read_text(encoding="utf-8") == HEAD
    assert sorted(path.name for path in home.iterdir()) == ["twin.toml"]


def test_all_missing_keys_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "twin.toml").write_text('title = { zh = "甲", en = "A" }\n', encoding="utf-8")

    with pytest.raises(ProjectInvalid) as caught:
        load_project(tmp_path)

    assert "crs, latitude, longitude" in caught.value.message.en
    assert "缺少" in caught.value.message.zh


def test_what_belongs_to_a_model_is_copied_with_it(tmp_path: Path) -> None:
    # given a glTF with a buffer of another name in a folder, one that lies outside, and a placement beside it
    home, source = tmp_path / "home", tmp_path / "from"
    (source / "parts").mkdir(parents=True)
    home.mkdir()
    twin(home, HEAD)
    (source / "parts" / "a b.bin").write_bytes(b"x")
    (tmp_path / "secret.bin").write_bytes(b"x")
    (source / "wood.png").write_bytes(b"x")
    images = '{"uri": "wood.png"}'
    buffers = '{"uri": "parts/a%20b.bin"}, {"uri": "../secret.bin"}, {"uri": "data:,"}'
    content = f'{{"asset": {{"version": "2.0"}}, "buffers": [{buffers}], "images": [{images}]}}'
    (source / "house.gltf").write_text(content)
    (source / "model.toml").write_text('crs = "EPSG:4549"\n')

    added = add_to_project(home, [Incoming(path=source / "house.gltf", role="buildings")], ReadOptions())

    into = added[0].path.parent
    found = sorted(path.relative_to(into).as_posix() for path in into.rglob("*") if path.is_file())
    assert found == ["house.gltf", "model.toml", "parts/a b.bin", "wood.png"]


@pytest.mark.parametrize("name_of_city", ["city.gml", "city.gml.gz"])
def test_a_georeferenced_picture_is_copied_with_its_world_file(tmp_path: Path, name_of_city: str) -> None:
    home, source = tmp_path / "home", tmp_path / "from"
    (source / "looks").mkdir(parents=True)
    home.mkdir()
    twin(home, HEAD)
    for name in ("looks/roof.jpg", "looks/roof.jgw", "looks/other.jgw"):
        (source / name).write_bytes(b"x")
    text = b"<CityModel><app:imageURI>looks\\roof.jpg</app:imageURI></CityModel>"
    (source / name_of_city).write_bytes(gzip.compress(text) if name_of_city.endswith(".gz") else text)

    added = add_to_project(home, [Incoming(path=source / name_of_city, role="buildings")], ReadOptions())

    looks = added[0].path.parent / "looks"
    assert sorted(path.name for path in looks.iterdir()) == ["roof.jgw", "roof.jpg"]


def test_a_packed_file_that_cannot_be_unpacked_is_not_added(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    twin(home, HEAD)
    (tmp_path / "city.gml.gz").write_bytes(b"\x1f\x8bnonsense")

    with pytest.raises(InputError, match="gzip"):
        add_to_project(home, [Incoming(path=tmp_path / "city.gml.gz", role="buildings")], ReadOptions())

    assert sorted(path.name for path in home.iterdir()) == ["twin.toml"]


def test_a_tileset_is_added_with_all_that_lies_below_it(tmp_path: Path) -> None:
    source, home = tmp_path / "source", twin(tmp_path, HEAD)
    (source / "content").mkdir(parents=True)
    (source / "tileset.json").write_text("{}")
    (source / "content" / "a.glb").write_bytes(b"glTF")

    (layer,) = add_to_project(home, [Incoming(path=source / "tileset.json", role="buildings")], ReadOptions())

    assert (layer.path.parent / "content" / "a.glb").read_bytes() == b"glTF"
