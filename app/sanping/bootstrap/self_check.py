"""What can be seen of this installation where a standard asks for it. Each check only looks; nothing is changed."""

import base64
import hashlib
import importlib.metadata
import shutil
import stat
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from sanping.bootstrap.case_audit import checked_folder
from sanping.bootstrap.foreign_code import foreign_code
from sanping.domain.errors import InputError, SanpingError
from sanping.domain.label import clearances_of
from sanping.domain.role import ROLES
from sanping.domain.text import Text
from sanping.formats.clause_list import Answered, Finding, Standard
from sanping.hub.event_keeper import ACCESS
from sanping.hub.folder import CASE_KEY_FILE, SECRETS_FILE, TOKEN_FILE
from sanping.hub.manifests import installed
from sanping.hub.site_certificates import known_certificates
from sanping.ports.secrets import reference_in
from sanping.settings import paths
from sanping.settings.allowed_code import keys_of, refusal, rules_of
from sanping.settings.settings import Settings
from sanping.storage.backup import backups_in
from sanping.storage.case_book import FILE_NAME as CASES_FILE
from sanping.storage.device_book import FILE_NAME as DEVICES_FILE
from sanping.storage.device_book import SqliteDeviceBook
from sanping.storage.event_log import FILE_NAME as EVENTS_FILE
from sanping.storage.event_log import SqliteEventLog
from sanping.storage.os_keyring import os_keyring
from sanping.twin.project import TwinProject

SHARED_NAMES = frozenset(
    {"admin", "administrator", "root", "guest", "test", "user", "demo", "操作员", "管理员", "值班"}
)
LEAST_FREE_BYTES, LEAST_FREE_SHARE = 2 << 30, 0.05
SOON_DAYS = 30
LONGEST_IDLE_MIN = 15
LOOKED_BACK = timedelta(days=30)
DESK_ROLES = ROLES[ROLES.index("operator") :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What is looked at: the data folder of a hub, the settings of whoever runs it, and its twin, None for none."""

    data: Path
    settings: Settings
    twin: TwinProject | None = None


def self_checked(standard: Standard, installation: Installation) -> list[Answered]:
    """Return each clause with what is seen here; a check that fails for itself leaves its clause open."""
    seen: dict[str, Finding] = {}
    for name in dict.fromkeys(name for clause in standard.clauses for name in clause.checks):
        try:
            seen[name] = CHECKS[name](installation)
        except SanpingError as error:
            seen[name] = Finding(state="open", words=Text(error.in_language("zh"), error.in_language("en")))
    return [Answered(clause=clause, findings=[seen[name] for name in clause.checks]) for clause in standard.clauses]


def _met(zh: str, en: str, **values: object) -> Finding:
    return Finding(state="met", words=Text(zh, en).with_values(**values))


def _unmet(zh: str, en: str, **values: object) -> Finding:
    return Finding(state="unmet", words=Text(zh, en).with_values(**values))


def _open(zh: str, en: str, **values: object) -> Finding:
    return Finding(state="open", words=Text(zh, en).with_values(**values))


def _users(installation: Installation) -> Sequence[tuple[str, str]]:
    if not (installation.data / DEVICES_FILE).is_file():
        return ()
    book = SqliteDeviceBook(installation.data)
    try:
        return [(user.name, user.role) for user in book.users()]
    finally:
        book.close()


def _accounts(installation: Installation) -> Finding:
    names = [name for name, _ in _users(installation)]
    shared = [name for name in names if name.strip().casefold() in SHARED_NAMES]
    if shared:
        return _unmet("像是公用账号：{names}", "These look like shared accounts: {names}", names=", ".join(shared))
    if not names:
        return _open("还没有人员账号", "There are no accounts of people yet")
    return _met(
        "{count} 个账号，没有默认或公用账号", "{count} accounts, none of them default or shared", count=len(names)
    )


def _administrators(installation: Installation) -> Finding:
    names = [name for name, role in _users(installation) if role == "admin"]
    if len(names) < 2:
        return _open("{count} 个管理员账号", "{count} accounts of administrators", count=len(names))
    return _met("{count} 个管理员账号", "{count} accounts of administrators", count=len(names))


def _idle_lock(installation: Installation) -> Finding:
    minutes = installation.settings.idle_lock_min
    if not 0 < minutes <= LONGEST_IDLE_MIN:
        return _unmet(
            "坐席 {minutes} 分钟才锁定（0 为不锁）；请在设置中改为不超过 15",
            "The desk locks after {minutes} minutes (0: never); set 15 or fewer",
            minutes=minutes,
        )
    if not any(role in DESK_ROLES for _, role in _users(installation)):
        return _open(
            "坐席 {minutes} 分钟后锁定，但还没有能解锁的账号，因此不锁",
            "The desk locks after {minutes} minutes, but nobody has an account that opens it, so it stays open",
            minutes=minutes,
        )
    return _met("坐席无人操作 {minutes} 分钟后锁定", "An idle desk locks after {minutes} minutes", minutes=minutes)


def _certificates(_: Installation) -> Finding:
    found = known_certificates(paths.certificates_folder())
    if found is None:
        return _open("没有证书：中枢只应在本机使用", "No certificates: the hub should serve this machine alone")
    days = (found.until - datetime.now(UTC)).days
    if days < SOON_DAYS:
        return _unmet(
            "证书 {days} 天后到期；请运行 sanping certs",
            "The certificate ends in {days} days: sanping certs",
            days=days,
        )
    return _met("证书有效至 {until}", "The certificate is good until {until}", until=f"{found.until:%Y-%m-%d}")


def _audit_kept(installation: Installation) -> Finding:
    if not (installation.data / EVENTS_FILE).is_file():
        return _open("还没有事件日志", "There is no log of events yet")
    events = SqliteEventLog(installation.data)
    try:
        first = events.since(0, 1)
    finally:
        events.close()
    if not first:
        return _open("事件日志是空的", "The log of events is empty")
    since = f"{datetime.fromtimestamp(first[0].time_ms / 1000, UTC):%Y-%m-%d}"
    return _met("事件日志自 {since} 起，不自动删除", "The log of events begins {since} and is never cut", since=since)


def _audit_chain(installation: Installation) -> Finding:
    if not (installation.data / CASES_FILE).is_file():
        return _open("还没有案件库", "There is no book of cases yet")
    found = checked_folder(installation.data)
    if found.first_bad is not None:
        return _unmet("审计链在第 {seq} 行断开", "The audit breaks at row {seq}", seq=found.first_bad)
    return _met("审计链完好：{rows} 行", "The audit is whole: {rows} rows", rows=found.rows)


def _turned_away(installation: Installation) -> Finding:
    if not (installation.data / EVENTS_FILE).is_file():
        return _open("还没有事件日志", "There is no log of events yet")
    until = datetime.now(UTC)
    from_ms, to_ms = (int(moment.timestamp() * 1000) for moment in (until - LOOKED_BACK, until))
    events = SqliteEventLog(installation.data)
    try:
        kept = events.between(from_ms, to_ms, (ACCESS,))
        told = [str(msgspec.json.decode(event.body).get("what", "")) for event in kept]
    finally:
        events.close()
    refused = sum(what.endswith("refused") for what in told)
    if refused:
        return _open(
            "三十天内拒绝 {count} 次；请看事件日志是谁、从哪里",
            "{count} refusals in thirty days; see in the log of events who it was and from where",
            count=refused,
        )
    return _met("三十天内没有被拒的登录、配对与越级", "Nobody was turned away in thirty days")


def _backups(installation: Installation) -> Finding:
    settings = installation.settings
    if settings.backup_folder is None:
        return _open(
            "没有定时备份；请设置 backup_folder（docs/how-to/backup.md）",
            "There are no regular backups; set backup_folder (docs/how-to/backup.md)",
        )
    found = backups_in(settings.backup_folder, installation.data.name)
    if not found:
        return _unmet("{folder} 里没有本中枢的备份", "No backup of this hub in {folder}", folder=settings.backup_folder)
    newest = datetime.fromtimestamp(found[-1][1].began_ms / 1000, UTC)
    words = {"count": len(found), "when": f"{newest:%Y-%m-%d %H:%M}"}
    if datetime.now(UTC) - newest > timedelta(hours=2 * settings.backup_hours):
        return _unmet(
            "最近一份备份是 {when}（UTC），早于两个间隔；请看数据源面板里的原因",
            "The newest backup is of {when} UTC, two intervals ago or more; the sources panel says why",
            **words,
        )
    return _met("{count} 份备份，最近 {when}（UTC）", "{count} backups, the newest of {when} UTC", **words)


def _plug_ins(installation: Installation) -> Finding:
    rules = rules_of(installation.settings.plug_ins_allowed)
    keys = keys_of(installation.settings.plug_in_keys)
    let_in = [one for one in foreign_code() if refusal(rules, one, keys) is None]
    firm = {rule.name for rule in rules if rule.digest or rule.key}
    loose = [one.distribution for one in let_in if one.distribution not in firm]
    if loose:
        names = ", ".join(sorted(set(loose)))
        return _unmet(
            "允许了但没有摘要或签名：{names}", "Allowed without a digest or a signature: {names}", names=names
        )
    return _met(
        "{count} 个第三方插件，均按摘要或签名允许",
        "{count} plug-ins of others, each by its digest or signature",
        count=len(let_in),
    )


def _console(installation: Installation) -> Finding:
    if installation.settings.console == "on":
        return _unmet("控制台已开启；请在设置中关闭", "The console is on; switch it off in the settings")
    return _met("控制台关闭", "The console is off")


def _own_files(installation: Installation) -> Finding:
    if sys.platform == "win32":
        return _open("文件权限由 Windows 的访问控制表决定", "Windows has access lists for its files")
    names = (TOKEN_FILE, SECRETS_FILE, CASE_KEY_FILE, DEVICES_FILE)
    there = [installation.data / name for name in names if (installation.data / name).exists()]
    bare = [path.name for path in there if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if bare:
        return _unmet(
            "他人可读：{names}；请执行 chmod 600", "Others can read {names}: chmod 600", names=", ".join(bare)
        )
    if not there:
        return _open("数据目录里还没有密钥", "There are no keys in the data folder yet")
    return _met("{count} 个密钥文件仅本用户可读", "{count} files of keys are for their owner alone", count=len(there))


def _program_files(_: Installation) -> Finding:
    changed, seen = 0, 0
    for file in importlib.metadata.distribution("sanping").files or []:
        if file.hash is None or file.hash.mode != "sha256" or not file.name.endswith((".py", ".toml", ".js", ".html")):
            continue
        seen += 1
        path = Path(str(file.locate()))
        digest = hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b""
        changed += base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value
    if seen < 100:
        return _open("从源码运行，没有安装记录", "Run from its sources: there is no record of an installation")
    if changed:
        return _unmet(
            "{count} 个程序文件与安装时不同", "{count} files of the program differ from the installed", count=changed
        )
    return _met("{count} 个程序文件与安装时一致", "{count} files of the program are as installed", count=seen)


def _secrets(installation: Installation) -> Finding:
    path = installation.data / SECRETS_FILE
    try:
        stored = msgspec.json.decode(path.read_bytes(), type=dict[str, dict[str, str]]) if path.exists() else {}
    except (OSError, msgspec.MsgspecError) as error:
        raise InputError(Text("口令文件无法读取", "The file of secrets cannot be read"), path=str(path)) from error
    bare = [name for name, known in stored.items() if any(reference_in(value) is None for value in known.values())]
    bare += _bare_in_twin(installation.twin)
    if bare:
        return _unmet(
            "口令以明文保存的数据源：{names}", "Sources with secrets in clear: {names}", names=", ".join(bare)
        )
    if os_keyring() is None:
        return _met("没有明文口令；口令在加密文件里", "No secret lies in clear; they are in the sealed file")
    return _met("没有明文口令；口令在系统钥匙串里", "No secret lies in clear; they are in the system's keyring")


def _bare_in_twin(twin: TwinProject | None) -> list[str]:
    """Return the sources of a twin whose file holds a secret itself; what is simulated has none."""
    adapters = installed().manifests
    found = []
    for source in () if twin is None else twin.live.sources:
        manifest = adapters.get(source.adapter)
        hidden = () if manifest is None else [key for key, one in manifest.settings.items() if one.type == "secret"]
        given = [source.settings.get(key) for key in hidden]
        if not source.is_simulated and any(value and reference_in(value) is None for value in given):
            found.append(source.name)
    return found


def _disk_room(installation: Installation) -> Finding:
    there = next(folder for folder in (installation.data, *installation.data.parents) if folder.exists())
    usage = shutil.disk_usage(there)
    if usage.free < max(LEAST_FREE_BYTES, LEAST_FREE_SHARE * usage.total):
        return _unmet("数据盘只剩 {free} GB", "Only {free} GB are free for the data", free=usage.free >> 30)
    return _met("数据盘剩余 {free} GB", "{free} GB are free for the data", free=usage.free >> 30)


def _hot_standby(installation: Installation) -> Finding:
    settings = installation.settings
    if not settings.store.strip():
        return _open("数据在本机文件里，没有热备", "The stores are files of this machine, without a hot standby")
    if not settings.bus.strip():
        return _open(
            "数据在 PostgreSQL；没有设消息服务器，别的中枢不能待命接管",
            "The stores are in PostgreSQL; without a message server no other hub can stand by",
        )
    return _open(
        "站点“{site}”的中枢可用 --standby 待命接管；哪台在待命见“帮助 ▸ 本站的中枢”",
        "Hubs of the site {site} can stand by with --standby; “Help ▸ Hubs of this site” says which do",
        site=settings.site,
    )


def _labels(installation: Installation) -> Finding:
    twin = installation.twin
    given = clearances_of(installation.settings.clearances).given
    if twin is None or not twin.labels.is_declared:
        return _open(
            "孪生没有安全标记；按 docs/how-to/labels.md 在 twin.toml 写 [labels]",
            "The twin labels nothing; write [labels] into twin.toml, see docs/how-to/labels.md",
        )
    labels = twin.labels
    counts = {"layers": len(labels.layers), "stations": len(labels.stations), "movers": len(labels.movers)}
    return _met(
        "已标记：图层 {layers}、站点规则 {stations}、移动目标 {movers}、案件类别 {cases}；许可另有设置 {given} 项",
        "Labelled: {layers} layers, {stations} rules of stations, {movers} movers, {cases} classes of cases; "
        "{given} clearances differ from the usual",
        **counts,
        cases=len(labels.cases),
        given=len(given),
    )


CHECKS: Mapping[str, Callable[[Installation], Finding]] = {
    "accounts": _accounts,
    "administrators": _administrators,
    "labels": _labels,
    "idle_lock": _idle_lock,
    "certificates": _certificates,
    "audit_kept": _audit_kept,
    "audit_chain": _audit_chain,
    "turned_away": _turned_away,
    "backups": _backups,
    "plug_ins": _plug_ins,
    "console": _console,
    "own_files": _own_files,
    "program_files": _program_files,
    "secrets": _secrets,
    "disk_room": _disk_room,
    "hot_standby": _hot_standby,
}
