"""Draws the house from the import graph: floors, rooms, and who imports whom."""

import tomllib
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import grimp

ROOT = "sanping"
EDGE_FLOOR = "edges"
FLOOR_OF_LAYER = {
    "__main__": "composition",
    "cli": "composition",
    "api": "composition",
    "bootstrap": "composition",
    "ui": "windows",
    "settings": "windows",
    "commands": "decisions",
    "stage": "decisions",
    "twin": "decisions",
    "analysis": "decisions",
    "wire": "decisions",
    "ports": "ports",
    "domain": "domain",
}
FLOOR_TITLES = {
    "composition": "5 组合 composition root",
    "windows": "4 窗口与设置 windows and settings",
    EDGE_FLOOR: "3 边缘 edges",
    "decisions": "2 决策 decisions",
    "ports": "1 端口 ports",
    "domain": "0 领域 domain",
}
Edges = dict[str, set[str]]


def room_imports() -> Edges:
    """Return for each room the rooms that its modules import."""
    graph = grimp.build_graph(ROOT, cache_dir=None)
    rooms = sorted(name.removeprefix(f"{ROOT}.") for name in graph.find_children(ROOT))
    edges: Edges = {room: set() for room in rooms}
    for importer in graph.modules - {ROOT}:
        for imported in graph.find_modules_directly_imported_by(importer) - {ROOT}:
            source, target = importer.split(".")[1], imported.split(".")[1]
            if source != target:
                edges[source].add(target)
    return edges


def without_detours(edges: Edges) -> Edges:
    """Leave out each arrow that a longer way down says already."""
    return {
        room: {target for target in targets if not any(target in _below(edges, other) for other in targets - {target})}
        for room, targets in edges.items()
    }


def _below(edges: Edges, room: str) -> set[str]:
    found: set[str] = set()
    waiting = [room]
    while waiting:
        for target in edges[waiting.pop()] - found:
            found.add(target)
            waiting.append(target)
    return found


def layers(repository: Path) -> list[str]:
    """Return the rooms from top to bottom, as the floors contract in pyproject.toml orders them."""
    contracts = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    declared = next(contract["layers"] for contract in contracts if contract["id"] == "floors")
    return [room.strip(" ()") for layer in declared for room in layer.split("|")]


def drawing(repository: Path) -> str:
    """Return the Mermaid drawing and the table of rooms."""
    edges = room_imports()
    ordered = [room for room in layers(repository) if room in edges]
    return "\n".join([*_mermaid(ordered, without_detours(edges)), "", *_table(ordered, edges)])


def _mermaid(ordered: Iterable[str], arrows: Edges) -> list[str]:
    rooms = list(ordered)
    lines = ["```mermaid", "flowchart TB"]
    for floor, title in FLOOR_TITLES.items():
        members = [room for room in rooms if FLOOR_OF_LAYER.get(room, EDGE_FLOOR) == floor]
        if members:
            lines += [f'  subgraph floor_{floor}["{title}"]', *(f"    {_node(room)}" for room in members), "  end"]
    lines += [f"  {_key(room)} --> {_key(target)}" for room in rooms for target in rooms if target in arrows[room]]
    return [*lines, "```"]


def _key(room: str) -> str:
    return f"room_{room.strip('_')}"


def _node(room: str) -> str:
    return f'{_key(room)}["{room}"]'


def _table(ordered: Iterable[str], edges: Edges) -> list[str]:
    rooms = list(ordered)
    lines = ["| room | what it is | imports |", "|---|---|---|"]
    for room in rooms:
        meaning = (import_module(f"{ROOT}.{room}").__doc__ or "").strip().split("\n")[0]
        targets = ", ".join(f"`{target}`" for target in rooms if target in edges[room]) or "nothing"
        lines.append(f"| `{room}` | {meaning} | {targets} |")
    return lines
