"""Subjects of the bus: what a pattern matches, and what a name may hold. Pure."""


def matches(pattern: str, subject: str) -> bool:
    """Say whether a subject is one that a pattern asks for; `*` is one token, a last `>` one or more."""
    asked, told = pattern.split("."), subject.split(".")
    if asked[-1] == ">":
        asked.pop()
        if len(told) <= len(asked):
            return False
        told = told[: len(asked)]
    return len(asked) == len(told) and all(one in ("*", other) for one, other in zip(asked, told, strict=True))
