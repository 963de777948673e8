"""`sanping check` and `sanping compare`: what is wrong with models, and what changed between two versions."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sanping.analysis.model_check import FAULTS, FLOATING_M, SUNK_M, UNITS, CheckLimits
from sanping.analysis.version_compare import CHANGES
from sanping.bootstrap.checking import CheckedLayer, CheckErrand, check, compare
from sanping.bootstrap.files import project_of_files
from sanping.bootstrap.machine import settings as own_settings
from sanping.cli.declared import Command
from sanping.cli.export import Sources, project_of
from sanping.cli.terminal import TerminalProgress, table
from sanping.domain.errors import InputError
from sanping.domain.text import Language, Text
from sanping.formats.fault_csv import write_fault_csv
from sanping.ports.model_reader import ReadOptions

_CLEAN, _FOUND = 0, 1

Names = Annotated[
    tuple[str, ...],
    Text("只检查这个图层，可重复", "Only this layer; may be repeated"),
    Parameter(name="--layer", negative=()),
]
Floating = Annotated[float, Text("悬空多少米算问题", "Metres above the ground that are a fault")]
Sunk = Annotated[float, Text("低于地面多少米算问题", "Metres below the ground that are a fault")]
AsJson = Annotated[bool, Text("输出 JSON", "Print JSON"), Parameter(name="--json", negative="")]
Sheet = Annotated[
    Path | None, Text("另存每个问题的 CSV", "Write each fault to a CSV file, too"), Parameter(name="--csv")
]
Before = Annotated[Path, Text("先前的模型文件", "File of the model before")]
After = Annotated[Path, Text("现在的模型文件", "File of the model now")]
Crs = Annotated[str, Text("未注明坐标系时用它", "CRS of files that do not say")]
_LINE = Text("{layer}：{objects} 个对象，{faults} 个问题", "{layer}: {objects} objects, {faults} faults")
_UNWRITABLE = Text("无法写入：{reason}；请换一个位置", "It cannot be written: {reason}; choose another place")
_SKIPPED = Text("读取时略过 {count}：{reason}", "left out in reading {count}: {reason}")


def check_models(  # noqa: PLR0913  one parameter an option
    sources: Sources = (),
    /,
    *,
    layer: Names = (),
    floating: Floating = FLOATING_M,
    sunk: Sunk = SUNK_M,
    as_json: AsJson = False,
    csv: Sheet = None,
) -> int:
    """Print what is wrong with the models: ids, solids, heights, place on the ground, collisions."""
    settings = own_settings()
    limits = CheckLimits(floating_m=floating, sunk_m=sunk)
    errand = CheckErrand(project=project_of(sources), layers=layer, limits=limits, settings=settings)
    with TerminalProgress(settings.language).heeding_interrupts() as progress:
        layers = check(errand, progress)
    if csv is not None:
        _write(csv, layers, settings.language)
    if as_json:
        print(json.dumps([_plain(one) for one in layers], ensure_ascii=False))
    else:
        print("\n\n".join(_readable(one, settings.language) for one in layers))
    return _FOUND if any(one.faults for one in layers) else _CLEAN


def compare_versions(before: Before, after: After, /, *, crs: Crs = "", as_json: AsJson = False) -> int:
    """Print what came, went and changed from one version of a model to the next."""
    settings = own_settings()
    old, new = (project_of_files([path], ReadOptions(crs=crs)) for path in (before, after))
    with TerminalProgress(settings.language).heeding_interrupts() as progress:
        changes = compare(old, new, settings, progress)
    if as_json:
        print(json.dumps([asdict(change) for change in changes], ensure_ascii=False))
        return _FOUND if changes else _CLEAN
    counts = Counter(change.kind for change in changes)
    rows = [[CHANGES[kind].in_language(settings.language), str(counts[kind])] for kind in CHANGES]
    print(table(rows))
    if changes:
        print()
        print(table([[CHANGES[c.kind].in_language(settings.language), c.id, f"{c.amount:.2f}"] for c in changes[:40]]))
    return _FOUND if changes else _CLEAN


def _readable(layer: CheckedLayer, language: Language) -> str:
    head = _LINE.with_values(layer=layer.entry.title, objects=layer.objects, faults=len(layer.faults))
    lines = [head.in_language(language)]
    counts = Counter(fault.kind for fault in layer.faults)
    rows = []
    for kind in FAULTS:
        worst = [fault for fault in layer.faults if fault.kind == kind][:3]
        if worst:
            named = "  ".join(f"{fault.id} {fault.amount:.2f}{UNITS[kind]} {fault.other}".strip() for fault in worst)
            rows.append([FAULTS[kind].in_language(language), str(counts[kind]), named])
    if rows:
        lines.append(table(rows))
    lines += [_SKIPPED.with_values(count=s.count, reason=s.reason).in_language(language) for s in layer.skipped]
    return "\n".join(lines)


def _plain(layer: CheckedLayer) -> dict[str, object]:
    faults = [asdict(fault) for fault in layer.faults]
    return {"layer": layer.entry.name, "objects": layer.objects, "faults": faults}


def _write(path: Path, layers: Sequence[CheckedLayer], language: Language) -> None:
    faults = ((layer.entry.title.in_language(language), fault) for layer in layers for fault in layer.faults)
    try:
        write_fault_csv(path, faults, language)
    except OSError as error:
        raise InputError(_UNWRITABLE.with_values(reason=error.strerror), path=str(path)) from error


CHECK = Command(name="check", title=Text("检查模型质量", "Check the quality of models"), run=check_models)
COMPARE = Command(
    name="compare", title=Text("比较模型的两个版本", "Compare two versions of a model"), run=compare_versions
)
