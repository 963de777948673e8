"""A plan as `plan.toml`: people may read and edit it, and programs read it without running anything."""

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import msgspec

from sanping.domain.errors import FileBroken, FileHostile
from sanping.domain.plan import Alternative, Mass, Outline, Placement, Plan, SchemeModel
from sanping.domain.text import Text

PLAN_FILE, MODELS = "plan.toml", "models"
LARGEST_BYTES = 16 << 20
_MOST_MASSES, _MOST_CORNERS = 20_000, 2000
_TOO_LARGE = Text("方案文件超过 16 MB；请拆分方案", "The plan is over 16 MB; divide it")
_BROKEN = Text(
    "方案文件无法读取：{reason}。文件没有改动；请修正后重新打开，或用备份 plan.previous.toml 替换",
    "The plan cannot be read: {reason}. The file was left as it is; mend it, or put plan.previous.toml in its place",
)
_TOO_MANY = Text(
    "方案的体块或角点过多（上限 {limit}）；请简化", "The plan has more blocks or corners than {limit}; simplify"
)
_OUTSIDE = Text("模型“{name}”不在方案的 models 文件夹里", "The model {name} is not in the plan's folder models")
_FLAT = Text("轮廓少于三个角点，或坐标超出范围", "an outline has fewer than three corners, or lies out of range")


def read_plan(folder: Path) -> Plan:
    """Read the plan of a folder, named after it. Raises `FileBroken` or `FileHostile`; the file is never changed."""
    path = folder / PLAN_FILE
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise FileHostile(_TOO_LARGE, path=str(path))
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        plan = msgspec.convert({**document, "id": folder.name}, Plan)
        _check(plan, path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError, ValueError) as error:
        raise FileBroken(_BROKEN.with_values(reason=str(error)[:300]), path=str(path)) from error
    return plan


def _check(plan: Plan, path: Path) -> None:
    """Raise `FileHostile` or `ValueError` for what would harm or cannot be drawn."""
    masses = [
        mass for one in plan.alternatives for mass in (*one.masses, *(m for model in one.models for m in model.masses))
    ]
    outlines: list[Outline] = [plan.area]
    for mass in masses:
        outlines += [mass.outline, *mass.holes]
    if len(masses) > _MOST_MASSES or max(map(len, outlines)) > _MOST_CORNERS:
        raise FileHostile(_TOO_MANY.with_values(limit=_MOST_MASSES), path=str(path))
    if any(len(outline) < 3 or any(abs(x) > 1e8 or abs(y) > 1e8 for x, y in outline) for outline in outlines):
        raise ValueError(_FLAT.en)
    if any(mass.storeys < 1 or not 0.0 < mass.storey_m < 1e4 or abs(mass.base_m) > 1e5 for mass in masses):
        raise ValueError("storeys, storey_m, base_m")
    for model in (model for one in plan.alternatives for model in one.models):
        parts = PurePosixPath(model.file).parts
        if not 1 <= len(parts) <= 2 or {"..", "/"} & set(parts) or any(sign in model.file for sign in "\\:\0"):
            raise FileHostile(_OUTSIDE.with_values(name=model.file[:80]), path=str(path))
        if not 1e-6 < model.placement.scale < 1e6:
            raise ValueError("scale")


def plan_text(plan: Plan) -> str:
    """Return a plan as TOML, which `read_plan` takes back unchanged."""
    lines = [
        "# 规划方案 · a plan of Sanping 三屏: outlines are corners (east, north) in metres of the twin's CRS",
        f"title = {_word(plan.title)}",
        f"area = {_ring(plan.area)}",
        "",
        "[limits]",
        *(f"{name} = {_number(getattr(plan.limits, name))}" for name in plan.limits.__slots__),
    ]
    for alternative in plan.alternatives:
        lines += _alternative(alternative)
    return "\n".join((*lines, ""))


def _alternative(one: Alternative) -> Iterable[str]:
    yield from ("", "[[alternatives]]", f"id = {_word(one.id)}", f"name = {_word(one.name)}")
    yield f"kept = [{', '.join(f'[{_word(layer)}, {_word(id)}]' for layer, id in one.kept)}]"
    for mass in one.masses:
        yield from ("", "[[alternatives.masses]]", *_mass(mass))
    for model in one.models:
        yield from _model(model)


def _mass(mass: Mass) -> Iterable[str]:
    yield f"id = {_word(mass.id)}"
    yield f"outline = {_ring(mass.outline)}"
    if mass.holes:
        yield f"holes = [{', '.join(map(_ring, mass.holes))}]"
    yield f"base_m = {_number(mass.base_m)}"
    yield f"storeys = {mass.storeys}"
    yield f"storey_m = {_number(mass.storey_m)}"
    yield f"use = {_word(mass.use)}"
    if mass.building:
        yield f"building = {_word(mass.building)}"


def _model(model: SchemeModel) -> Iterable[str]:
    yield from ("", "[[alternatives.models]]")
    for name in ("id", "file", "title", "crs"):
        yield f"{name} = {_word(getattr(model, name))}"
    yield f"placement = {_placement(model.placement)}"
    for mass in model.masses:
        yield from ("", "[[alternatives.models.masses]]", *_mass(mass))


def _placement(placement: Placement) -> str:
    origin, at = (", ".join(map(_number, point)) for point in (placement.origin, placement.at))
    turn, scale = _number(placement.turn_deg), _number(placement.scale)
    return f"{{ origin = [{origin}], at = [{at}], turn_deg = {turn}, scale = {scale} }}"


def _ring(outline: Outline) -> str:
    return f"[{', '.join(f'[{_number(x)}, {_number(y)}]' for x, y in outline)}]"


def _number(value: float) -> str:
    """Return a number as TOML writes it, to the tenth of a millimetre."""
    return repr(round(float(value), 4))


def _word(text: str) -> str:
    """Return a text as a basic string of TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
