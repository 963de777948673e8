"""The page that shows every scene that comes along."""

from sanping.formats.scene_pack import scenes_in
from sanping.settings import paths

HEAD = """<!-- Written by `make docs` from the packs; do not edit. -->
# 场景 · Scenes

随产品附带的场景包；数据均为模拟。`sanping run 名称` 打开，大屏用 `sanping wall 名称`。
The packs that come along; all data are synthetic. `sanping run NAME` opens one, `sanping wall NAME` shows its wall.

自己做一个见[场景文件](reference/scene-toml.md)。
How to make one is in [the scene file](reference/scene-toml.md).
"""


def gallery() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for card in scenes_in((paths.bundled_scenes(),)):
        parts.append(f"## {card.title.zh} · {card.title.en}\n")
        parts.append(f"`{card.name}`: {card.summary.zh}\n{card.summary.en}\n")
        parts.append(f"![{card.title.zh}](pictures/scene-{card.name}.jpg)\n")
    return "\n".join(parts)
