"""Which installed packages may add code: those a person allowed, as they were when they were allowed.

A line of the setting reads `name`, `name==version`, `name==version#digest`, or `name>=version@key` for what is signed
with a trusted key; `*` allows everything.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sanping.domain.text import Text

TOOL_GROUP, PANEL_GROUP = "sanping.tools", "sanping.panels"
DIGEST_LETTERS = 32
SIGNATURE_FILE = "sanping.sig"  # in the folder of a package
_RULE = re.compile(r"([\w.*-]{1,120})(?:==([\w.+!-]{1,60}))?(?:#([0-9a-f]{8,64}))?", re.ASCII)
_SIGNED_RULE = re.compile(r"([\w.-]{1,120})>=([\w.+!-]{1,60})@([\w-]{1,40})", re.ASCII)
_KEY = re.compile(r"([\w-]{1,40}):([A-Za-z0-9+/]{43}=)", re.ASCII)
NO_KEYS: Mapping[str, str] = MappingProxyType({})
_APART = re.compile(r"[\s,，;；]+")

NOT_ALLOWED = Text(
    "没有允许“{name}”（{distribution} {version}）：请先核实来源，再运行 sanping plug-ins allow {distribution}",
    "“{name}” ({distribution} {version}) is not allowed: see where it comes from, then run "
    "sanping plug-ins allow {distribution}",
)
OTHER_VERSION = Text(
    "“{name}”的版本是 {version}，允许的是 {wanted}：请核实后重新允许，或装回原版本",
    "“{name}” has version {version}, and {wanted} is allowed: look at it and allow it again, or install the other",
)
OTHER_BYTES = Text(
    "“{name}”（{distribution} {version}）的文件与允许时不同：请核实是谁改的，再重新安装或重新允许",
    "The files of “{name}” ({distribution} {version}) are not those that were allowed: find out who changed them, "
    "then install it anew or allow it again",
)


NO_TRUSTED_KEY = Text(
    "“{name}”应由“{key}”签名，但没有信任这把公钥；请运行 sanping plug-ins trust-key {key} 公钥",
    "“{name}” is to be signed by {key}, whose key is not trusted; run sanping plug-ins trust-key {key} KEY",
)
NOT_SIGNED = Text(
    "“{name}”（{distribution} {version}）未通过“{key}”的签名核对：{reason}；请向发布者取得原包",
    "“{name}” ({distribution} {version}) does not bear the signature of {key}: {reason}; get it from its publisher",
)
OLDER_VERSION = Text(
    "“{name}”的版本 {version} 低于允许的最低版本 {wanted}：旧版可能有已修复的漏洞，已拒绝",
    "“{name}” has version {version}, older than {wanted}, the least that is allowed: it was refused",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One allowed package or plug-in; `version` and `digest` empty for any.

    With a `key` it is whatever that key has signed, of this version or a later one.
    """

    name: str
    version: str = ""
    digest: str = ""
    key: str = ""

    def __str__(self) -> str:
        """Return it as the setting writes it."""
        if self.key:
            return f"{self.name}>={self.version}@{self.key}"
        version = f"=={self.version}" if self.version else ""
        return f"{self.name}{version}{f'#{self.digest}' if self.digest else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignCode:
    """An entry point of a package that is not ours; `digest` computes the SHA-256 over its files when it is needed.

    `signature_fault` says why it does not bear the signature of a public key, None when it does.
    """

    name: str
    distribution: str
    version: str
    digest: Callable[[], str]
    signature_fault: Callable[[str], Text | None] = field(default=lambda _: Text("没有签名", "there is no signature"))


def rules_of(setting: str) -> tuple[Rule, ...]:
    """Return the rules of a setting; what is none of them allows nothing and is left out."""
    rules = []
    for word in _APART.split(setting):
        if (one := _SIGNED_RULE.fullmatch(word)) is not None:
            rules.append(Rule(name=one[1], version=one[2], key=one[3]))
        elif (one := _RULE.fullmatch(word)) is not None:
            rules.append(Rule(name=one[1], version=one[2] or "", digest=one[3] or ""))
    return tuple(rules)


def keys_of(setting: str) -> dict[str, str]:
    """Return the trusted public keys (Ed25519 in Base64) by the names a person gave them; the rest is left out."""
    found = (_KEY.fullmatch(word) for word in _APART.split(setting))
    return {one[1]: one[2] for one in found if one is not None}


def setting_of(keys: Mapping[str, str]) -> str:
    """Return keys as the setting writes them."""
    return ", ".join(f"{name}:{key}" for name, key in keys.items())


def with_rule(rules: Sequence[Rule], rule: Rule) -> str:
    """Return the setting with a rule in the place of any other for its name."""
    return ", ".join(str(one) for one in (*(known for known in rules if known.name != rule.name), rule))


def without_rule(rules: Sequence[Rule], names: Collection[str]) -> str:
    """Return the setting without the rules for some names."""
    return ", ".join(str(one) for one in rules if one.name not in names)


def refusal(rules: Sequence[Rule], code: ForeignCode, keys: Mapping[str, str] = NO_KEYS) -> Text | None:
    """Return why a piece of foreign code must not be loaded, None when it may; `keys` are those that are trusted."""
    words = {"name": code.name, "distribution": code.distribution, "version": code.version}
    rule = next((one for one in rules if one.name in (code.distribution, code.name, "*")), None)
    if rule is None:
        return NOT_ALLOWED.with_values(**words)
    if rule.key:
        return _signed_refusal(rule, code, keys)
    if rule.version and rule.version != code.version:
        return OTHER_VERSION.with_values(**words, wanted=rule.version)
    if rule.digest and not code.digest().startswith(rule.digest):
        return OTHER_BYTES.with_values(**words)
    return None


def _signed_refusal(rule: Rule, code: ForeignCode, keys: Mapping[str, str]) -> Text | None:
    words = {"name": code.name, "distribution": code.distribution, "version": code.version, "key": rule.key}
    if rule.key not in keys:
        return NO_TRUSTED_KEY.with_values(**words)
    why = code.signature_fault(keys[rule.key])
    if why is not None:
        return NOT_SIGNED.with_values(**words, reason=why)
    if _order(code.version) < _order(rule.version):
        return OLDER_VERSION.with_values(**words, wanted=rule.version)
    return None


def _order(version: str) -> tuple[tuple[int, ...], bool]:
    """Return what versions are compared by: their numbers, and one with letters is before the one without."""
    release = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(part) for part in release[0].split(".")] if release else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers), release is not None and release[0] == version.partition("+")[0]
