"""KML and KMZ: buildings where polygons have heights, else points, lines and polygons; or a picture on the ground."""

import codecs
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from lxml import etree

from sanping.domain.china_outline import is_in_china
from sanping.domain.city import CityModel, Origin, SurfaceKind
from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.ground import Terrain, VectorLayer
from sanping.domain.text import Text
from sanping.formats.citygml_bytes import Damage, blocks, encoding_of
from sanping.formats.columns import Polygons, Rows, SkipLog, model_of_polygons
from sanping.formats.foreign_errors import foreign_errors_as_ours
from sanping.formats.framing import framing
from sanping.formats.kml_features import Placemark, Placemarks
from sanping.formats.kml_overlay import overlay_ground
from sanping.formats.safe_xml import safe_parser
from sanping.formats.vector import layer_or_model
from sanping.formats.vector_sources import VectorTable
from sanping.ports.model_reader import ReadOptions
from sanping.ports.progress import Progress

CRS = "EPSG:4326+5773"
"""KML counts in degrees of WGS 84 and metres above EGM96 (OGC 12-007r2, 5.3)."""
_LARGEST = 512 << 20
_BLOCK = 1 << 22

_READING = Text("正在读取 KML", "Reading the KML file")
_NO_XML = Text(
    "KML 的 XML 无法解析（{reason}）；请重新导出", "The KML's XML cannot be parsed ({reason}); export it again"
)
_TOO_DEEP = Text(
    "KML 嵌套超过 256 层，或某一项过大，像是恶意文件，已拒绝；请核实来源",
    "The KML nests over 256 deep or holds an oversized item, as hostile files do; it was refused, check its source",
)
_FLAT = Text("平面要素（文件里另有带高度的建筑，未一并显示）", "flat feature beside solids, which are shown alone")
_OVERLAY = Text("地面贴图（与要素在同一文件，未显示）", "picture on the ground in a file of features, not shown")
_CHINA = Text(
    "KML 按 WGS 84 经纬度读取；国内地图软件导出的可能是 GCJ-02，若有几百米偏移请指定坐标系 GCJ-02",
    "Read as degrees of WGS 84; Chinese map programs may export GCJ-02: name that CRS if all is hundreds of metres off",
)


class KmlReader:
    """Reads KML; KMZ is unpacked before."""

    name = "KML"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Say whether the file is XML with a KML root."""
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        is_text = start.startswith(b"<") or head.startswith((b"\xff\xfe", b"\xfe\xff"))
        return is_text and (b"<kml" in head or b"opengis.net/kml" in head or path.suffix.lower() == ".kml")

    def read(self, path: Path, options: ReadOptions, progress: Progress) -> CityModel | VectorLayer | Terrain:
        """Read the placemarks; network links are counted, never followed.

        Settings are those of vector files: `default_height_m`, `storey_height_m` and the columns.
        """
        progress.report(0.0, _READING)
        skips = SkipLog(str(path))
        with foreign_errors_as_ours(path):
            root = parsed_kml(path)
            found = Placemarks(root, skips)
            placemarks, overlays = found.placemarks(), found.overlays()
            progress.report(0.5, _READING)
            if not placemarks and overlays:
                return overlay_ground(overlays, path, options, skips)
            for overlay in overlays:
                skips.add(_OVERLAY, overlay.name)
            if not placemarks:
                raise skips.refusal()
            middle = placemarks[0].shape.representative_point() if placemarks else None
            notes = (_CHINA,) if middle is not None and is_in_china(middle.x, middle.y) and not options.crs else ()
            solid = [one for one in placemarks if one.is_solid]
            if solid and options.role in ("", "buildings", "bridges"):
                for one in placemarks:
                    if not one.is_solid:
                        skips.add(_FLAT, one.id)
                return _solids(solid, options, skips, notes)
            table = _table(placemarks, notes)
            return layer_or_model(table, options, skips, progress)


def parsed_kml(path: Path) -> Any:
    """Return the root element; raises `FileHostile` for a DOCTYPE, `FileBroken` for what is no XML."""
    if path.stat().st_size > _LARGEST:
        raise FileBroken(_NO_XML.with_values(reason=f"> {_LARGEST >> 20} MiB"))
    with path.open("rb") as file:
        head = file.read(1 << 16)
    codec = encoding_of(head)
    if codec == "utf-8" and not _is_utf8(path):  # Chinese programs write their own encoding and say nothing of it
        codec = "gb18030"
    root = _fed(path, codec)
    if root is None:
        raise FileBroken(_NO_XML.with_values(reason="?"))
    return root


def _is_utf8(path: Path) -> bool:
    """Say whether a file is UTF-8 to its end."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _fed(path: Path, codec: str) -> Any:
    parser = safe_parser(encoding="utf-8")
    try:
        for block in blocks(path, codec, Damage()):
            parser.feed(block)
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise FileBroken(_NO_XML.with_values(reason=str(error)[:120])) from error
    if any(fault.type_name == "ERR_RESOURCE_LIMIT" for fault in parser.feed_error_log):
        raise FileHostile(_TOO_DEEP)
    return root


def _table(placemarks: list[Placemark], notes: tuple[Text, ...]) -> VectorTable:
    """Return flat features; polygons that stand up to a height have it as an attribute."""
    shapes = np.empty(len(placemarks), dtype=object)
    shapes[:] = [one.shape for one in placemarks]
    is_raised = any("height" in one.attributes for one in placemarks)
    return VectorTable(
        format="KML",
        geometries=shapely.force_2d(shapes) if is_raised else shapes,
        ids=[one.id for one in placemarks],
        attributes=[one.attributes for one in placemarks],
        crs="EPSG:4326",
        notes=notes,
    )


def _solids(placemarks: list[Placemark], options: ReadOptions, skips: SkipLog, notes: tuple[Text, ...]) -> CityModel:
    """Return placemarks made of polygons in space."""
    rings: list[np.ndarray[Any, Any]] = []
    polygon_first, polygon_row = [0], []
    for row, one in enumerate(placemarks):
        for polygon in shapely.get_parts(one.shape):
            own = [shapely.get_coordinates(ring, include_z=True) for ring in shapely.get_rings(polygon)]
            rings += own
            polygon_first.append(len(rings))
            polygon_row.append(row)
    points = np.concatenate(rings)
    framed = framing(CRS, points, options)
    polygons = Polygons(
        points=framed.convert(points),
        ring_points=np.arange(len(points)),
        ring_start=np.concatenate(([0], np.cumsum([len(ring) for ring in rings]))),
        polygon_first_ring=np.array(polygon_first),
        polygon_row=np.array(polygon_row),
        polygon_surface=np.full(len(polygon_row), SurfaceKind.UNKNOWN, dtype=np.uint8),
    )
    word = "Bridge" if options.role == "bridges" else "Building"
    rows = Rows(
        ids=[one.id for one in placemarks],
        classes=[word] * len(placemarks),
        parent=np.full(len(placemarks), -1),
        attributes=[one.attributes for one in placemarks],
    )
    origin = Origin(format="KML", source_crs=framed.source_crs, notes=(*framed.notes, *notes))
    frame = framed.frame if framed.frame.vertical_datum else replace(framed.frame, vertical_datum="EGM96")
    return model_of_polygons(rows, polygons, frame=frame, origin=origin, skips=skips)
