"""`sanping secret`: passwords kept apart from settings and twins, which only point at them."""

import getpass
import sys
from typing import Annotated

from sanping.bootstrap.secret_keeping import own_secrets
from sanping.cli.declared import Command, Group
from sanping.cli.terminal import table
from sanping.domain.text import Language, Text
from sanping.ports.secrets import OWN_SERVICE
from sanping.settings import paths
from sanping.settings.settings import load_settings

Name = Annotated[str, Text("名称，例如 mqtt-broker", "Name, as mqtt-broker")]

_ASKING = Text("口令：", "Secret: ")
_WHERE = {"keyring": Text("系统钥匙串", "system keyring"), "file": Text("加密文件", "sealed file")}
_KEPT = Text(
    "已保存到{where}。在设置或孪生文件里写：{reference}",
    "Kept in: {where}. Write this in settings and files of twins: {reference}",
)
_ONLY_SEALED = Text(
    "本机没有可用的系统钥匙串：口令在加密文件里，密钥另存，均仅本用户可读；能以本用户运行程序的人仍可取得",
    "This machine has no keyring that can be used: the secret is in a sealed file, its key elsewhere, both for you "
    "alone; whoever can run programs as you can still get it",
)
_NONE = Text("没有名为“{name}”的口令", "No secret named “{name}” is kept")
_NOTHING = Text("没有保存任何口令", "No secret is kept")


def keep(name: Name, /) -> int:
    """Keep a secret; it is asked for, or read from stdin, and never shown."""
    language = _language()
    is_person = sys.stdin.isatty()
    secret = getpass.getpass(_ASKING.in_language(language)) if is_person else sys.stdin.readline().rstrip("\r\n")
    kept = own_secrets().keep(_plain(name), secret)
    words = _KEPT.with_values(where=_WHERE[kept.where].in_language(language), reference=kept.reference)
    print(words.in_language(language))
    if kept.where == "file":
        print(_ONLY_SEALED.in_language(language), file=sys.stderr)
    return 0


def listed() -> int:
    """List the names of what is kept, never a secret."""
    language = _language()
    rows = [(kept.reference, _WHERE[kept.where].in_language(language)) for kept in own_secrets().kept()]
    print(table(rows) if rows else _NOTHING.in_language(language))
    return 0


def remove(name: Name, /) -> int:
    """Forget a secret; 1 when there is none of that name."""
    if own_secrets().remove(_plain(name)):
        return 0
    print(_NONE.with_values(name=_plain(name)).in_language(_language()), file=sys.stderr)
    return 1


def _language() -> Language:
    return load_settings(paths.settings_file()).language


def _plain(name: str) -> str:
    """Return the name alone of what a person may have copied from a file."""
    return name.removeprefix("keyring:").removeprefix(f"{OWN_SERVICE}/")


SECRET = Group(
    name="secret",
    title=Text("口令：保存、列出、移除；设置里只写引用", "Secrets: keep, list, remove; settings only point at them"),
    commands=(
        Command(name="set", title=Text("保存或更换一个口令", "Keep a secret, or change one"), run=keep),
        Command(name="list", title=Text("列出口令的名称", "List the names of secrets"), run=listed),
        Command(name="remove", title=Text("移除一个口令", "Forget a secret"), run=remove),
    ),
)
