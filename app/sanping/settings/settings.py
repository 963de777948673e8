"""Settings, declared once: the form, the file, the environment and the reference page come from this class."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, RootModel, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from sanping.domain.errors import ProjectInvalid
from sanping.domain.text import Language, Text


class StoredBookmark(BaseModel):
    """A view that a person kept, in the twin named by `twin` (its folder)."""

    twin: str
    name: str
    target: tuple[float, float, float]
    heading_deg: float
    pitch_deg: float
    distance_m: float
    fov_deg: float = 38.0


class StoredScene(BaseModel):
    """A scene on a number key, in the twin named by `twin` (its folder); `values` are those that screens share."""

    twin: str
    number: int
    name: str
    values: dict[str, Any]


_UNREADABLE = Text(
    "设置文件无法读取：{reason}。请检查它的权限", "The settings file cannot be read: {reason}. Check its permissions"
)


class _Stored(RootModel[dict[str, object]]):
    """The settings file as it lies on disk."""


def environment_language() -> Language:
    """Return English when the environment asks for it, else Chinese."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "en" if value.lower().startswith("en") else "zh"
    return "zh"


class Settings(BaseSettings):
    """What a person can choose; each field carries its title. Environment variables SANPING_… win over the file."""

    model_config = SettingsConfigDict(env_prefix="SANPING_", extra="ignore", frozen=True)

    language: Annotated[Language, Text("界面语言", "Language")] = Field(default_factory=environment_language)
    crs_shown: Annotated[str, Text("状态栏坐标系（空为孪生坐标系）", "CRS in the status bar (empty: the twin's)")] = ""
    quality: Annotated[
        Literal["auto", "draft", "soft", "standard", "high"],
        Text("画质（自动按首帧耗时选择）", "Quality (auto times one frame)"),
    ] = "auto"
    animation_hz: Annotated[int, Text("动画帧率上限（0 为静止）", "Animation rate limit in Hz (0: still)")] = Field(
        default=20, ge=0, le=60
    )
    cache_folder: Annotated[Path | None, Text("瓦片缓存目录（空为默认）", "Tile cache folder (empty: default)")] = None
    cache_budget_gb: Annotated[float, Text("缓存上限（GB）", "Cache limit (GB)")] = Field(default=8.0, gt=0)
    tile_graphics_gb: Annotated[
        float, Text("瓦片显存上限（GB，所有图层共用）", "Graphics memory of tiles (GB, all layers together)")
    ] = Field(default=2.0, gt=0.05, le=64.0)
    tile_memory_gb: Annotated[
        float, Text("瓦片内存上限（GB，所有图层共用）", "Memory of tiles (GB, all layers together)")
    ] = Field(default=2.0, gt=0.05, le=512.0)
    worker_memory_gb: Annotated[float, Text("读取进程内存上限（GB）", "Memory limit of a reader process (GB)")] = Field(
        default=4.0, gt=0.25
    )
    worker_minutes: Annotated[float, Text("读取进程时限（分钟）", "Time limit of a reader process (minutes)")] = Field(
        default=20.0, gt=0
    )
    store: Annotated[
        str, Text("中枢的数据库地址（空为内置文件）", "Address of the hub's database (empty: files of its own)")
    ] = Field(default="", max_length=1000)
    backup_folder: Annotated[
        Path | None,
        Text("中枢定时备份到的文件夹（空为不备份）", "Folder of the hub's regular backups (empty: none)"),
    ] = None
    backup_hours: Annotated[float, Text("每隔几小时备份一次", "Hours from one backup to the next")] = Field(
        default=24.0, ge=0.25, le=720.0
    )
    backup_keep: Annotated[int, Text("保留最近几份备份", "How many backups are kept")] = Field(default=7, ge=1, le=1000)
    source_networks: Annotated[
        str,
        Text(
            "数据源可连接的本机或保留网段（如 127.0.0.0/8，逗号分隔）",
            "Networks of this machine that sources may reach, such as 127.0.0.0/8 (with commas)",
        ),
    ] = Field(default="", max_length=1000)
    wall_seat_m: Annotated[
        float, Text("大屏最远座位距离（米），决定最小字号", "Farthest seat from the wall (m): smallest text")
    ] = Field(default=5.0, gt=0.2, le=200.0)
    wall_pitch_mm: Annotated[float, Text("大屏像素间距（毫米）", "Size of a pixel of the wall (mm)")] = Field(
        default=1.25, gt=0.05, le=50.0
    )
    room: Annotated[str, Text("联动房间（与大屏、手机相同）", "Room of linked screens")] = Field(
        default="main", min_length=1, max_length=64
    )
    link: Annotated[Literal["off", "live", "preview"], Text("启动时与房间联动", "Link with the room at start")] = "off"
    follows: Annotated[bool, Text("联动时跟随主控屏", "Follow who leads while linked")] = True
    plug_ins: Annotated[Literal["on", "off"], Text("插件工具", "Tools of plug-ins")] = "on"
    plug_ins_allowed: Annotated[
        str,
        Text(
            "允许的插件（包名，可加 ==版本#摘要 或 >=版本@签名者，逗号分隔；空为不加载任何第三方代码）",
            "Plug-ins that are allowed (packages, with ==VERSION#DIGEST or >=VERSION@KEY, with commas; empty: none)",
        ),
    ] = Field(default="", max_length=4000)
    plug_in_keys: Annotated[
        str,
        Text("信任的插件签名公钥（名称:公钥，逗号分隔）", "Keys trusted to sign plug-ins (NAME:KEY, with commas)"),
    ] = Field(default="", max_length=4000)
    plug_ins_off: Annotated[str, Text("停用的插件（名称，逗号分隔）", "Plug-ins switched off (names, with commas)")] = (
        Field(default="", max_length=400)
    )
    tile_servers: Annotated[
        str, Text("可连接的三维瓦片服务器（主机名，逗号分隔）", "Servers of 3D tiles that may be asked (with commas)")
    ] = Field(default="", max_length=2000)
    site: Annotated[str, Text("本站编号（上下级联动）", "Id of this site (federation)")] = Field(
        default="", max_length=40
    )
    site_title: Annotated[str, Text("本站名称（空为孪生名称）", "Name of this site (empty: the twin's)")] = Field(
        default="", max_length=80
    )
    bus: Annotated[
        str,
        Text("消息服务器（NATS 地址，空为不联动其他站点）", "Message server (address of NATS; empty: no other sites)"),
    ] = Field(default="", max_length=400)
    bus_secret: Annotated[
        str,
        Text(
            "消息服务器口令的引用（如 keyring:sanping/hub-bus）",
            "Where the message server's password is kept (keyring:…)",
        ),
    ] = Field(default="", max_length=200)
    upper_bus: Annotated[
        str,
        Text(
            "上级的消息服务器（直连地址，空为由叶节点相连）",
            "Message server of the site above, for a direct line (empty: servers are joined)",
        ),
    ] = Field(default="", max_length=400)
    upper_bus_secret: Annotated[
        str, Text("上级消息服务器口令的引用", "Where the password for the upper message server is kept")
    ] = Field(default="", max_length=200)
    upper_site: Annotated[str, Text("上级站点编号", "Id of the site above")] = Field(default="", max_length=40)
    lower_sites: Annotated[
        str, Text("直属下级站点编号（逗号分隔）", "Ids of the sites directly below (with commas)")
    ] = Field(default="", max_length=8000)
    sealing: Annotated[
        Literal["aes", "sm4"],
        Text("口令文件的加密算法（sm4 为国密 SM4-GCM）", "How the file of secrets is sealed (sm4: SM4-GCM)"),
    ] = "aes"
    clearances: Annotated[
        str,
        Text(
            "密级许可（名称=public/internal/sensitive，逗号分隔；空为默认）",
            "Clearances (NAME=public, internal or sensitive, with commas; empty: as usual)",
        ),
    ] = Field(default="", max_length=4000)
    idle_lock_min: Annotated[
        int,
        Text(
            "无人操作多久后锁定坐席（分钟，0 为不锁；中枢没有账号时无人能解锁，故不锁）",
            "Lock the desk after so many idle minutes (0: never; nor at a hub without accounts: nobody could open it)",
        ),
    ] = Field(default=15, ge=0, le=240)
    console: Annotated[Literal["off", "on"], Text("坐席里的 Python 控制台", "Python console in the desk")] = "off"
    recent: Annotated[tuple[str, ...], Text("最近打开", "Recently opened")] = ()
    bookmarks: Annotated[tuple[StoredBookmark, ...], Text("自存视角", "Own bookmarks")] = ()
    scenes: Annotated[tuple[StoredScene, ...], Text("导播场景", "Scenes of the director")] = ()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over what the file says."""
        return env_settings, init_settings


def load_settings(path: Path) -> Settings:
    """Read the settings file; a missing one gives the defaults.

    Raises `ProjectInvalid` naming file and key when the file or an environment variable says something impossible, or
    the file cannot be read.
    """
    try:
        stored = _Stored.model_validate_json(path.read_bytes()).root if path.exists() else {}
        return Settings(**stored)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        raise ProjectInvalid(
            Text(
                "设置无效：{reason}。请改正，或删除该文件以恢复默认设置",
                "A setting is invalid: {reason}. Correct it, or delete the file to return to the defaults",
            ).with_values(reason=first["msg"]),
            path=str(path),
            place=".".join(str(part) for part in first["loc"]),
        ) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProjectInvalid(_UNREADABLE.with_values(reason=reason), path=str(path)) from error


def save_settings(settings: Settings, path: Path) -> None:
    """Write the settings; the old file stays whole if writing fails."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(settings.model_dump_json(indent=2), encoding="utf-8")
    draft.replace(path)


def setting_title(name: str) -> Text:
    """Return the title of one setting."""
    return next(item for item in Settings.model_fields[name].metadata if isinstance(item, Text))
