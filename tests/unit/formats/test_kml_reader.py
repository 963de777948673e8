"""`formats.kml`, `formats.kml_features`, `formats.kml_overlay`."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sanping.domain.city import CityModel
from sanping.domain.errors import FileBroken, FileHostile, InputError
from sanping.domain.ground import Terrain, VectorLayer
from sanping.formats.catalog import read
from sanping.ports.model_reader import Reading, ReadOptions
from sanping.ports.progress import SilentProgress

HEAD = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
STYLE = '<Style id="s"><PolyStyle><color>ff0000ff</color></PolyStyle></Style>'


def ring(height: str = "", west: float = 121.400) -> str:
    corners = [(0, 0), (0.0004, 0), (0.0004, 0.0003), (0, 0.0003), (0, 0)]
    return " ".join(f"{west + x},{31.25 + y}{',' + height if height else ''}" for x, y in corners)


def polygon(name: str, coordinates: str, more: str = "", words: str = "") -> str:
    outer = f"<outerBoundaryIs><LinearRing><coordinates>{coordinates}</coordinates></LinearRing></outerBoundaryIs>"
    return f"<Placemark><name>{name}</name>{words}<Polygon>{more}{outer}</Polygon></Placemark>"


def kml(*parts: str, head: str = HEAD) -> str:
    return head + "".join(parts) + "</Document></kml>"


def opened(path: Path, text: str | bytes, **options: object) -> Reading:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path, ReadOptions(**options), SilentProgress())  # type: ignore[arg-type]


EXTRUDED = "<extrude>1</extrude><altitudeMode>relativeToGround</altitudeMode>"


def test_polygons_that_stand_up_to_a_height_become_blocks(tmp_path: Path) -> None:
    words = (
        "<styleUrl>#s</styleUrl><ExtendedData><Data name='层数'><value>7</value></Data>"
        "<SchemaData><SimpleData name='用途'>办公</SimpleData></SchemaData></ExtendedData>"
    )
    text = kml(STYLE, "<Folder><name>一期</name>", polygon("甲", ring("24"), EXTRUDED, words), "</Folder>")

    model = opened(tmp_path / "a.kml", text)

    assert isinstance(model, CityModel)
    assert model.frame.crs == "EPSG:4549"
    assert model.features.height_m.tolist() == pytest.approx([24.0])
    known = model.features.attributes[0]
    assert (known["name"], known["层数"], known["用途"], known["folder"]) == ("甲", 7, "办公", "一期")
    assert known["base_colour"] == "#ff0000"
    assert any("GCJ-02" in note.en for note in model.origin.notes)
    shifted = opened(tmp_path / "a.kml", text, crs="GCJ-02")
    assert isinstance(shifted, CityModel)
    assert 300 < np.linalg.norm(np.subtract(shifted.extent.centre, model.extent.centre)) < 800


def test_walls_and_roofs_in_space_become_one_object_each_placemark(tmp_path: Path) -> None:
    wall = "121.4,31.25,4 121.4004,31.25,4 121.4004,31.25,16 121.4,31.25,16 121.4,31.25,4"
    absolute = "<altitudeMode>absolute</altitudeMode>"
    surfaces = "".join(
        f"<Polygon>{absolute}<outerBoundaryIs><LinearRing><coordinates>{one}</coordinates></LinearRing>"
        "</outerBoundaryIs></Polygon>"
        for one in (wall, ring("16"))
    )
    house = f"<Placemark><name>楼</name><MultiGeometry>{surfaces}</MultiGeometry></Placemark>"

    model = opened(tmp_path / "a.kml", kml(house, polygon("地块", ring())))

    assert isinstance(model, CityModel)
    assert model.features.ids == ["楼"]
    assert (model.extent.bottom, model.extent.top) == (4.0, 16.0)
    assert len(model.triangles) == 4
    assert [entry.examples for entry in model.origin.skipped] == [("地块",)]


def test_points_lines_and_tracks_become_a_layer(tmp_path: Path) -> None:
    track = "<gx:Track><when/><gx:coord>121.4 31.25 3</gx:coord><gx:coord>121.41 31.25 3</gx:coord></gx:Track>"
    text = kml(
        "<Placemark><name>点</name><Point><coordinates>121.4,31.25</coordinates></Point></Placemark>",
        "<Placemark><name>线</name><LineString><coordinates>121.4,31.25 121.41,31.26</coordinates></LineString>"
        "</Placemark>",
        f"<Placemark><name>轨迹</name>{track}</Placemark>",
        "<Placemark><name>坏</name><Point><coordinates>no,31</coordinates></Point></Placemark>",
        "<NetworkLink><Link><href>http://example.org/more.kml</href></Link></NetworkLink>",
    )

    layer = opened(tmp_path / "a.kml", text)

    assert isinstance(layer, VectorLayer)
    assert list(layer.ids) == ["点", "线", "轨迹"]
    assert {shape.geom_type for shape in layer.geometries} == {"Point", "LineString"}
    told = {entry.reason.en: entry.examples for entry in layer.origin.skipped}
    assert told["network link, not followed"] == ("http://example.org/more.kml",)
    assert len(told) == 2


def test_a_picture_on_the_ground_lies_in_its_box(tmp_path: Path) -> None:
    sink = io.BytesIO()
    Image.fromarray(np.full((40, 60, 3), (200, 10, 10), np.uint8)).save(sink, "PNG")
    (tmp_path / "p.png").write_bytes(sink.getvalue())
    box = "<LatLonBox><north>31.26</north><south>31.25</south><east>121.42</east><west>121.40</west></LatLonBox>"
    overlay = "<GroundOverlay><name>图</name><Icon><href>{}</href></Icon>" + box + "</GroundOverlay>"

    ground = opened(tmp_path / "a.kml", kml(overlay.format("p.png"), overlay.format("https://example.org/p.png")))

    assert isinstance(ground, Terrain)
    assert ground.imagery is not None
    assert ground.imagery.extent.diagonal_m == pytest.approx(np.hypot(1905, 1109), rel=0.03)
    middle = ground.imagery.pixels[ground.imagery.pixels.shape[0] // 2, ground.imagery.pixels.shape[1] // 2]
    assert middle.tolist() == [200, 10, 10]
    for href in ("https://example.org/p.png", "../p.png", "gone.png", ""):
        with pytest.raises(FileBroken):
            opened(tmp_path / "b.kml", kml(overlay.format(href)))


def test_kmz_is_unpacked_and_chinese_encodings_are_understood(tmp_path: Path) -> None:
    text = kml(polygon("楼宇", ring("24"), EXTRUDED))
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as file:
        file.writestr("doc.kml", text)
        file.writestr("files/other.kml", kml())
    packed = read(tmp_path / "a.kmz", ReadOptions(), SilentProgress())
    undeclared = opened(tmp_path / "b.kml", text.encode("gb18030"))
    declared = opened(tmp_path / "c.kml", text.replace("UTF-8", "GBK").encode("gbk"))

    for model in (packed, undeclared, declared):
        assert isinstance(model, CityModel)
        assert model.features.ids == ["楼宇"]


def test_undeclared_prefixes_are_forgiven(tmp_path: Path) -> None:
    text = kml(polygon("甲", ring("9"), EXTRUDED + "<gx:drawOrder>1</gx:drawOrder>"), head="<kml><Document>")

    assert isinstance(opened(tmp_path / "a.kml", text), CityModel)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE kml [<!ENTITY a "aaaa">]><kml>&a;</kml>',
        '<?xml version="1.0"?><!DOCTYPE kml SYSTEM "file:///etc/passwd"><kml/>',
    ],
)
def test_doctypes_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileHostile):
        opened(tmp_path / "a.kml", text)


def test_empty_and_broken_documents_are_refused_with_a_reason(tmp_path: Path) -> None:
    whole = kml(polygon("甲", ring("24"), EXTRUDED))
    link = kml("<NetworkLink><Link><href>http://example.org/more.kml</href></Link></NetworkLink>")

    with pytest.raises(FileBroken, match="网络链接"):
        opened(tmp_path / "a.kml", link)
    for text in (kml(), "<kml/>", whole[:100], "<kml>" * 5000, kml("<Placemark/>")):
        with pytest.raises(InputError):
            opened(tmp_path / "a.kml", text)
