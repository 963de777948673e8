"""Topic templates: `river/{station}/{quantity}` subscribes `river/+/+` and reads station and quantity from topics."""

import re
from dataclasses import dataclass

from sanping.domain.errors import InputError
from sanping.domain.text import Text

_HOLE = re.compile(r"\{(station|quantity)\}")
_BAD = Text(
    "主题模板无效：{template}；样式：river/{{station}}/{{quantity}}，可用 + 和末尾的 #",
    "The topic template is invalid: {template}; write river/{{station}}/{{quantity}}, with + and a last # if need be",
)
_NONE = Text("请填写至少一个主题模板", "Give at least one topic template")


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One template: the filter to subscribe, and the pattern that topics match."""

    filter: str
    pattern: re.Pattern[str]

    def read(self, topic: str) -> dict[str, str] | None:
        """Return what a topic says ("station", "quantity"), None when it does not match."""
        found = self.pattern.fullmatch(topic)
        return None if found is None else {key: value for key, value in found.groupdict().items() if value}


def templates_in(written: str) -> tuple[Template, ...]:
    """Read templates, separated by blanks or lines. Raises `InputError`."""
    found = tuple(_template(word) for word in written.split())
    if not found:
        raise InputError(_NONE)
    return found


def _template(written: str) -> Template:
    levels = written.split("/")
    pattern, names = [], []
    for number, level in enumerate(levels):
        hole = _HOLE.fullmatch(level)
        if hole is not None and hole[1] not in names:
            names.append(hole[1])
            pattern.append(f"(?P<{hole[1]}>[^/]+)")
        elif level == "+":
            pattern.append("[^/]+")
        elif level == "#" and number == len(levels) - 1:
            pattern.append(".*")
        elif not any(mark in level for mark in "{}+#\0"):
            pattern.append(re.escape(level))
        else:
            raise InputError(_BAD.with_values(template=written))
    return Template(filter=_HOLE.sub("+", written), pattern=re.compile("/".join(pattern)))
