"""`sanping scenes`: which scenes there are, and where one drops another in."""

from sanping.bootstrap.machine import settings as own_settings
from sanping.bootstrap.twins import scenes
from sanping.cli.declared import Command
from sanping.domain.text import Text
from sanping.settings import paths

_DONE, _BROKEN = 0, 1
_DROP = Text(
    "打开：sanping run 名称；把场景包文件夹放进 {folder} 即可加入",
    "Open one with sanping run NAME; drop the folder of another into {folder}",
)
_TROUBLE = Text("打不开：{reason}", "cannot be opened: {reason}")


def list_scenes() -> int:
    """List the scenes by name, with what each shows; one that is broken says why."""
    language, cards = own_settings().language, scenes()
    for card in cards:
        words = card.summary if card.trouble is None else _TROUBLE.with_values(reason=card.trouble)
        print(f"{card.name}\t{card.title.in_language(language)}\t{words.in_language(language)}")
    print(_DROP.with_values(folder=str(paths.own_scenes())).in_language(language))
    return _BROKEN if any(card.trouble is not None for card in cards) else _DONE


SCENES = Command(
    name="scenes", title=Text("场景：列出可打开的场景包", "Scenes: list what can be opened"), run=list_scenes
)
