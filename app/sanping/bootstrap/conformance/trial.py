"""What an adapter needs to be tried: the `[trial]` table of its manifest, with a port and a folder filled in."""

import importlib.util
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from sanping.domain.errors import ProjectInvalid
from sanping.domain.text import Text
from sanping.hub.manifests import FILE_NAME, Manifest, Value, Words

PORT, FOLDER = "{port}", "{folder}"

_NO_TRIAL = Text(
    "manifest.toml 缺少 [trial] 表：写上试用设置 settings 和一个站点地址 station",
    "manifest.toml lacks the table [trial]: give it settings and the address of a station",
)
_BROKEN = Text("[trial] 表无效：{reason}", "The table [trial] is invalid: {reason}")


class TrialTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How an adapter is tried.

    In `settings`, `{port}` becomes a free port and `{folder}` an empty folder. `station` is an address that the tried
    twin knows, `other_station` one that it does not. `secrets` are stored apart from the settings. `needs` names a
    service that must be there already; its port is then given from outside. `has_check_code` says whether the protocol
    can tell a damaged frame.
    """

    settings: dict[str, Value]
    station: str
    other_station: str = ""
    secrets: dict[str, str] = {}
    gives: Literal["observations", "notices", "calls"] = "observations"
    needs: Words | None = None
    has_check_code: bool = True


class _Manifest(msgspec.Struct, frozen=True):
    trial: TrialTable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One adapter, ready to be tried at `port` and in `folder`."""

    manifest: Manifest
    table: TrialTable
    port: int
    folder: Path

    @property
    def name(self) -> str:
        """Name of the adapter, and of the source that is tried."""
        return self.manifest.name

    @property
    def station(self) -> str:
        """Id of its station in the tried twin."""
        return f"T-{self.name}"

    @property
    def is_called(self) -> bool:
        """Whether devices connect to it."""
        return self.manifest.kind == "server"

    def settings(self, *, port: int | None = None, folder: Path | None = None) -> dict[str, Value]:
        """Return the settings at another port or in another folder, its own by default."""
        filled = {PORT: str(self.port if port is None else port), FOLDER: str(folder or self.folder)}
        return {key: _filled(value, filled) for key, value in self.table.settings.items()}


def package_folder(manifest: Manifest) -> Path:
    """Return the folder of an adapter's package."""
    package = manifest.target.partition(":")[0].rpartition(".")[0]
    spec = importlib.util.find_spec(package)
    places = spec.submodule_search_locations if spec is not None else None
    if not places:
        raise ProjectInvalid(_NO_TRIAL, place=package)
    return Path(next(iter(places)))


def trial_table(manifest: Manifest) -> TrialTable:
    """Return how an adapter is tried. Raises `ProjectInvalid`."""
    path = package_folder(manifest) / FILE_NAME
    try:
        table = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Manifest).trial
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ProjectInvalid(_BROKEN.with_values(reason=str(error)), path=str(path)) from error
    if table is None:
        raise ProjectInvalid(_NO_TRIAL, path=str(path))
    return table


def _filled(value: Value, filled: Mapping[str, str]) -> Value:
    if not isinstance(value, str):
        return value
    if value == PORT:
        return int(filled[PORT])
    for mark, text in filled.items():
        value = value.replace(mark, text)
    return value
