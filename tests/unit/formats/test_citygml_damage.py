"""Damaged CityGML: what came before the damage is kept and counted, or the file is refused with a reason."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.citygml_files import block, building, city, notes, read, read_text, reasons, written
from sanping.domain.errors import Cancelled, CrsMissing, FileBroken, InputError
from sanping.domain.text import Text
from sanping.formats.citygml import CityGmlReader
from sanping.ports.model_reader import ReadOptions

THREE = city(block("b1"), block("b2", x=20), block("b3", x=40))


@pytest.mark.parametrize(
    "text", ["", "   \n", "<", "<?xml version='1.0'?>", "version https://git-lfs.github.com/spec/v1\n"]
)
def test_files_without_anything_in_them_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(FileBroken) as caught:
        read_text(tmp_path, text)

    assert "city.gml" in str(caught.value)


def test_a_missing_file_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.gml", tmp_path):
        with pytest.raises(FileBroken):
            read(path)


def test_a_truncated_file_gives_the_objects_before_the_cut_and_the_line(tmp_path: Path) -> None:
    cut = THREE.index('"b3"') + 300

    model = read_text(tmp_path, THREE[:cut])

    assert list(model.features.ids) == ["b1", "b2"]
    assert re.search(r"damaged at line 6 .*2 objects", notes(model))
    assert model.origin.skipped[0].examples == ("line 6",)


def test_tags_closed_in_the_wrong_order_are_told_and_the_rest_is_read(tmp_path: Path) -> None:
    wrong = THREE.replace('<bldg:Building gml:id="b2">', '<bldg:Building gml:id="b2"><bldg:function>1</bldg:usage>')

    model = read_text(tmp_path, wrong)

    assert list(model.features.ids) == ["b1", "b2", "b3"]
    assert "line 5" in notes(model)


def test_damage_before_the_first_object_refuses_the_file_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FileBroken) as caught:
        read_text(tmp_path, THREE.replace("<gml:lowerCorner>", "<gml:lowerCorner <"))

    assert caught.value.place == "line 3"


@pytest.mark.parametrize("mistake", ["Müller & Söhne", "R&D; A&B", "bell \x07 here", "&nbsp;"])
def test_characters_that_xml_forbids_are_put_right_and_told(tmp_path: Path, mistake: str) -> None:
    named = THREE.replace('<bldg:Building gml:id="b1">', f'<bldg:Building gml:id="b1"><gml:name>{mistake}</gml:name>')

    model = read_text(tmp_path, named)

    assert list(model.features.ids) == ["b1", "b2", "b3"]
    assert "XML forbids" in notes(model)


def test_blanks_before_the_xml_declaration_do_no_harm(tmp_path: Path) -> None:
    model = read_text(tmp_path, "\n \n<?xml version='1.0' encoding='UTF-8'?>\n" + THREE.partition("?>")[2].lstrip())

    assert len(model.features) == 3


@pytest.mark.parametrize(
    ("text", "codec", "note"),
    [("Straße der Bäcker", "cp1252", "Windows-1252"), ("北京市朝阳区建国路", "gb18030", "GB 18030")],
)
def test_western_and_chinese_bytes_under_a_utf8_label_are_told_apart(
    tmp_path: Path, text: str, codec: str, note: str
) -> None:
    named = THREE.replace('<bldg:Building gml:id="b1">', f'<bldg:Building gml:id="b1"><gml:name>{text}</gml:name>')

    model = read(written(tmp_path, named.encode(codec)))

    assert note in notes(model)
    assert text in str(dict(model.features.attributes[0]))


def test_a_file_of_appearances_only_is_refused_with_a_reason(tmp_path: Path) -> None:
    texture = "<app:appearanceMember><app:Appearance><app:theme>day</app:theme></app:Appearance></app:appearanceMember>"

    with pytest.raises(FileBroken, match="没有可以绘制的城市对象"):
        read_text(tmp_path, city(more=texture))


def test_objects_without_geometry_refuse_the_file_with_counts(tmp_path: Path) -> None:
    with pytest.raises(FileBroken, match="× 2"):
        read_text(tmp_path, city(building("<bldg:function>1</bldg:function>"), building("", "b2")))


def test_a_level_that_nobody_has_refuses_the_file_with_that_reason(tmp_path: Path) -> None:
    with pytest.raises(FileBroken, match="LoD4"):
        read_text(tmp_path, THREE, lod="4")


def test_coordinates_of_rubbish_refuse_the_file(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        read_text(tmp_path, re.sub(r"<gml:posList>[^<]*", "<gml:posList>NaN NaN NaN NaN NaN NaN NaN NaN NaN", THREE))


def test_one_object_far_outside_every_crs_does_not_take_the_others_down(tmp_path: Path) -> None:
    model = read_text(tmp_path, THREE.replace(block("b3", x=40), block("b3", x=40).replace("5600000", "1e300")))

    assert {"b1", "b2"} <= set(model.features.ids)


def test_a_lone_building_as_root_is_read(tmp_path: Path) -> None:
    space = 'xmlns:gml="http://www.opengis.net/gml" xmlns:bldg="http://www.opengis.net/citygml/building/2.0"'

    model = read_text(tmp_path, block().replace("<bldg:Building", f"<bldg:Building {space}"), crs="EPSG:25832")

    assert list(model.features.ids) == ["b1"]


@pytest.mark.parametrize("member", ["gml:featureMember", "gml:featureMembers", "gml:member"])
def test_members_may_go_by_other_names(tmp_path: Path, member: str) -> None:
    model = read_text(tmp_path, THREE.replace("cityObjectMember>", f"{member}>"))

    assert list(model.features.ids) == ["b1", "b2", "b3"]


def test_comments_and_instructions_hide_what_they_hide(tmp_path: Path) -> None:
    hidden = f"<!-- <cityObjectMember>{block('old', 99)}</cityObjectMember> -->"
    text = THREE.replace('<bldg:Building gml:id="b2">', f'{hidden}<bldg:Building gml:id="b2"><?view <gml:posList>?>')

    model = read_text(tmp_path, text)

    assert list(model.features.ids) == ["b1", "b2", "b3"]
    assert model.extent.top == 12
    assert reasons(model) == {}


def test_blocks_may_be_cut_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_text(tmp_path, THREE)

    for size in (37, 100, 1_001, 4_096):
        monkeypatch.setattr("sanping.formats.citygml_bytes.BLOCK_BYTES", size)
        model = read_text(tmp_path, THREE)
        assert list(model.features.ids) == ["b1", "b2", "b3"]
        assert (model.extent, len(model.triangles)) == (whole.extent, len(whole.triangles))


def test_reading_stops_when_the_person_wishes(tmp_path: Path) -> None:
    class Impatient:
        def report(self, fraction: float, doing: Text) -> None:
            raise Cancelled(doing)

    with pytest.raises(Cancelled):
        CityGmlReader().read(written(tmp_path, THREE), ReadOptions(), Impatient())


@pytest.mark.parametrize(
    ("head", "is_ours"),
    [
        (THREE.encode(), True),
        (THREE.encode("utf-16"), True),
        (b'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"/>', False),
        (b'{"type": "CityJSON", "CityModel": 1}', False),
        (b"", False),
    ],
)
def test_citygml_is_recognised_by_its_content(head: bytes, is_ours: bool) -> None:
    assert CityGmlReader().recognises(Path("city.gml"), head) is is_ours


def _outcome(path: Path) -> str:
    """Read a file that may be broken; the only errors are ours, and no model is empty."""
    found: InputError | None = None
    try:
        model = read(path)
    except InputError as error:
        found = error
    if found is not None:
        assert found.in_language("en")
        assert found.path
        return type(found).__name__
    assert len(model.features) > 0
    assert len(model.triangles) > 0
    return "read"


MANGLED = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANGLED
@given(cut=st.integers(0, len(THREE)))
def test_a_file_cut_anywhere_is_read_in_part_or_refused(tmp_path: Path, cut: int) -> None:
    outcome = _outcome(written(tmp_path, THREE[:cut]))

    first_end = THREE.index("</cityObjectMember>") + len("</cityObjectMember>")
    assert (outcome == "read") == (cut >= first_end)


@MANGLED
@given(seed=st.integers(0, 2**32), times=st.integers(1, 5))
def test_a_file_with_swapped_lost_and_doubled_tags_is_read_in_part_or_refused(
    tmp_path: Path, seed: int, times: int
) -> None:
    choice = random.Random(seed)
    pieces = re.split(r"(<[^>]*>)", THREE)
    for _ in range(times):
        one, other = choice.randrange(len(pieces)), choice.randrange(len(pieces))
        change = choice.choice(["swap", "lose", "double", "noise"])
        if change == "swap":
            pieces[one], pieces[other] = pieces[other], pieces[one]
        elif change == "lose":
            pieces[one] = ""
        elif change == "double":
            pieces[one] *= 2
        else:
            pieces[one] = pieces[one][: len(pieces[one]) // 2] + choice.choice(["\0", "&", "<", "é", "-1e999", '"'])

    _outcome(written(tmp_path, "".join(pieces)))


@MANGLED
@given(places=st.lists(st.tuples(st.integers(0, len(THREE) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_a_file_with_flipped_bytes_is_read_in_part_or_refused(tmp_path: Path, places: list[tuple[int, int]]) -> None:
    data = bytearray(THREE.encode())
    for place, value in places:
        data[place % len(data)] = value

    _outcome(written(tmp_path, bytes(data)))


def test_a_wrong_crs_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(CrsMissing) as caught:
        read_text(tmp_path, city(block(), srs="EPSG:2"))

    assert caught.value.path.endswith("city.gml")
