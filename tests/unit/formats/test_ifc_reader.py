"""`formats.ifc`, `formats.ifc_place`, `formats.ifc_words`, `formats.gathering`."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from sanping.domain.city import CityModel, SurfaceKind
from sanping.domain.errors import CrsMissing, CrsWrong, FileBroken, FormatUnknown, InputError
from sanping.formats.catalog import read
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import SilentProgress

PUTUO = "EPSG:4549"


def ifc(*more: str, schema: str = "IFC4", prefix: str = ".MILLI.", site: str = "$,$,$") -> str:
    """Return a building of one wall, 4 m long, 0.2 m thick and 3 m high, red, on the storey 一层."""
    size = (4000.0, 200.0, 3000.0) if prefix == ".MILLI." else (4.0, 0.2, 3.0)
    lines = [
        f"#2=IFCSIUNIT(*,.LENGTHUNIT.,{prefix},.METRE.);",
        "#3=IFCUNITASSIGNMENT((#2));",
        "#4=IFCCARTESIANPOINT((0.,0.,0.));",
        "#5=IFCAXIS2PLACEMENT3D(#4,$,$);",
        "#6=IFCDIRECTION((0.,1.));",
        "#7=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-5,#5,#6);",
        "#1=IFCPROJECT('0000000000000000000001',$,'P',$,$,$,$,(#7),#3);",
        "#8=IFCLOCALPLACEMENT($,#5);",
        f"#10=IFCSITE('0000000000000000000002',$,'S',$,$,#8,$,$,.ELEMENT.,{site},$,$);",
        "#11=IFCBUILDING('0000000000000000000003',$,'B',$,$,#8,$,$,.ELEMENT.,$,$,$);",
        "#12=IFCBUILDINGSTOREY('0000000000000000000004',$,'\\X2\\4E005C42\\X0\\',$,$,#8,$,$,.ELEMENT.,0.);",
        "#13=IFCRELAGGREGATES('0000000000000000000005',$,$,$,#1,(#10));",
        "#14=IFCRELAGGREGATES('0000000000000000000006',$,$,$,#10,(#11));",
        "#15=IFCRELAGGREGATES('0000000000000000000007',$,$,$,#11,(#12));",
        "#20=IFCCARTESIANPOINT((0.,0.));",
        "#21=IFCAXIS2PLACEMENT2D(#20,$);",
        f"#22=IFCRECTANGLEPROFILEDEF(.AREA.,$,#21,{size[0]},{size[1]});",
        "#23=IFCDIRECTION((0.,0.,1.));",
        f"#24=IFCEXTRUDEDAREASOLID(#22,#5,#23,{size[2]});",
        "#25=IFCSHAPEREPRESENTATION(#7,'Body','SweptSolid',(#24));",
        "#26=IFCPRODUCTDEFINITIONSHAPE($,$,(#25));",
        "#27=IFCWALL('0000000000000000000008',$,'\\X2\\5899\\X0\\',$,$,#8,#26,'T'"
        + (");" if schema == "IFC2X3" else ",$);"),
        "#28=IFCRELCONTAINEDINSPATIALSTRUCTURE('0000000000000000000009',$,$,$,(#27),#12);",
        "#30=IFCCOLOURRGB($,1.,0.,0.);",
        "#31=IFCSURFACESTYLERENDERING(#30,0.,$,$,$,$,$,$,.NOTDEFINED.);",
        "#32=IFCSURFACESTYLE($,.BOTH.,(#31));",
        "#33=IFCPRESENTATIONSTYLEASSIGNMENT((#32));" if schema == "IFC2X3" else "",
        "#34=IFCSTYLEDITEM(#24,(#33),$);" if schema == "IFC2X3" else "#34=IFCSTYLEDITEM(#24,(#32),$);",
        "#40=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('2h'),$);",
        "#41=IFCPROPERTYSET('0000000000000000000010',$,'Pset_WallCommon',$,(#40));",
        "#42=IFCRELDEFINESBYPROPERTIES('0000000000000000000011',$,$,$,(#27),#41);",
        "#43=IFCMATERIAL('C30');" if schema == "IFC2X3" else "#43=IFCMATERIAL('C30',$,$);",
        "#44=IFCRELASSOCIATESMATERIAL('0000000000000000000012',$,$,$,(#27),#43);",
        *more,
    ]
    head = "ISO-10303-21;HEADER;FILE_DESCRIPTION((''),'2;1');FILE_NAME('','',(''),(''),'','','');"
    head += f"FILE_SCHEMA(('{schema}'));ENDSEC;DATA;"
    return head + "\n" + "\n".join(line for line in lines if line) + "\nENDSEC;END-ISO-10303-21;\n"


def conversion(crs: str = "EPSG:4549", scale: str = "0.001", unit: str = "#51") -> tuple[str, ...]:
    """Return a map conversion to a corner of Putuo, turned by 90°."""
    return (
        "#51=IFCSIUNIT(*,.LENGTHUNIT.,$,.METRE.);",
        f"#52=IFCPROJECTEDCRS('{crs}',$,$,'1985',$,$,{unit});",
        f"#53=IFCMAPCONVERSION(#7,#52,635000.,3458000.,4.5,0.,1.,{scale});",
    )


def opened(path: Path, text: str, **options: object) -> CityModel:
    path.write_text(text, encoding="utf-8")
    model = read(path, ReadOptions(**options), SilentProgress())  # type: ignore[arg-type]
    assert isinstance(model, CityModel)
    return model


def size(model: CityModel) -> list[float]:
    return np.round(np.ptp(model.points, axis=0), 6).tolist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("schema", ["IFC2X3", "IFC4", "IFC4X3_ADD2"])
def test_a_wall_stands_below_its_storey_and_building_with_what_the_file_knows(tmp_path: Path, schema: str) -> None:
    model = opened(tmp_path / "a.ifc", ifc(schema=schema))
    features = model.features

    assert [features.class_of(row) for row in range(3)] == ["IfcBuilding", "IfcBuildingStorey", "IfcWall"]
    assert features.parent.tolist() == [-1, 0, 1]
    wall = features.attributes[2]
    assert (wall["name"], wall["storey"], wall["material"]) == ("墙", "一层", "C30")
    assert wall["Pset_WallCommon.FireRating"] == "2h"
    assert wall["base_colour"] == "#ff0000"
    assert set(model.triangle_surface.tolist()) == {SurfaceKind.WALL}
    assert model.origin.version == schema


@pytest.mark.parametrize("prefix", [".MILLI.", "$"])
def test_lengths_become_metres(tmp_path: Path, prefix: str) -> None:
    model = opened(tmp_path / "a.ifc", ifc(prefix=prefix))

    assert size(model) == [4.0, 0.2, 3.0]
    assert model.frame.crs == "LOCAL"


@pytest.mark.parametrize(("scale", "unit"), [("0.001", "#51"), ("1.", "#51"), ("$", "#51"), ("$", "$")])
def test_a_map_conversion_turns_and_moves_the_model(tmp_path: Path, scale: str, unit: str) -> None:
    model = opened(tmp_path / "a.ifc", ifc(*conversion(scale=scale, unit=unit)))

    assert (model.frame.crs, model.frame.vertical_datum) == ("EPSG:4549", "1985")
    assert size(model) == [0.2, 4.0, 3.0]
    assert model.extent.centre[:2] == pytest.approx((635000.0, 3458000.0))
    assert model.extent.bottom == pytest.approx(4.5)


def test_the_property_sets_of_ifc2x3_place_a_model_too(tmp_path: Path) -> None:
    sets = (
        "#51=IFCPROPERTYSINGLEVALUE('Eastings',$,IFCLENGTHMEASURE(635000.),$);",
        "#52=IFCPROPERTYSINGLEVALUE('Northings',$,IFCLENGTHMEASURE(3458000.),$);",
        "#53=IFCPROPERTYSINGLEVALUE('Name',$,IFCLABEL('EPSG:4549'),$);",
        "#54=IFCPROPERTYSET('0000000000000000000013',$,'ePSet_MapConversion',$,(#51,#52));",
        "#55=IFCPROPERTYSET('0000000000000000000014',$,'ePSet_ProjectedCRS',$,(#53));",
    )

    model = opened(tmp_path / "a.ifc", ifc(*sets, schema="IFC2X3"))

    assert model.frame.crs == "EPSG:4549"
    assert model.extent.centre[:2] == pytest.approx((635000.0, 3458000.0))
    assert size(model) == [4.0, 0.2, 3.0]


def test_a_conversion_to_a_nameless_crs_asks_for_it(tmp_path: Path) -> None:
    text = ifc(*conversion(crs="site grid 7"))

    with pytest.raises(CrsMissing, match="site grid 7"):
        opened(tmp_path / "a.ifc", text)
    assert opened(tmp_path / "a.ifc", text, crs=PUTUO).extent.centre[0] == pytest.approx(635000.0)


def test_the_degrees_of_the_site_place_a_model_and_say_that_they_do(tmp_path: Path) -> None:
    text = ifc(site="(31,14,52,701468),(121,24,0,907416),5000.")

    alone = opened(tmp_path / "a.ifc", text)
    in_twin = opened(tmp_path / "a.ifc", text, target_crs=PUTUO)
    shifted = opened(tmp_path / "a.ifc", text, crs="GCJ-02", target_crs=PUTUO)

    assert alone.frame.crs == in_twin.frame.crs == PUTUO
    assert alone.extent.bottom == pytest.approx(5.0)
    assert any("IfcSite" in note.en for note in in_twin.origin.notes)
    assert 300 < np.linalg.norm(np.subtract(shifted.extent.centre, in_twin.extent.centre)) < 800
    with pytest.raises(CrsWrong):
        opened(tmp_path / "a.ifc", text, target_crs="EPSG:2180")


def test_a_default_place_of_a_modelling_program_is_not_believed(tmp_path: Path) -> None:
    text = ifc(site="(42,21,31,181945),(-71,-3,-24,-263305),0.")

    model = opened(tmp_path / "a.ifc", text)

    assert model.frame.crs == "LOCAL"
    assert any("default" in note.en for note in model.origin.notes)
    with pytest.raises(CrsMissing):
        opened(tmp_path / "a.ifc", text, target_crs=PUTUO)


def test_a_position_in_the_settings_wins(tmp_path: Path) -> None:
    settings = (("position", [635100.0, 3458100.0, 3.0]), ("heading", 90.0))

    model = opened(tmp_path / "a.ifc", ifc(*conversion()), crs=PUTUO, settings=settings)

    assert model.extent.centre[:2] == pytest.approx((635100.0, 3458100.0))
    assert size(model) == [0.2, 4.0, 3.0]


def test_a_shape_that_cannot_be_built_is_counted_and_the_rest_kept(tmp_path: Path) -> None:
    broken = (
        "#61=IFCRECTANGLEPROFILEDEF(.AREA.,$,#21,-5.,0.);",
        "#62=IFCEXTRUDEDAREASOLID(#61,#5,#23,0.);",
        "#63=IFCSHAPEREPRESENTATION(#7,'Body','SweptSolid',(#62));",
        "#64=IFCPRODUCTDEFINITIONSHAPE($,$,(#63));",
        "#65=IFCWALL('0000000000000000000099',$,'bad',$,$,#8,#64,'T',$);",
    )

    model = opened(tmp_path / "a.ifc", ifc(*broken))

    assert len(model.triangles) == 12
    assert sum(entry.count for entry in model.origin.skipped) == 1
    assert "0000000000000000000099" in model.origin.skipped[0].examples[0]


def test_files_without_shapes_other_trades_and_damage_are_refused(tmp_path: Path) -> None:
    whole = ifc()
    empty = "\n".join(line for line in whole.splitlines() if not line.startswith("#27="))

    with pytest.raises(FileBroken):
        opened(tmp_path / "a.ifc", empty)
    with pytest.raises(FormatUnknown, match="AUTOMOTIVE"):
        opened(tmp_path / "a.ifc", whole.replace("IFC4", "AUTOMOTIVE_DESIGN"))
    for text in (whole[:40], whole[:400], whole.replace("#24=", "#24=IFC"), whole.replace("#8,#26,", "#8,#9999,")):
        with pytest.raises(InputError):
            opened(tmp_path / "a.ifc", text)


@pytest.mark.parametrize("schema", ["((4,'IFC4'))", "((ION(('')));FILE_SCHEMA(('IFC4'))", "('IFC4')"])
def test_a_schema_that_is_no_list_of_names_is_refused_before_the_parser_dies_of_it(tmp_path: Path, schema: str) -> None:
    # given a sound file whose head names its schema as no head may; a comment says it right
    text = ifc().replace("FILE_SCHEMA(('IFC4'))", f"/* FILE_SCHEMA(('IFC4')) */FILE_SCHEMA{schema}")

    # when it is opened, then it is refused, and this process lives
    with pytest.raises(FormatUnknown):
        opened(tmp_path / "a.ifc", text)


def test_what_the_parser_itself_finds_wrong_is_an_error_and_ends_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a head that the parser stumbles over, and that nobody looked at before it
    monkeypatch.setattr("sanping.formats.ifc._check_schema", lambda path: None)

    # when it is opened, then it is refused, and this process lives
    with pytest.raises(FileBroken):
        opened(tmp_path / "a.ifc", ifc().replace("FILE_SCHEMA(('IFC4'))", "FILE_SCHEMA($)"))


def test_an_ifczip_is_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.ifczip", "w") as file:
        file.writestr("house.ifc", ifc())

    assert isinstance(read(tmp_path / "a.ifczip", ReadOptions(), SilentProgress()), CityModel)
