"""`sanping plug-ins`: which installed packages may add tools and sources."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from sanping.bootstrap.foreign_code import folder_of_package, foreign_code, pinned
from sanping.bootstrap.plug_in_signing import checked_key, fault, made_key, sign, statement_of
from sanping.cli.declared import Command, Group
from sanping.cli.terminal import table
from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.settings import paths
from sanping.settings.allowed_code import (
    DIGEST_LETTERS,
    ForeignCode,
    Rule,
    keys_of,
    refusal,
    rules_of,
    setting_of,
    with_rule,
    without_rule,
)
from sanping.settings.settings import load_settings, save_settings

Package = Annotated[str, Text("包名，见 sanping plug-ins list", "Name of the package, see sanping plug-ins list")]

KeyFile = Annotated[Path, Text("私钥文件（PEM），请离线保管", "File of the private key (PEM); keep it off line")]
KeyName = Annotated[str, Text("公钥的名称，自己取", "A name for the key, of your own")]
PublicKey = Annotated[str, Text("公钥（Base64，44 个字符）", "The public key: Base64, 44 letters")]
SignedBy = Annotated[
    str,
    Text(
        "按签名允许：信任的公钥名称；之后同一签名的新版本不必再允许",
        "Allow by signature: name of a trusted key; later versions that it signed need no further leave",
    ),
]

_NO_FOLDER = Text(
    "“{name}”不是目录形式的包，无法签名", "{name} is no package with a folder of its own and cannot be signed"
)
_SIGNED = Text("已签名 {name} {version}，公钥 {key}", "Signed: {name} {version}, public key {key}")
_MADE = Text("私钥已写入 {path}；公钥：{key}", "The private key is in {path}; public key: {key}")
_GENUINE = Text("{name} {version}：由“{key}”签名", "{name} {version}: signed by {key}")
_NO_SIGNER = Text(
    "{name} {version}：没有信任的公钥签过它（{reason}）", "{name} {version}: no trusted key has signed it ({reason})"
)
_NO_KEYS = Text("还没有信任任何公钥", "no key is trusted yet")
_BAD_NAME = Text("公钥名称须为 1–40 个英文字母、数字或连字符", "A key's name has 1 to 40 letters, digits or hyphens")
_UNKNOWN_KEY = Text("没有信任名为“{name}”的公钥", "No key called {name} is trusted")
_NOTHING = Text("没有安装插件", "No plug-in is installed")
_NONE = Text("没有安装名为“{name}”的插件包", "No package “{name}” that adds code is installed")
_ALLOWED = Text("已允许", "allowed")
_REFUSED = Text("未允许", "not allowed")
_DONE = Text(
    "已允许 {rule}。文件一变就不再加载；插件能做本机用户能做的一切",
    "Allowed: {rule}. It is loaded no more once its files change; a plug-in can do whatever you can on this machine",
)


def listed() -> int:
    """List every package that adds tools or sources, with version and SHA-256, and whether it may; loads none."""
    settings = load_settings(paths.settings_file())
    rules, keys = rules_of(settings.plug_ins_allowed), keys_of(settings.plug_in_keys)
    rows = []
    for one in foreign_code():
        state = _ALLOWED if refusal(rules, one, keys) is None else _REFUSED
        digest = one.digest()[:DIGEST_LETTERS]
        rows.append((one.distribution, one.version, one.name, digest, state.in_language(settings.language)))
    print(table(rows) if rows else _NOTHING.in_language(settings.language))
    return 0


def allow(package: Package, /, *, signed_by: SignedBy = "") -> int:
    """Let a package add code, as it is now: its version and its files, or what a trusted key has signed of it."""
    settings = load_settings(paths.settings_file())
    found, keys = _installed(package), keys_of(settings.plug_in_keys)
    rule = Rule(name=package, version=found.version, key=signed_by) if signed_by else pinned(found)
    why = refusal((rule,), found, keys)
    if why is not None:
        raise InputError(why)
    allowed = with_rule(rules_of(settings.plug_ins_allowed), rule)
    save_settings(settings.model_copy(update={"plug_ins_allowed": allowed}), paths.settings_file())
    print(_DONE.with_values(rule=rule).in_language(settings.language))
    return 0


def forbid(package: Package, /) -> int:
    """Let a package add code no more."""
    settings = load_settings(paths.settings_file())
    names = {package, *(one.name for one in foreign_code() if one.distribution == package)}
    allowed = without_rule(rules_of(settings.plug_ins_allowed), names)
    save_settings(settings.model_copy(update={"plug_ins_allowed": allowed}), paths.settings_file())
    return 0


def make_key(file: KeyFile, /) -> int:
    """Make a key to sign plug-ins with, in a new file; prints its public half."""
    key = made_key(file)
    print(_MADE.with_values(path=file, key=key).in_language(load_settings(paths.settings_file()).language))
    return 0


def sign_package(package: Package, key: KeyFile, /) -> int:
    """Sign an installed package as it is now; the signature lies in its folder and travels with it."""
    found, folder = _installed(package), folder_of_package(package)
    if folder is None:
        raise InputError(_NO_FOLDER.with_values(name=package))
    public = sign(_said_of(found), folder, key)
    words = _SIGNED.with_values(name=package, version=found.version, key=public)
    print(words.in_language(load_settings(paths.settings_file()).language))
    return 0


def verify(package: Package, /) -> int:
    """Say which trusted key has signed a package as it is now; 1 when none has."""
    settings, found, folder = load_settings(paths.settings_file()), _installed(package), folder_of_package(package)
    why = _NO_KEYS
    for name, key in keys_of(settings.plug_in_keys).items():
        wrong = fault(folder, lambda: _said_of(found), key)
        if wrong is None:
            words = _GENUINE.with_values(name=package, version=found.version, key=name)
            print(words.in_language(settings.language))
            return 0
        why = wrong
    words = _NO_SIGNER.with_values(name=package, version=found.version, reason=why)
    print(words.in_language(settings.language))
    return 1


def trust_key(name: KeyName, key: PublicKey, /) -> int:
    """Trust a key to sign plug-ins; what it signs is still allowed by name."""
    checked_key(key)
    keys = {**_trusted(), name: key}
    if keys_of(setting_of(keys)) != keys:
        raise InputError(_BAD_NAME, place=name[:60])
    return _keep_keys(keys)


def distrust_key(name: KeyName, /) -> int:
    """Trust a key no more; what was allowed by its signature is not loaded any longer."""
    keys = _trusted()
    if keys.pop(name, None) is None:
        raise InputError(_UNKNOWN_KEY.with_values(name=name[:60]))
    return _keep_keys(keys)


def _installed(package: str) -> ForeignCode:
    found = next((one for one in foreign_code() if one.distribution == package), None)
    if found is None:
        raise InputError(_NONE.with_values(name=package))
    return found


def _said_of(code: ForeignCode) -> bytes:
    return statement_of(code.distribution, code.version, code.digest())


def _trusted() -> dict[str, str]:
    return keys_of(load_settings(paths.settings_file()).plug_in_keys)


def _keep_keys(keys: Mapping[str, str]) -> int:
    settings = load_settings(paths.settings_file())
    save_settings(settings.model_copy(update={"plug_in_keys": setting_of(keys)}), paths.settings_file())
    return 0


PLUG_INS = Group(
    name="plug-ins",
    title=Text("插件：列出、允许、禁止；默认都不加载", "Plug-ins: list, allow, forbid; none is loaded otherwise"),
    commands=(
        Command(name="list", title=Text("列出插件及其摘要", "List plug-ins with their digests"), run=listed),
        Command(name="allow", title=Text("允许一个插件包（按现在的文件）", "Allow a package, as it is now"), run=allow),
        Command(name="forbid", title=Text("禁止一个插件包", "Forbid a package"), run=forbid),
        Command(name="make-key", title=Text("生成签名密钥", "Make a key to sign with"), run=make_key),
        Command(name="sign", title=Text("给插件包签名", "Sign a package"), run=sign_package),
        Command(name="verify", title=Text("核对插件包的签名", "Check the signature of a package"), run=verify),
        Command(name="trust-key", title=Text("信任一把签名公钥", "Trust a key to sign plug-ins"), run=trust_key),
        Command(name="distrust-key", title=Text("不再信任一把公钥", "Trust a key no more"), run=distrust_key),
    ),
)
