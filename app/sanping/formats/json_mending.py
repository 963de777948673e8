"""Puts right what JSON forbids but programs write all the same."""

import json
import re

_FORBIDDEN = re.compile(rb"NaN|Infinity|\\u[dD][89a-fA-F]|[\x01-\x08\x0b\x0c\x0e-\x1f]")


def with_nulls(text: bytes) -> bytes | None:
    """Return JSON with null for NaN and infinities, without lone surrogates; None when that is not what is wrong."""
    if not _FORBIDDEN.search(text):
        return None
    try:
        value = json.loads(text, strict=False, parse_constant=lambda _: None)
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    except (ValueError, RecursionError):
        return None
