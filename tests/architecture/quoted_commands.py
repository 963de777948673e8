"""Reads the commands that a page of the documentation quotes."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^ *```(?:sh|bash)\n(.*?)^ *```", re.S | re.M)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_ANY_FENCE = re.compile(r"^ *```.*?^ *```", re.S | re.M)
_STEPS = re.compile(r"\s(?:&&|\|\||[|;])\s")
_BEFORE = ("sudo", "env", "nohup", "systemd-run", "exec")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.)")


@dataclass(frozen=True, kw_only=True)
class Quoted:
    """A command in a page: its program, its words, and whether it stands there whole, as in a block of commands."""

    program: str
    words: tuple[str, ...]
    is_whole: bool


def quoted_commands(text: str) -> Iterator[Quoted]:
    """Yield the `sanping` and `make` commands of a page in Markdown, those of blocks first."""
    for block in _FENCE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            yield from _commands(line, is_whole=True)
    for code in _INLINE.findall(_ANY_FENCE.sub("", text)):
        yield from _commands(code, is_whole=False)


def code_of(text: str) -> list[str]:
    """Return the blocks of commands of a page, and what its sentences say in code."""
    return _FENCE.findall(text) + _INLINE.findall(_ANY_FENCE.sub("", text))


def _commands(line: str, *, is_whole: bool) -> Iterator[Quoted]:
    for step in _STEPS.split(_without_comment(line)):
        words = _split(re.split(r"\s(?:\d?>|<)", step)[0])
        while words and (words[0] in _BEFORE or re.fullmatch(r"[A-Z_]+=.*", words[0])):
            words = words[1:]
        if words and (program := words[0].rpartition("/")[2]) in ("sanping", "make"):
            has_gap = any(_ELLIPSIS.search(word) for word in words)
            yield Quoted(program=program, words=tuple(words[1:]), is_whole=is_whole and not has_gap)


def _without_comment(line: str) -> str:
    return re.sub(r"(^|\s)#.*$", "", line)


def _split(step: str) -> list[str]:
    try:
        return shlex.split(step.strip().rstrip("&"))
    except ValueError:
        return step.split()
