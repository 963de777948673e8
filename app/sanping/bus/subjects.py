"""Subjects of the bus: what a pattern matches, and what a name may hold. Pure."""

from sanping.domain.text import Text

TOO_LARGE = Text(
    "内容有 {size} 字节，超过消息服务器的上限 {limit} 字节；请调大 max_payload 并重启 nats-server，之后自动重发",
    "It has {size} bytes, more than the {limit} that the message server carries; raise max_payload and restart "
    "nats-server, and it is sent again by itself",
)


def matches(pattern: str, subject: str) -> bool:
    """Say whether a subject is one that a pattern asks for; `*` is one token, a last `>` one or more."""
    asked, told = pattern.split("."), subject.split(".")
    if asked[-1] == ">":
        asked.pop()
        if len(told) <= len(asked):
            return False
        told = told[: len(asked)]
    return len(asked) == len(told) and all(one in ("*", other) for one, other in zip(asked, told, strict=True))
