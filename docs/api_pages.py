"""The page of the names that scripts use, from their docstrings and signatures."""

import inspect
import re

from sanping import FOR_SCRIPTS, api

HEAD = """<!-- Written by `make docs` from the code; do not edit. -->
# 脚本接口 · Names for scripts

`import sanping` 之后可用；如何使用见[操作指南](../how-to/scripts.md)。
Used after `import sanping`; how to use them is in the [guide](../how-to/scripts.md).
"""
_MODULES = re.compile(r"\b(?:sanping|pathlib|collections|datetime|numpy|typing)(?:\.[A-Za-z_]+)*\.(?=[A-Za-z_])")


def api_page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for name in FOR_SCRIPTS:
        thing = getattr(api, name)
        parts.append(f"## `{name}`\n")
        if inspect.isclass(thing):
            parts += [_said(thing), *_members(thing)]
        else:
            parts += [f"```python\n{name}{_signature(thing)}\n```\n", _said(thing)]
    return "\n".join(parts)


def _members(kind: type) -> list[str]:
    found = []
    for name, member in vars(kind).items():
        if name.startswith("_") and name not in ("__getitem__", "__iter__", "__len__"):
            continue
        if isinstance(member, property):
            found.append(f"### `{name}`\n\n{_said(member)}")
        elif inspect.isfunction(member):
            found.append(f"### `{name}{_signature(member)}`\n\n{_said(member)}")
    return found


def _signature(thing: object) -> str:
    written = str(inspect.signature(thing))  # type: ignore[arg-type]
    return re.sub(
        r"\b(?:sanping|pathlib|collections|datetime|numpy|typing)(?:\.[A-Za-z_]+)*\.(?=[A-Za-z_])", "", written
    )


def _said(thing: object) -> str:
    return inspect.cleandoc(inspect.getdoc(thing) or "") + "\n"
