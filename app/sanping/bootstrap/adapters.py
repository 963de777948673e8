"""The installed adapters, for whoever asks about them: what there is, their decoders, and a folder for a new one."""

import importlib
import inspect
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from sanping.bootstrap.foreign_code import allowed_adapters
from sanping.domain.errors import InputError, ProjectInvalid
from sanping.domain.text import Text
from sanping.hub.manifests import Manifest, installed
from sanping.ports.explain import Explained
from sanping.settings import paths
from sanping.settings.settings import load_settings

_PLACEHOLDER = "newadapter"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
_NO_DECODER = Text(
    "适配器“{name}”不能解码报文；能解码的有：{known}",
    "The adapter “{name}” decodes no frames; those that do are: {known}",
)
_NO_KEY = Text("适配器“{name}”不用密钥；请去掉 --key", "The adapter “{name}” takes no key; leave --key out")
_BAD_NAME = Text(
    "适配器名“{name}”不可用：以小写字母开头，只含小写字母、数字和下划线，2 到 31 个字符",
    "“{name}” cannot name an adapter: a small letter, then small letters, digits and underscores, 2 to 31 in all",
)
_EXISTS = Text("已经存在；请换一个名字，或先移走它", "It is already there; choose another name, or move it away first")


def known_adapters() -> tuple[Sequence[Manifest], Sequence[ProjectInvalid]]:
    """Return the adapters that can be used, by name, and why others cannot."""
    found = allowed_adapters(load_settings(paths.settings_file()))
    return tuple(found.manifests[name] for name in sorted(found.manifests)), found.broken


def decodes(manifest: Manifest) -> bool:
    """Say whether an adapter explains frames; one whose code cannot be imported does not."""
    try:
        return hasattr(importlib.import_module(_decoder_module(manifest)), "explain")
    except Exception:  # foreign code: whatever it raises, the others are still of use
        return False


def explained(name: str, data: bytes, key: str = "") -> Iterator[Explained]:
    """Explain bytes with the decoder of an adapter that the person names; whoever names a foreign one lets it run.

    Raises `ProjectInvalid` or `InputError` for one that cannot.
    """
    manifest = installed().named(name)
    if not decodes(manifest):
        known = ", ".join(other.name for other in known_adapters()[0] if decodes(other))
        raise InputError(_NO_DECODER.with_values(name=name, known=known or "—"))
    explain = importlib.import_module(_decoder_module(manifest)).explain
    if not key:
        return iter(explain(data))
    if "key" not in inspect.signature(explain).parameters:
        raise InputError(_NO_KEY.with_values(name=name))
    return iter(explain(data, key=key))


def new_adapter(name: str, into: Path) -> Path:
    """Write the folder of a new adapter, whose tests fail until it is written, and return it. Raises `InputError`."""
    if not _NAME.fullmatch(name) or name == _PLACEHOLDER:
        raise InputError(_BAD_NAME.with_values(name=name))
    folder = into / name
    if folder.exists():
        raise InputError(_EXISTS, path=str(folder))
    template = paths.assets() / "adapter_template"
    for source in sorted(path for path in template.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        target = folder / str(source.relative_to(template)).replace(_PLACEHOLDER, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(source.read_text(encoding="utf-8").replace(_PLACEHOLDER, name), encoding="utf-8")
    return folder


def _decoder_module(manifest: Manifest) -> str:
    return f"{manifest.target.partition(':')[0].rpartition('.')[0]}.decode"
