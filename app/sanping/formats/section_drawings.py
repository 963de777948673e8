"""A section as a drawing for CAD (DXF) and for paper (SVG): a layer for each class, one unit for one metre."""

from collections.abc import Iterator
from html import escape
from math import log10
from pathlib import Path

import shapely

from sanping.commands.section_drawing import DrawnClass, SectionDrawing
from sanping.domain.text import Language

GROUND_LAYER = "GROUND_LINE"
_PAPER_MM = 800.0
_STEPS = (1.0, 2.0, 5.0, 10.0)
_FINEST_M = 0.001
_METRES = 6
_DXF_LETTERS = 64


def write_section_dxf(path: Path, drawing: SectionDrawing, language: Language) -> int:
    """Write closed polylines with hatches on layers by class, R2010; return how many. Raises `OSError`."""
    from ezdxf.filemanagement import new  # noqa: PLC0415  a second, and only for those who write one

    document = new("R2010")
    document.units = _METRES
    document.header["$INSUNITS"] = _METRES
    space, count = document.modelspace(), 0
    for one in drawing.classes:
        layer = document.layers.add(dxf_layer(one.name))
        layer.rgb = one.colour
        layer.description = one.title.in_language(language)
        for part in _polygons(one):
            hatch = space.add_hatch(dxfattribs={"layer": layer.dxf.name})
            hatch.set_pattern_fill("ANSI31", scale=0.25)
            for number, ring in enumerate((part.exterior, *part.interiors)):
                corners = [(x, y) for x, y, *_ in list(ring.coords)[:-1]]
                space.add_lwpolyline(corners, close=True, dxfattribs={"layer": layer.dxf.name})
                hatch.paths.add_polyline_path(corners, is_closed=True, flags=1 if number == 0 else 16)
                count += 1
    if drawing.ground:
        document.layers.add(GROUND_LAYER)
        space.add_lwpolyline(drawing.ground, dxfattribs={"layer": GROUND_LAYER})
        count += 1
    document.saveas(path)
    return count


def write_section_svg(path: Path, drawing: SectionDrawing, language: Language) -> int:
    """Write one group for each class at a round scale; return the scale's denominator. Raises `OSError`."""
    shapes = [part for one in drawing.classes for part in _polygons(one)]
    boxes = [shape.bounds for shape in shapes] + ([shapely.LineString(drawing.ground).bounds] if drawing.ground else [])
    west, south = min((box[0] for box in boxes), default=0.0), min((box[1] for box in boxes), default=0.0)
    east, north = max((box[2] for box in boxes), default=1.0), max((box[3] for box in boxes), default=1.0)
    wide, high = max(east - west, 1.0), max(north - south, 1.0)
    scale = round_scale(max(wide, high))
    stroke = 0.00025 * scale
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{1000 * wide / scale:.3f}mm" '
        f'height="{1000 * high / scale:.3f}mm" viewBox="0 0 {wide:.3f} {high:.3f}" data-scale="1:{scale}" '
        f'data-origin="{west:.3f} {south:.3f}" data-unit="m">',
        f"<title>{escape(drawing.title.in_language(language))} 1:{scale}</title>",
    ]
    for one in drawing.classes:
        red, green, blue = one.colour
        lines.append(
            f'<g id="{escape(dxf_layer(one.name), quote=True)}" fill="rgb({red},{green},{blue})" fill-opacity="0.55" '
            f'stroke="#1c2430" stroke-width="{stroke:g}" fill-rule="evenodd">'
            f"<title>{escape(one.title.in_language(language))}</title>"
        )
        lines += [f'<path d="{_path(part, west, north)}"/>' for part in _polygons(one)]
        lines.append("</g>")
    if drawing.ground:
        places = " ".join(f"{x - west:.3f},{north - y:.3f}" for x, y in drawing.ground)
        lines.append(f'<polyline id="{GROUND_LAYER}" points="{places}" fill="none" stroke="#5a4632" '
                     f'stroke-width="{2 * stroke:g}"/>')  # fmt: skip
    path.write_text("\n".join([*lines, "</svg>", ""]), encoding="utf-8")
    return scale


def dxf_layer(class_name: str) -> str:
    """Return a class's name as CAD takes the name of a layer."""
    kept = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in class_name)
    return kept[:_DXF_LETTERS].upper() or "OBJECTS"


def round_scale(size_m: float) -> int:
    """Return n of the scale 1:n at which a size fits on a sheet: 1, 2 or 5 times a power of ten."""
    least = size_m * 1000.0 / _PAPER_MM
    power = 10.0 ** int(log10(least)) if least >= 1.0 else 1.0
    return int(next(power * step for step in _STEPS if power * step >= least))


def _polygons(one: DrawnClass) -> Iterator[shapely.Polygon]:
    for shape in one.shapes:
        for part in shapely.get_parts(shapely.simplify(shape, _FINEST_M)):
            if part.geom_type == "Polygon" and not part.is_empty:
                yield part


def _path(part: shapely.Polygon, west: float, north: float) -> str:
    rings = (part.exterior, *part.interiors)
    return "".join(
        "M" + "L".join(f"{x - west:.3f} {north - y:.3f}" for x, y, *_ in list(ring.coords)[:-1]) + "Z" for ring in rings
    )
