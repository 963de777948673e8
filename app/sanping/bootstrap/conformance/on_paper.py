"""The checks that run no hub: the manifest, the files, what the code imports, and what the decoder makes of rubbish."""

import ast
import importlib
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from sanping.bootstrap.conformance.finding import Finding, found
from sanping.bootstrap.conformance.trial import package_folder, trial_table
from sanping.domain.errors import FrameBroken, ProjectInvalid
from sanping.domain.text import Text
from sanping.hub.manifests import Manifest, Words, checked_settings

FILES = ("__init__.py", "manifest.toml", "README.md", "source.py", "decode.py", "simulator.py")
LONGEST_S = 1.0
INPUTS = 300
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{2}")
_USUAL_BYTES = b"0123456789ABCDEF#&;=,\r\n~\x02\x03"
_ENGLISH = re.compile(r"[A-Za-z]+ [a-z]+ [a-z]+")
_SECRET = re.compile(r"password|passwd|secret|token|api_?key", re.IGNORECASE)
_KNOWN_TO_ALL = ("sanping.ports", "sanping.domain")

_EMPTY = Text("{place} 缺少{language}文字", "{place} has no {language} words")
_ZH, _EN = Text("中文", "Chinese"), Text("英文", "English")
_NO_REASON = Text("等级没有写明依据", "The grade gives no reason")
_NO_BOUNDS = Text("设置 {key} 没有上下限", "The setting {key} has no bounds")
_NO_CHOICES = Text("设置 {key} 没有可选值", "The setting {key} has no choices")
_OPEN_SECRET = Text("设置 {key} 应为 secret 类型，且不带默认值", "The setting {key} must be a secret without a default")
_NO_FILE = Text("缺少 {name}", "{name} is missing")
_BAD_CODE = Text("{name} 无法解析：{reason}", "{name} cannot be parsed: {reason}")
_FAR = Text("{name} 导入了 {module}", "{name} imports {module}")
_NO_MODULE = Text("{module} 无法导入：{reason}", "{module} cannot be imported: {reason}")
_RAISED = Text("输入 {data} 抛出 {error}", "The input {data} raised {error}")
_SLOW = Text("输入 {data} 用了 {seconds:.1f} 秒", "The input {data} took {seconds:.1f} s")

Shortcomings = Iterator[Text]


def manifest_is_whole(manifest: Manifest) -> Shortcomings:
    """Yield what the manifest leaves out."""
    yield from _both(Words(zh=manifest.title.zh, en=manifest.title.en), "title")
    for key, setting in manifest.settings.items():
        yield from _both(setting.title, f"settings.{key}.title")
        if setting.help.zh or setting.help.en:
            yield from _both(setting.help, f"settings.{key}.help")
        if setting.type in ("integer", "number") and (setting.minimum is None or setting.maximum is None):
            yield _NO_BOUNDS.with_values(key=key)
        if setting.type == "choice" and not setting.choices:
            yield _NO_CHOICES.with_values(key=key)
    if not manifest.grade.reasons:
        yield _NO_REASON
    for number, reason in enumerate(manifest.grade.reasons, 1):
        yield from _both(reason, f"grade.reasons[{number}]")


def trial_is_declared(manifest: Manifest) -> Shortcomings:
    """Yield why the adapter cannot be tried, or why the settings of its trial are refused."""
    try:
        table = trial_table(manifest)
        given = {key: 1 if value == "{port}" else value for key, value in table.settings.items()}
        checked_settings(manifest, given)
    except ProjectInvalid as error:
        yield Text(error.in_language("zh"), error.in_language("en"))


def secrets_are_secrets(manifest: Manifest) -> Shortcomings:
    """Yield the settings that would show a secret."""
    for key, setting in manifest.settings.items():
        if (_SECRET.search(key) and setting.type != "secret") or (setting.type == "secret" and setting.default):
            yield _OPEN_SECRET.with_values(key=key)


def files_are_there(manifest: Manifest) -> Shortcomings:
    """Yield the files that are missing."""
    folder = package_folder(manifest)
    for name in FILES:
        if not _file(folder, name).is_file():
            yield _NO_FILE.with_values(name=name)


def readme_speaks_both(manifest: Manifest) -> Shortcomings:
    """Yield the language that the README leaves out."""
    path = _file(package_folder(manifest), "README.md")
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if not _HAN.search(text):
        yield _EMPTY.with_values(place="README.md", language=_ZH)
    if not _ENGLISH.search(text):
        yield _EMPTY.with_values(place="README.md", language=_EN)


def code_keeps_its_distance(manifest: Manifest) -> Shortcomings:
    """Yield what of ours the code imports beyond ports and domain, other adapters among it."""
    own = manifest.target.partition(":")[0].rpartition(".")[0]
    for path in sorted(package_folder(manifest).rglob("*.py")):
        try:
            tree = ast.parse(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, SyntaxError) as error:
            yield _BAD_CODE.with_values(name=path.name, reason=error)
            continue
        for module in _imported(tree):
            is_near = any(module == near or module.startswith(f"{near}.") for near in (*_KNOWN_TO_ALL, own))
            if module.partition(".")[0] == "sanping" and not is_near:
                yield _FAR.with_values(name=path.name, module=module)


def code_can_be_imported(manifest: Manifest) -> Shortcomings:
    """Yield what cannot be imported."""
    for target in filter(None, (manifest.target, manifest.simulator)):
        module, _, name = target.partition(":")
        try:
            getattr(importlib.import_module(module), name)
        except Exception as error:  # foreign code raises what it likes
            yield _NO_MODULE.with_values(module=target, reason=repr(error)[:200])


def decoder_withstands_rubbish(manifest: Manifest) -> Shortcomings:
    """Yield the inputs that make the decoder raise anything but `FrameBroken`, or take a second."""
    module = f"{manifest.target.partition(':')[0].rpartition('.')[0]}.decode"
    try:
        explain = getattr(importlib.import_module(module), "explain", None)
    except Exception as error:  # foreign code raises what it likes
        yield _NO_MODULE.with_values(module=module, reason=repr(error)[:200])
        return
    if explain is None:
        return
    dice = random.Random(651)
    for number in range(INPUTS):
        data = (
            dice.randbytes(number) if number % 2 else bytes(dice.choices(b"0123456789ABCDEF#&;=,\r\n~\x7e", k=number))
        )
        began_s = time.process_time()
        try:
            list(explain(data))
        except FrameBroken:
            pass
        except Exception as error:
            yield _RAISED.with_values(data=data[:24].hex() or "∅", error=repr(error)[:120])
            return
        if (spent_s := time.process_time() - began_s) > LONGEST_S:
            yield _SLOW.with_values(data=data[:24].hex(), seconds=spent_s)
            return


CHECKS: Sequence[tuple[Text, Callable[[Manifest], Shortcomings]]] = (
    (Text("清单完整，标题与说明有中英文", "The manifest is whole, in both languages"), manifest_is_whole),
    (Text("清单写明怎样试用", "The manifest says how to try it"), trial_is_declared),
    (Text("口令类设置是机密", "Passwords are secrets"), secrets_are_secrets),
    (Text("文件齐全", "All files are there"), files_are_there),
    (Text("README 有中英文", "The README speaks both languages"), readme_speaks_both),
    (Text("代码只依赖 ports 与 domain", "The code depends on ports and domain alone"), code_keeps_its_distance),
    (Text("代码可以导入", "The code can be imported"), code_can_be_imported),
    (Text("解码器经得起杂乱字节", "The decoder withstands rubbish"), decoder_withstands_rubbish),
)


def examined_on_paper(manifest: Manifest) -> Iterator[Finding]:
    """Yield the finding of every check that runs no hub."""
    for check, shortcomings in CHECKS:
        yield found(manifest.name, check, list(shortcomings(manifest)))


def _both(words: Words, place: str) -> Shortcomings:
    """Yield the language that is missing; a name that is the same in both counts as English alone."""
    if not _HAN.search(words.zh) and words.zh != words.en:
        yield _EMPTY.with_values(place=place, language=_ZH)
    if not _LATIN.search(words.en):
        yield _EMPTY.with_values(place=place, language=_EN)


def _file(folder: Path, name: str) -> Path:
    """Return a file of the adapter; the README of an installable package lies beside the package."""
    own = folder / name
    return folder.parent / name if name == "README.md" and not own.is_file() else own


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
