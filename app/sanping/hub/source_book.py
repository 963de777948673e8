"""The sources as people configured them at a screen: kept beside the hub's data, over those that the twin declares.

Secrets go to whoever keeps them, or into a file of their own that only its owner can read, and never back to a screen.
"""

import contextlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from sanping.domain.errors import InputError, StoreFailed
from sanping.domain.text import Text
from sanping.hub.manifests import Installed, Manifest, checked_settings
from sanping.hub.secret_settings import SecretKeeper, kept_apart
from sanping.twin.live_part import SourceEntry

BOOK_FILE = "sources.json"
SECRETS_FILE = "secrets.json"
LONGEST_NAME = 60

NO_SOURCE = Text("没有名为“{name}”的数据源；请刷新列表", "There is no source named “{name}”; refresh the list")
_NO_NAME = Text(
    "数据源名称须为 1 到 {most} 个字母、数字、“-”或“_”",
    "A source's name has 1 to {most} letters, digits, “-” or “_”",
)
_OTHER_ADAPTER = Text(
    "数据源“{name}”已使用适配器 {adapter}；请换一个名称",
    "The source “{name}” uses the adapter {adapter} already; choose another name",
)
_ELSEWHERE = Text(
    "数据源“{name}”由接入中枢“{hub}”运行；请在 twin.toml 里修改，或重启那个中枢",
    "The source {name} is run by the intake hub {hub}; change it in twin.toml, or restart that hub",
)
_NO_SETTINGS = Text("命令没有给出数据源的设置；请给出 settings", "The command gives no settings; give `settings`")
_NOT_KEPT = Text("数据源设置无法保存：{reason}", "The settings of the source cannot be kept: {reason}")
_BROKEN = Text(
    "数据源设置文件已损坏；请用 sanping stores restore 从备份恢复，或移走它以使用孪生中的设置",
    "The file of source settings is damaged; bring it back with sanping stores restore, or move it away",
)


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    adapter: str
    title_zh: str
    title_en: str
    settings: dict[str, Any]
    is_simulated: bool = False


class SourceBook:
    """The sources of one hub: those of the twin, with what people changed over them.

    `folder` None keeps nothing. With a `keeper` the file of secrets only points at what it keeps. Raises `InputError`
    when the kept file is damaged.
    """

    def __init__(
        self,
        entries: Sequence[SourceEntry],
        secrets: Mapping[str, Mapping[str, str]] | None = None,
        folder: Path | None = None,
        keeper: SecretKeeper | None = None,
    ) -> None:
        self.secrets: dict[str, dict[str, str]] = {name: dict(known) for name, known in (secrets or {}).items()}
        self._folder, self._keeper = folder, keeper
        self._own = _read(folder)
        self._entries = {entry.name: entry for entry in (*entries, *map(_entry, self._own.values()))}

    @property
    def entries(self) -> tuple[SourceEntry, ...]:
        """Every source."""
        return tuple(self._entries.values())

    def check_here(self, name: str) -> None:
        """Make sure that a source is not one of an intake hub. Raises `InputError`."""
        known = self._entries.get(name)
        if known is not None and known.hub:
            raise InputError(_ELSEWHERE.with_values(name=name, hub=known.hub))

    def draft(self, arguments: Mapping[str, object], adapters: Installed) -> tuple[SourceEntry, dict[str, str]]:
        """Return the source that a command describes, and its secrets; empty ones are as they were.

        Raises `InputError` or `ProjectInvalid` naming what is wrong.
        """
        name, settings = str(arguments.get("source", "")), arguments.get("settings")
        if not 0 < len(name) <= LONGEST_NAME or not name.replace("-", "").replace("_", "").isalnum():
            raise InputError(_NO_NAME.with_values(most=LONGEST_NAME), place=name[:LONGEST_NAME])
        if not isinstance(settings, Mapping):
            raise InputError(_NO_SETTINGS)
        known = self._entries.get(name)
        adapter = str(arguments.get("adapter") or (known.adapter if known is not None else ""))
        if known is not None and known.adapter != adapter:
            raise InputError(_OTHER_ADAPTER.with_values(name=name, adapter=known.adapter))
        self.check_here(name)
        manifest = adapters.named(adapter)
        plain, hidden = _apart(manifest, settings)
        secrets = {**self.secrets.get(name, {}), **hidden}
        checked_settings(manifest, {**plain, **secrets})
        title = Text(str(arguments.get("title_zh") or name), str(arguments.get("title_en") or name))
        begun = known or SourceEntry(name=name, adapter=adapter, title=title)
        return replace(begun, title=title, settings=plain, is_enabled=True), secrets

    def keep(self, entry: SourceEntry, secrets: Mapping[str, str]) -> None:
        """Keep a source; it is safe on disk on return. Blocks. Raises `StoreFailed`."""
        own = {**self._own, entry.name: _kept(entry)}
        if self._folder is not None:
            secrets = kept_apart(self._folder.name, entry.name, secrets, self._keeper)
        all_secrets = {**self.secrets, entry.name: dict(secrets)} if secrets else self.secrets
        if self._folder is not None:
            if secrets:
                _write(self._folder / SECRETS_FILE, all_secrets)
            _write(self._folder / BOOK_FILE, list(own.values()))
        self._own, self.secrets = own, dict(all_secrets)
        self._entries[entry.name] = entry

    def sayable(self, arguments: Mapping[str, object], adapters: Installed) -> dict[str, object]:
        """Return what a command said as it may be kept and shown: without secrets, or settings nobody can judge."""
        found = {name: value for name, value in arguments.items() if name != "settings"}
        known = self._entries.get(str(arguments.get("source", "")))
        manifest = adapters.manifests.get(str(arguments.get("adapter") or (known.adapter if known else "")))
        settings = arguments.get("settings")
        if manifest is not None and isinstance(settings, Mapping):
            found["settings"] = _apart(manifest, settings)[0]
        return found

    def described(self, name: str, adapters: Installed) -> dict[str, Any]:
        """Return one source as a screen may see it: without secrets. Raises `InputError` for an unknown name."""
        entry = self._entries.get(name)
        if entry is None:
            raise InputError(NO_SOURCE.with_values(name=name[:LONGEST_NAME]))
        manifest = adapters.manifests.get(entry.adapter)
        plain = dict(entry.settings) if manifest is None else _apart(manifest, entry.settings)[0]
        return {
            "name": entry.name,
            "adapter": entry.adapter,
            "title": {"zh": entry.title.zh, "en": entry.title.en},
            "settings": plain,
            "is_simulated": entry.is_simulated,
        }


def _apart(manifest: Manifest, settings: Mapping[Any, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the plain settings and the secrets that were given."""
    hidden = {key for key, setting in manifest.settings.items() if setting.type == "secret"}
    plain = {str(key): value for key, value in settings.items() if key not in hidden}
    return plain, {str(key): str(value) for key, value in settings.items() if key in hidden and value}


def _entry(kept: _Kept) -> SourceEntry:
    return SourceEntry(
        name=kept.name,
        adapter=kept.adapter,
        title=Text(kept.title_zh, kept.title_en),
        settings=kept.settings,
        is_simulated=kept.is_simulated,
    )


def _kept(entry: SourceEntry) -> _Kept:
    return _Kept(
        name=entry.name,
        adapter=entry.adapter,
        title_zh=entry.title.zh,
        title_en=entry.title.en,
        settings=dict(entry.settings),
        is_simulated=entry.is_simulated,
    )


def _read(folder: Path | None) -> dict[str, _Kept]:
    path = None if folder is None else folder / BOOK_FILE
    try:
        kept = [] if path is None else msgspec.json.decode(path.read_bytes(), type=list[_Kept])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError) as error:
        raise InputError(_BROKEN, path=str(path)) from error
    return {one.name: one for one in kept}


def _write(path: Path, content: object) -> None:
    """Write a file that only its owner can read; it is there whole, or as it was."""
    draft = path.with_name(f"{path.name}.draft")
    try:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
        number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(number, "wb") as file:
            file.write(msgspec.json.encode(content))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        raise StoreFailed(_NOT_KEPT.with_values(reason=error.strerror or str(error)), path=str(path)) from error
