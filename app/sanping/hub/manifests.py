"""Which adapters are installed, what they are, and what settings they take. Reading a manifest runs no adapter."""

import importlib.util
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Literal

import msgspec

from sanping.domain.errors import ProjectInvalid
from sanping.domain.text import Text

ENTRY_POINTS = "sanping.adapters"
FILE_NAME = "manifest.toml"
LARGEST_BYTES = 1 << 20

AdapterKind = Literal["server", "client", "poll", "file"]
SettingType = Literal["text", "integer", "number", "boolean", "choice", "secret", "path"]
GradeLevel = Literal["bronze", "silver", "gold"]
Value = str | int | float | bool

_NO_MANIFEST = Text("适配器缺少清单 manifest.toml", "The adapter lacks its manifest.toml")
_BROKEN = Text("适配器清单无效：{reason}", "The adapter's manifest is invalid: {reason}")
_NO_ADAPTER = Text(
    "没有安装名为“{name}”的适配器；已安装：{known}", "No adapter named “{name}” is installed; there are: {known}"
)
_UNKNOWN_KEY = Text("设置项不存在；可用：{known}", "There is no such setting; there are: {known}")
_MISSING = Text("必填的设置项没有值；请补上", "A required setting has no value; add it")
_WRONG_TYPE = Text("设置项的值须为{wanted}，而不是 {value}", "The setting must be {wanted}, not {value}")
_OUTSIDE = Text(
    "设置项的值 {value} 须在 {low} 到 {high} 之间", "The setting must lie between {low} and {high}, not {value}"
)
_NO_CHOICE = Text("设置项的值 {value} 不可选；可选：{known}", "{value} cannot be chosen; there are: {known}")
_TYPE_NAMES: Mapping[str, Text] = {
    "text": Text("文字", "text"),
    "integer": Text("整数", "a whole number"),
    "number": Text("数", "a number"),
    "boolean": Text("真或假", "true or false"),
    "choice": Text("文字", "text"),
    "secret": Text("文字", "text"),
    "path": Text("路径", "a path"),
}


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A text as a manifest writes it."""

    zh: str
    en: str

    def text(self) -> Text:
        """Return it as a `Text`."""
        return Text(self.zh, self.en)


_NO_WORDS = Words(zh="", en="")


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One setting of an adapter; numbers have bounds, a choice has choices."""

    type: SettingType
    title: Words
    help: Words = _NO_WORDS
    default: Value | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Value, ...] = ()
    required: bool = False


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """How good an adapter is, and what showed it."""

    level: GradeLevel
    reasons: tuple[Words, ...] = ()


class _Table(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: Words
    kind: AdapterKind
    grade: Grade
    settings: dict[str, Setting] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One installed adapter; `target` and `simulator` are "package.module:Class", `simulator` empty for none."""

    name: str
    title: Text
    kind: AdapterKind
    settings: Mapping[str, Setting]
    grade: Grade
    target: str
    simulator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """The adapters that can be used, by name, and why others cannot."""

    manifests: Mapping[str, Manifest]
    broken: Sequence[ProjectInvalid] = ()

    def named(self, name: str) -> Manifest:
        """Return one adapter. Raises `ProjectInvalid`, which says why for one that is broken or not allowed."""
        found = self.manifests.get(name)
        for error in self.broken if found is None else ():
            if error.place == name:
                raise error
        if found is None:
            known = ", ".join(sorted(self.manifests)) or "—"
            raise ProjectInvalid(_NO_ADAPTER.with_values(name=name, known=known))
        return found


def _everyone(_: EntryPoint) -> Text | None:
    return None


def installed(refused: Callable[[EntryPoint], Text | None] = _everyone) -> Installed:
    """Read the manifests of all adapters; one that is broken, or `refused` for a reason, is left out and named."""
    manifests: dict[str, Manifest] = {}
    broken: list[ProjectInvalid] = []
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name):
        why = refused(entry)
        if why is not None:
            broken.append(ProjectInvalid(why, place=entry.name))
            continue
        try:
            manifests[entry.name] = _manifest(entry.name, entry.value)
        except ProjectInvalid as error:
            broken.append(error)
    return Installed(manifests=manifests, broken=tuple(broken))


def read_manifest(path: Path, target: str) -> Manifest:
    """Read one manifest. Raises `ProjectInvalid` naming file and key."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ProjectInvalid(_BROKEN.with_values(reason=f"> {LARGEST_BYTES} B"), path=str(path))
        table = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Table)
    except FileNotFoundError as error:
        raise ProjectInvalid(_NO_MANIFEST, path=str(path)) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ProjectInvalid(_BROKEN.with_values(reason=str(error)), path=str(path)) from error
    package = target.partition(":")[0].rpartition(".")[0]
    # Not by its file: a packed program has none. Nothing of the package is run.
    simulator = PathFinder.find_spec(f"{package}.simulator", [str(path.parent)])
    manifest = Manifest(
        name=table.name,
        title=table.title.text(),
        kind=table.kind,
        settings=table.settings,
        grade=table.grade,
        target=target,
        simulator=f"{package}.simulator:Simulator" if simulator is not None else "",
    )
    for key, setting in table.settings.items():
        if setting.default is not None:
            _checked(key, setting, setting.default)
    return manifest


def checked_settings(manifest: Manifest, given: Mapping[str, object]) -> dict[str, Any]:
    """Return the settings with defaults filled in. Raises `ProjectInvalid` naming the key that is wrong."""
    for key in given:
        if key not in manifest.settings:
            raise ProjectInvalid(_UNKNOWN_KEY.with_values(known=", ".join(manifest.settings)), place=key)
    found: dict[str, Any] = {}
    for key, setting in manifest.settings.items():
        value = given.get(key, setting.default)
        if value is None or value == "":
            if setting.required:
                raise ProjectInvalid(_MISSING, place=key)
            found[key] = setting.default if setting.default is not None else _empty(setting)
        else:
            found[key] = _checked(key, setting, value)
    return found


def form(manifest: Manifest) -> dict[str, Any]:
    """Return the settings as a JSON Schema that a window can draw; titles and helps carry both languages."""
    kinds = {"integer": "integer", "number": "number", "boolean": "boolean"}
    properties: dict[str, Any] = {}
    for key, setting in manifest.settings.items():
        schema: dict[str, Any] = {
            "type": kinds.get(setting.type, "string"),
            "format": setting.type,
            "title": msgspec.to_builtins(setting.title),
            "description": msgspec.to_builtins(setting.help),
        }
        bounds = {"default": setting.default, "minimum": setting.minimum, "maximum": setting.maximum}
        schema.update({name: value for name, value in bounds.items() if value is not None})
        if setting.choices:
            schema["enum"] = list(setting.choices)
        properties[key] = schema
    required = [key for key, setting in manifest.settings.items() if setting.required]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def described(manifest: Manifest) -> dict[str, Any]:
    """Return everything about an adapter that a screen shows."""
    return {
        "name": manifest.name,
        "title": {"zh": manifest.title.zh, "en": manifest.title.en},
        "kind": manifest.kind,
        "grade": msgspec.to_builtins(manifest.grade),
        "has_simulator": bool(manifest.simulator),
        "form": form(manifest),
    }


def _manifest(name: str, target: str) -> Manifest:
    package = target.partition(":")[0].rpartition(".")[0]
    try:
        found = importlib.util.find_spec(package) if package else None
    except (ImportError, ValueError) as error:
        raise ProjectInvalid(_BROKEN.with_values(reason=str(error)), place=name) from error
    if found is None or not found.submodule_search_locations:
        raise ProjectInvalid(_NO_MANIFEST, place=name)
    return read_manifest(Path(found.submodule_search_locations[0]) / FILE_NAME, target)


def _empty(setting: Setting) -> Value:
    return {"integer": 0, "number": 0.0, "boolean": False}.get(setting.type, "")


def _checked(key: str, setting: Setting, value: object) -> Value:
    """Return one value in its type. Raises `ProjectInvalid`."""
    typed = _typed(setting.type, value)
    if typed is None:
        wanted = _TYPE_NAMES[setting.type]
        raise ProjectInvalid(_WRONG_TYPE.with_values(wanted=wanted, value=repr(value)[:60]), place=key)
    if setting.choices and typed not in setting.choices:
        known = ", ".join(map(str, setting.choices))
        raise ProjectInvalid(_NO_CHOICE.with_values(value=typed, known=known), place=key)
    if isinstance(typed, int | float) and not isinstance(typed, bool):
        low = setting.minimum if setting.minimum is not None else float("-inf")
        high = setting.maximum if setting.maximum is not None else float("inf")
        if not low <= typed <= high:
            raise ProjectInvalid(_OUTSIDE.with_values(value=typed, low=f"{low:g}", high=f"{high:g}"), place=key)
    return typed


def _typed(kind: SettingType, value: object) -> Value | None:
    """Return the value if it is of the type of the setting, else None."""
    if kind == "choice" and isinstance(value, str | int | float):
        return value
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if kind == "integer":
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    if kind == "number":
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None
    return value if isinstance(value, str) else None
