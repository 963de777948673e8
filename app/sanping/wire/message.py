"""What every message of `sanping.v1` shares."""

from typing import Annotated

import msgspec

Short = Annotated[str, msgspec.Meta(max_length=200)]


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What every message has: the field `type`."""
