"""Small files to start fuzzing from: a few points or triangles each, so that much damage is tried in little time.

`sealed_*` put the lengths and check codes of a damaged file right again, so that the damage reaches what lies behind.
"""

import io
import json
import re
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from pathlib import Path

import DracoPy
import geopandas
import laspy
import numpy as np
import rasterio
import shapely
from affine import Affine
from PIL import Image

CORNERS = np.array([[0, 0, 0], [1, 0, 0], [1, 2, 0], [0, 2, 0]], dtype="<f4")
SQUARE = np.array([[0, 1, 2], [0, 2, 3]], dtype="<u4")
_JSON, _BIN = 0x4E4F534A, 0x004E4942
_LOCAL, _CENTRAL = b"PK\x03\x04", b"PK\x01\x02"

MESHOPT_VERTICES = b"\xa0" + bytes([0b01, 0b01_10_00_00, 0, 0, 0]) * 4 + bytes(28) + bytes([9] * 4)
"""Elements of four bytes, as many as a group of 16 has."""
MESHOPT_TRIANGLES = bytes([0xE1, 0xF0, 0x00]) + bytes(16)
MESHOPT_INDICES = b"\xd1" + bytes([2 << 1, 2 << 1, 10 << 1 | 1]) + bytes(4)

ASCII_GRID = (
    b"ncols 3\nnrows 2\nxllcorner 635000\nyllcorner 3458000\ncellsize 2\nNODATA_value -9999\n1 2 3\n4 -9999 6.5\n"
)


def glb(content: dict[str, object], data: bytes) -> bytes:
    """Return a GLB of a JSON part, whose one buffer is declared here, and its binary part."""
    data += bytes(-len(data) % 4)
    text = json.dumps({"asset": {"version": "2.0"}, "buffers": [{"byteLength": len(data)}], **content}).encode()
    text += b" " * (-len(text) % 4)
    chunks = struct.pack("<II", len(text), _JSON) + text + struct.pack("<II", len(data), _BIN) + data
    return b"glTF" + struct.pack("<II", 2, 12 + len(chunks)) + chunks


def square_glb() -> bytes:
    """Return a square of two triangles, named, turned and coloured."""
    accessors = [
        {"bufferView": 0, "componentType": 5126, "count": 4, "type": "VEC3"},
        {"bufferView": 1, "componentType": 5125, "count": 6, "type": "SCALAR"},
    ]
    views = [{"buffer": 0, "byteLength": 48}, {"buffer": 0, "byteOffset": 48, "byteLength": 24}]
    part = {"attributes": {"POSITION": 0}, "indices": 1, "material": 0}
    node = {"mesh": 0, "name": "甲", "rotation": [0, 0.6, 0, 0.8], "translation": [1, 2, 3], "scale": [1, 2, 1]}
    content: dict[str, object] = {
        "bufferViews": views, "accessors": accessors, "meshes": [{"primitives": [part]}], "nodes": [node],
        "scenes": [{"nodes": [0]}], "scene": 0,
        "materials": [{"pbrMetallicRoughness": {"baseColorFactor": [1, 0, 0, 1]}}],
    }  # fmt: skip
    return glb(content, CORNERS.tobytes() + SQUARE.tobytes())


def draco_glb() -> bytes:
    """Return the same square packed with Draco."""
    packed = draco()
    name = "KHR_draco_mesh_compression"
    part = {
        "attributes": {"POSITION": 0},
        "indices": 1,
        "extensions": {name: {"bufferView": 0, "attributes": {"POSITION": 0}}},
    }
    accessors = [
        {"componentType": 5126, "count": 4, "type": "VEC3"},
        {"componentType": 5125, "count": 6, "type": "SCALAR"},
    ]
    content: dict[str, object] = {
        "bufferViews": [{"buffer": 0, "byteLength": len(packed)}], "accessors": accessors, "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [part]}], "extensionsUsed": [name], "extensionsRequired": [name],
    }  # fmt: skip
    return glb(content, packed)


def draco() -> bytes:
    """Return two triangles packed with Draco."""
    return bytes(DracoPy.encode(CORNERS, SQUARE, quantization_bits=11))


def meshopt_glb() -> bytes:
    """Return four points and their sequence of numbers packed with meshopt."""
    name = "EXT_meshopt_compression"
    views: list[dict[str, object]] = []
    data = b""
    for packed, count, stride, mode in ((MESHOPT_VERTICES, 4, 4, "ATTRIBUTES"), (MESHOPT_TRIANGLES, 6, 2, "TRIANGLES")):
        said = {
            "buffer": 0,
            "byteOffset": len(data),
            "byteLength": len(packed),
            "byteStride": stride,
            "count": count,
            "mode": mode,
        }
        views.append({"buffer": 1, "byteLength": count * stride, "extensions": {name: said}})
        data += packed + bytes(-len(packed) % 4)
    views[0]["byteStride"] = 4
    accessors = [
        {"bufferView": 0, "componentType": 5121, "count": 4, "type": "VEC3", "normalized": True},
        {"bufferView": 1, "componentType": 5123, "count": 6, "type": "SCALAR"},
    ]
    return glb(
        {
            "bufferViews": views, "accessors": accessors, "nodes": [{"mesh": 0}], "extensionsUsed": [name],
            "buffers": [{"byteLength": len(data)}, {"byteLength": 64}],
            "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        },
        data,
    )  # fmt: skip


def batched(kind: bytes, features: dict[str, object], binary: bytes, body: bytes = b"") -> bytes:
    """Return a tile of 3D Tiles 1.0 (`b3dm`, `i3dm` or `pnts`) with a feature table and a table of two rows."""
    tables = []
    for content in (features, {"height": [3, 4], "name": ["甲", "乙"]}):
        text = json.dumps(content).encode()
        tables.append(text + b" " * (-len(text) % 8))
    lengths = (len(tables[0]), len(binary), len(tables[1]), 0)
    mode = struct.pack("<I", 1) if kind == b"i3dm" else b""
    whole = 28 + len(mode) + len(tables[0]) + len(binary) + len(tables[1]) + len(body)
    return kind + struct.pack("<6I", 1, whole, *lengths) + mode + tables[0] + binary + tables[1] + body


def points_tile() -> bytes:
    """Return three coloured points."""
    wish: dict[str, object] = {"POINTS_LENGTH": 3, "POSITION": {"byteOffset": 0}, "RGB": {"byteOffset": 36}}
    return batched(b"pnts", wish, CORNERS[:3].tobytes() + bytes(range(9)) + bytes(3))


def instances_tile() -> bytes:
    """Return one square at two places."""
    wish: dict[str, object] = {"INSTANCES_LENGTH": 2, "POSITION": {"byteOffset": 0}}
    return batched(b"i3dm", wish, CORNERS[:2].tobytes(), square_glb())


def quantized_mesh() -> bytes:
    """Return a terrain tile of four points and two triangles."""
    head = struct.pack("<3d2f4d3dI", 4e6, 4e6, 3e6, 10.0, 20.0, 4e6, 4e6, 3e6, 1000.0, 0, 0, 0, 4)
    places = np.array([[0, 32767, 32767, 0], [0, 0, 32767, 32767], [0, 16000, 32767, 5]])
    between = np.diff(places, axis=1, prepend=0)
    packed = ((between << 1) ^ (between >> 63)).astype("<u2").tobytes()
    return head + packed + struct.pack("<I", 2) + np.array([0, 0, 0, 3, 1, 0], "<u2").tobytes() + bytes(16)


def scene_layer() -> bytes:
    """Return an I3S package with one node of two triangles; nothing in it is packed."""
    points = np.array([[0, 0, 0], [1e-4, 0, 0], [1e-4, 0, 6], [0, 0, 0], [1e-4, 0, 6], [0, 0, 6]], "<f4")
    geometry = struct.pack("<II", 6, 2) + points.tobytes()
    geometry += np.array([7, 8], "<u8").tobytes() + np.array([[0, 0], [1, 1]], "<u4").tobytes()
    buffer = {
        "offset": 8, "position": {"type": "Float32", "component": 3}, "featureId": {"type": "UInt64", "component": 1},
        "faceRange": {"type": "UInt32", "component": 2},
    }  # fmt: skip
    stored = [{"key": "f_0", "name": "层数", "attributeValues": {"valueType": "Int32"}}]
    layer = {
        "name": "楼", "layerType": "3DObject", "spatialReference": {"wkid": 4326},
        "geometryDefinitions": [{"geometryBuffers": [buffer]}], "attributeStorageInfo": stored,
    }  # fmt: skip
    mesh = {"geometry": {"definition": 0, "resource": 0, "vertexCount": 6}, "attribute": {"resource": 0}}
    node = {"obb": {"center": [121.4, 31.25, 10.0]}, "children": [], "mesh": mesh}
    return zipped(
        {
            "3dSceneLayer.json": json.dumps(layer).encode(),
            "nodepages/0.json": json.dumps({"nodes": [node]}).encode(),
            "nodes/0/geometries/0.bin": geometry,
            "nodes/0/attributes/f_0/0.bin": struct.pack("<Iii", 2, 3, 18),
        }
    )


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip of unpacked entries."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return sink.getvalue()


def kml() -> bytes:
    """Return a document of one extruded place mark."""
    corners = "121.4,31.25,20 121.401,31.25,20 121.401,31.251,20 121.4,31.25,20"
    return (
        '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>甲</name><Polygon>'
        "<extrude>1</extrude><altitudeMode>relativeToGround</altitudeMode><outerBoundaryIs><LinearRing><coordinates>"
        f"{corners}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></Document></kml>"
    ).encode()


def cloud(suffix: str) -> bytes:
    """Return a point cloud of ten points, as LAS or LAZ by its suffix."""
    points = laspy.LasData(laspy.LasHeader(point_format=7, version="1.4"))
    points.x, points.y, points.z = np.random.default_rng(1).uniform(0, 100, (3, 10))
    with tempfile.TemporaryDirectory() as folder:
        points.write(Path(folder) / f"a{suffix}")
        return (Path(folder) / f"a{suffix}").read_bytes()


def raster(**how: object) -> bytes:
    """Return a GeoTIFF of 8 by 8 heights in metres, in EPSG:4549."""
    heights = np.arange(64, dtype="f4").reshape(1, 8, 8)
    shape = {"width": 8, "height": 8, "count": 1, "dtype": "float32"}
    place = {"crs": "EPSG:4549", "transform": Affine(2, 0, 635000, 0, -2, 3458000), "nodata": -9999.0}
    with rasterio.MemoryFile() as memory:
        with memory.open(driver="GTiff", **shape, **place, **how) as file:
            file.write(heights)
        return bytes(memory.read())


def height_picture(kind: str) -> bytes:
    """Return a map tile of 8 by 8 heights around 10 m written as colours."""
    value = np.full((8, 8), 100_100) + np.arange(64).reshape(8, 8)
    pixels = np.stack([value >> 16, value >> 8 & 255, value & 255], axis=-1).astype(np.uint8)
    sink = io.BytesIO()
    Image.fromarray(pixels).save(sink, kind, **({"lossless": True} if kind == "WEBP" else {}))
    return sink.getvalue()


def map_tiles() -> bytes:
    """Return an MBTiles database of one such tile, in pages of 512 bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mbtiles"
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA page_size = 512")
            database.execute("CREATE TABLE metadata (name, value)")
            database.execute("CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)")
            database.execute("INSERT INTO metadata VALUES ('encoding', 'mapbox')")
            database.execute("INSERT INTO tiles VALUES (14, 13718, 9719, ?)", (height_picture("PNG"),))
        database.close()
        return path.read_bytes()


def geopackage() -> bytes:
    """Return a GeoPackage of two footprints: only the tables and columns that it must have, in pages of 512 bytes."""
    tables = (
        "gpkg_spatial_ref_sys (srs_name, srs_id INTEGER PRIMARY KEY, organization, organization_coordsys_id, "
        "definition)",
        "gpkg_contents (table_name PRIMARY KEY, data_type, identifier, description, last_change, min_x, min_y, max_x, "
        "max_y, srs_id)",
        "gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m)",
        "a (fid INTEGER PRIMARY KEY, geom POLYGON, height REAL, name TEXT)",
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        with sqlite3.connect(path) as database:
            for words in ("page_size = 512", "application_id = 0x47504b47", "user_version = 10300"):
                database.execute(f"PRAGMA {words}")
            for table in tables:
                database.execute(f"CREATE TABLE {table}")
            database.execute("INSERT INTO gpkg_spatial_ref_sys VALUES ('', -1, 'NONE', -1, 'undefined')")
            place = "'2026-11-22T00:00:00.000Z', 635000, 3458000, 635040, 3458020, -1"
            database.execute(f"INSERT INTO gpkg_contents VALUES ('a', 'features', 'a', '', {place})")
            database.execute("INSERT INTO gpkg_geometry_columns VALUES ('a', 'geom', 'POLYGON', -1, 0, 0)")
            for x, height, name in ((635000, 9.0, "甲"), (635030, 12.5, "乙")):
                box = shapely.to_wkb(shapely.box(x, 3458000, x + 10, 3458020), byte_order=1)
                row = (struct.pack("<2sBBi", b"GP", 0, 1, -1) + box, height, name)
                database.execute("INSERT INTO a (geom, height, name) VALUES (?, ?, ?)", row)
        database.close()
        return path.read_bytes()


def city_json() -> bytes:
    """Return one building of two surfaces."""
    ring = [[[0, 1, 2, 3]], [[0, 3, 1]]]
    words = {"surfaces": [{"type": "RoofSurface"}, {"type": "WallSurface"}], "values": [0, 1]}
    shape = {"type": "MultiSurface", "lod": "2", "boundaries": ring, "semantics": words}
    city = {
        "type": "CityJSON", "version": "2.0",
        "transform": {"scale": [0.01, 0.01, 0.01], "translate": [635000, 3458000, 0]},
        "metadata": {"referenceSystem": "https://www.opengis.net/def/crs/EPSG/0/4549"},
        "vertices": [[0, 0, 0], [1000, 0, 0], [1000, 2000, 0], [0, 2000, 900]],
        "CityObjects": {"甲": {"type": "Building", "attributes": {"层数": 3}, "geometry": [shape]}},
    }  # fmt: skip
    return json.dumps(city, ensure_ascii=False).encode()


def city_gml() -> bytes:
    """Return one building with a roof."""
    ring = "635000 3458000 9 635010 3458000 9 635010 3458020 9 635000 3458000 9"
    return (
        '<?xml version="1.0"?><CityModel xmlns="http://www.opengis.net/citygml/2.0" '
        'xmlns:gml="http://www.opengis.net/gml" xmlns:bldg="http://www.opengis.net/citygml/building/2.0">'
        '<gml:boundedBy><gml:Envelope srsName="EPSG:4549" srsDimension="3"/></gml:boundedBy>'
        '<cityObjectMember><bldg:Building gml:id="甲"><bldg:measuredHeight uom="m">9'
        "</bldg:measuredHeight><bldg:boundedBy><bldg:RoofSurface><bldg:lod2MultiSurface><gml:MultiSurface>"
        "<gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>"
        f"{ring}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></gml:surfaceMember></gml:MultiSurface>"
        "</bldg:lod2MultiSurface></bldg:RoofSurface></bldg:boundedBy></bldg:Building></cityObjectMember></CityModel>"
    ).encode()


def ifc() -> bytes:
    """Return a building of one wall on a storey, with a property."""
    lines = [
        "#2=IFCSIUNIT(*,.LENGTHUNIT.,.MILLI.,.METRE.)", "#3=IFCUNITASSIGNMENT((#2))",
        "#4=IFCCARTESIANPOINT((0.,0.,0.))",
        "#5=IFCAXIS2PLACEMENT3D(#4,$,$)", "#6=IFCDIRECTION((0.,1.))",
        "#7=IFCGEOMETRICREPRESENTATIONCONTEXT($,'Model',3,1.E-5,#5,#6)",
        "#1=IFCPROJECT('0000000000000000000001',$,'P',$,$,$,$,(#7),#3)", "#8=IFCLOCALPLACEMENT($,#5)",
        "#12=IFCBUILDINGSTOREY('0000000000000000000004',$,'1',$,$,#8,$,$,.ELEMENT.,0.)",
        "#13=IFCRELAGGREGATES('0000000000000000000005',$,$,$,#1,(#12))", "#20=IFCCARTESIANPOINT((0.,0.))",
        "#21=IFCAXIS2PLACEMENT2D(#20,$)", "#22=IFCRECTANGLEPROFILEDEF(.AREA.,$,#21,4000.,200.)",
        "#23=IFCDIRECTION((0.,0.,1.))", "#24=IFCEXTRUDEDAREASOLID(#22,#5,#23,3000.)",
        "#25=IFCSHAPEREPRESENTATION(#7,'Body','SweptSolid',(#24))", "#26=IFCPRODUCTDEFINITIONSHAPE($,$,(#25))",
        "#27=IFCWALL('0000000000000000000008',$,'W',$,$,#8,#26,'T',$)",
        "#28=IFCRELCONTAINEDINSPATIALSTRUCTURE('0000000000000000000009',$,$,$,(#27),#12)",
        "#40=IFCPROPERTYSINGLEVALUE('FireRating',$,IFCLABEL('2h'),$)",
        "#41=IFCPROPERTYSET('0000000000000000000010',$,'Pset_WallCommon',$,(#40))",
        "#42=IFCRELDEFINESBYPROPERTIES('0000000000000000000011',$,$,$,(#27),#41)",
    ]  # fmt: skip
    head = "ISO-10303-21;HEADER;FILE_DESCRIPTION((''),'2;1');FILE_NAME('','',(''),(''),'','','');FILE_SCHEMA(('IFC4'));"
    return (head + "ENDSEC;DATA;\n" + ";\n".join(lines) + ";\nENDSEC;END-ISO-10303-21;\n").encode()


def table_files(suffix: str) -> dict[str, bytes]:
    """Return the files of two footprints with heights, by suffix: one, or the several of a shapefile."""
    boxes = [shapely.box(635000 + x, 3458000, 635010 + x, 3458020) for x in (0, 30)]
    table = geopandas.GeoDataFrame({"height": [9.0, 12.5], "name": ["甲", "乙"]}, geometry=boxes, crs="EPSG:4549")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        if suffix == ".parquet":
            table.to_parquet(path)
        else:
            table.to_file(path, engine="pyogrio")
        return {one.suffix: one.read_bytes() for one in sorted(Path(folder).iterdir())}


def sealed_glb(data: bytes) -> bytes:
    """Put the lengths of a GLB or of a tile of 3D Tiles right; other bytes come back as they are."""
    if data[:4] in (b"b3dm", b"i3dm", b"pnts", b"cmpt"):
        return data[:8] + struct.pack("<I", len(data)) + data[12:]
    at = data.find(b"BIN\0")
    if data[:4] != b"glTF" or at < 24:
        return data
    text = struct.pack("<I", at - 24) + data[16 : at - 4]
    return data[:8] + struct.pack("<I", len(data)) + text + struct.pack("<I", len(data) - at - 4) + data[at:]


def sealed_zip(data: bytes) -> bytes:
    """Put the check codes of a zip right, in the entries and in the list at its end, as far as it can be read."""
    try:
        entries = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, struct.error):
        return data
    whole = bytearray(data)
    listed = [found.start() for found in re.finditer(re.escape(_CENTRAL), data)]
    for entry, place in zip(entries, listed, strict=False):
        at = entry.header_offset
        if not 0 <= at <= len(data) - 30 or data[at : at + 4] != _LOCAL:
            continue
        start = at + 30 + sum(struct.unpack_from("<HH", data, at + 26))
        code = struct.pack("<I", zlib.crc32(data[start : start + entry.compress_size]))
        whole[at + 14 : at + 18] = code
        whole[place + 16 : place + 20] = code
    return bytes(whole)


def sealed_png(data: bytes) -> bytes:
    """Put the check codes of a PNG right; its parts end where their lengths say."""
    if data[:4] != b"\x89PNG":
        return data
    whole, at = bytearray(data), 8
    while at + 12 <= len(data):
        end = at + 8 + struct.unpack_from(">I", data, at)[0]
        if end + 4 > len(data):
            break
        whole[end : end + 4] = struct.pack(">I", zlib.crc32(data[at + 4 : end]))
        at = end + 4
    return bytes(whole)
