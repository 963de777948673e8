"""`sanping export`: layers of a twin, or of loose files, as files for other programs."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from sanping.analysis.lightening import Lightening
from sanping.bootstrap.exporting import export
from sanping.bootstrap.files import load_project, project_of_files
from sanping.bootstrap.machine import settings as own_settings
from sanping.cli.declared import Command
from sanping.cli.terminal import TerminalProgress
from sanping.domain.text import Language, Text
from sanping.formats import project, scene_pack
from sanping.formats.outgoing.layers import ExportFormat, ExportWish, format_of
from sanping.formats.outgoing.lighter import weight_text
from sanping.formats.outgoing.parcel import Parcel, Pick
from sanping.ports.model_reader import ReadOptions
from sanping.settings import paths
from sanping.twin.project import TwinProject

_WRITTEN = Text("{path}\t{objects} 个对象\t{size} 字节", "{path}\t{objects} objects\t{size} bytes")
_SKIPPED = Text("略过 {count}：{reason}（{examples}）", "passed over {count}: {reason} ({examples})")

Sources = Annotated[
    tuple[Path, ...],
    Text(
        "孪生目录、场景名或模型文件，空为内置苏河孪生",
        "Folder of a twin, a scene, or model files; empty for the bundled Suzhou Creek",
    ),
]
Output = Annotated[
    Path,
    Text("输出文件；3D Tiles 为文件夹", "File to write; a folder for 3D Tiles"),
    Parameter(name=["--output", "-o"]),
]
Format = Annotated[
    ExportFormat | None,
    Text(
        "格式：cityjson、3dtiles、glb、gpkg、geoparquet；空则看文件名",
        "Format: cityjson, 3dtiles, glb, gpkg or geoparquet; by the file's name when left out",
    ),
]
Layers = Annotated[
    tuple[str, ...],
    Text("只导出这个图层，可重复", "Only this layer; may be repeated"),
    Parameter(name="--layer", negative=()),
]
Objects = Annotated[
    tuple[str, ...],
    Text("只导出这个对象，写作 图层/编号，可重复", "Only this object, as layer/id; may be repeated"),
    Parameter(name="--object", negative=()),
]
OutCrs = Annotated[
    str, Text("输出坐标系，如 EPSG:4490；空为孪生的", "CRS of the file, such as EPSG:4490; empty: the twin's")
]
Quantised = Annotated[
    bool,
    Text("位置量化为 16 位（GLB、3D Tiles）", "Store positions in 16 bits (GLB, 3D Tiles)"),
    Parameter(negative=()),
]
Offset = Annotated[
    float,
    Text(
        "3D Tiles 的高程加上该值（米），例如当地的大地水准面高",
        "Metres added to heights in 3D Tiles, such as the geoid's height of the place",
    ),
]


KeepShare = Annotated[
    float,
    Text(
        "轻量化：保留三角形的比例 0.01–1（GLB、3D Tiles、CityJSON）",
        "Make it lighter: the share of triangles to keep, 0.01 to 1 (GLB, 3D Tiles, CityJSON)",
    ),
    Parameter(validator=Number(gte=0.01, lte=1.0)),
]
DropHidden = Annotated[
    bool,
    Text("轻量化：去掉相接对象之间看不见的面", "Make it lighter: drop the faces that touching objects hide"),
    Parameter(negative=()),
]


def write_export(  # noqa: PLR0913  one parameter an option
    sources: Sources = (),
    /,
    *,
    output: Output,
    format: Format = None,
    layer: Layers = (),
    object: Objects = (),
    crs: OutCrs = "",
    quantised: Quantised = False,
    height_offset: Offset = 0.0,
    keep_triangles: KeepShare = 1.0,
    drop_hidden: DropHidden = False,
) -> int:
    """Write models, flat layers and their attributes for other programs."""
    settings = own_settings()
    twin = project_of(sources)
    wish = ExportWish(
        format=format or format_of(output),
        crs=crs,
        title=twin.title.in_language(settings.language),
        attribution=twin.attribution.in_language(settings.language),
        vertical_datum=twin.vertical_datum,
        is_quantised=quantised,
        height_offset_m=height_offset,
        lightening=Lightening(keep_share=keep_triangles, drops_hidden=drop_hidden),
    )
    pick = Pick(layers=layer, objects=_objects(object))
    parcel = Parcel(project=twin, pick=pick, wish=wish, target=output)
    with TerminalProgress(settings.language).heeding_interrupts() as progress:
        found = export(parcel, settings, progress)
    print(_say(_WRITTEN.with_values(path=output, objects=found.objects, size=found.bytes), settings.language))
    if found.weight.before:
        print(_say(weight_text(found.weight), settings.language))
    for skip in found.skipped:
        words = _SKIPPED.with_values(count=skip.count, reason=skip.reason, examples=", ".join(skip.examples))
        print(_say(words, settings.language))
    return 0


def project_of(sources: tuple[Path, ...]) -> TwinProject:
    """Return the twin, the scene or the loose files that are named, the bundled twin when nothing is."""
    if not sources:
        return load_project(paths.default_twin())
    first = sources[0]
    is_model = first.is_file() and first.name not in (project.FILE_NAME, scene_pack.FILE_NAME)
    return project_of_files(sources, ReadOptions()) if is_model or len(sources) > 1 else load_project(first)


def _objects(written: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, list[str]] = {}
    for word in written:
        layer, _, id = word.partition("/")
        found.setdefault(layer, []).append(id)
    return tuple((layer, tuple(ids)) for layer, ids in found.items())


def _say(text: Text, language: Language) -> str:
    return text.in_language(language)


EXPORT = Command(
    name="export",
    title=Text("把孪生的图层导出给其他软件", "Export layers of a twin for other programs"),
    run=write_export,
)
