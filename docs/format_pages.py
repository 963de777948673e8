"""Writes the lists on the page of formats: what is read by which module, what is written, what is not read."""

from sanping.formats.catalog import READERS
from sanping.formats.outgoing.layers import FORMATS, SUFFIXES
from sanping.formats.sniffing import UNSUPPORTED_SUFFIXES, UNSUPPORTED_WORDS

START, END = "<!-- formats: written by `make docs` -->", "<!-- end of formats -->"


def formats_page(text: str) -> str:
    """Return the page with its lists made anew."""
    before, rest = text.split(START)
    _, after = rest.split(END)
    return f"{before}{START}\n{_lists()}\n{END}{after}"


def _lists() -> str:
    known = sorted({*UNSUPPORTED_SUFFIXES.values(), *(name for _, name in UNSUPPORTED_WORDS)}, key=str.casefold)
    lines = ["| 读 read | 模块 module |", "|---|---|"]
    lines += [f"| {names} | `{module}` |" for module, _, names in READERS if names]
    lines += ["", "| 写 written | | 文件名 name | `--format` |", "|---|---|---|---|"]
    lines += [
        f"| {title.zh} | {title.en} | {f'`*{SUFFIXES[name]}`' if SUFFIXES[name] else '—'} | `{name}` |"
        for name, title in FORMATS.items()
    ]
    lines += ["", f"认得但不读，会说明：{'、'.join(known)}。"]
    lines += [f"Known but not read, which is said: {', '.join(known)}."]
    return "\n".join(lines)
