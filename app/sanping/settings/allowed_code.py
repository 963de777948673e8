"""Which installed packages may add code: those a person allowed, as they were when they were allowed.

A line of the setting reads `name`, `name==version`, or `name==version#digest`; `*` allows everything.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sanping.domain.text import Text

TOOL_GROUP, PANEL_GROUP = "sanping.tools", "sanping.panels"
DIGEST_LETTERS = 32
_RULE = re.compile(r"([\w.*-]{1,120})(?:==([\w.+!-]{1,60}))?(?:#([0-9a-f]{8,64}))?", re.ASCII)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One allowed package or plug-in; `version` and `digest` empty for any."""

    name: str
    version: str = ""
    digest: str = ""

    def __str__(self) -> str:
        """Return it as the setting writes it."""
        version = f"=={self.version}" if self.version else ""
        return f"{self.name}{version}{f'#{self.digest}' if self.digest else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignCode:
    """An entry point of a package that is not ours; `digest` computes the SHA-256 over its files when it is needed."""

    name: str
    distribution: str
    version: str
    digest: Callable[[], str]


def rules_of(setting: str) -> tuple[Rule, ...]:
    """Return the rules of a setting; what is none of them allows nothing and is left out."""
    found = (_RULE.fullmatch(word) for word in _APART.split(setting))
    return tuple(Rule(name=one[1], version=one[2] or "", digest=one[3] or "") for one in found if one is not None)


def with_rule(rules: Sequence[Rule], rule: Rule) -> str:
    """Return the setting with a rule in the place of any other for its name."""
    return ", ".join(str(one) for one in (*(known for known in rules if known.name != rule.name), rule))


def without_rule(rules: Sequence[Rule], names: Collection[str]) -> str:
    """Return the setting without the rules for some names."""
    return ", ".join(str(one) for one in rules if one.name not in names)


def refusal(rules: Sequence[Rule], code: ForeignCode) -> Text | None:
    """Return why a piece of foreign code must not be loaded, None when it may."""
    words = {"name": code.name, "distribution": code.distribution, "version": code.version}
    rule = next((one for one in rules if one.name in (code.distribution, code.name, "*")), None)
    if rule is None:
        return NOT_ALLOWED.with_values(**words)
    if rule.version and rule.version != code.version:
        return OTHER_VERSION.with_values(**words, wanted=rule.version)
    if rule.digest and not code.digest().startswith(rule.digest):
        return OTHER_BYTES.with_values(**words)
    return None
