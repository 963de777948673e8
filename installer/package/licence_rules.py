"""Which licences a package of ours may carry beside Apache-2.0 code: words of metadata, sorted by what they ask.

A licence that is not listed is unknown and stops the check: a person reads it and adds it here, or takes the package
out. Of "A OR B" the milder counts, of "A AND B" all.
"""

import re

FREE, SHARED, REFUSED, UNKNOWN = "free", "shared", "refused", "unknown"
# Notice and text go along; nothing is asked of our own code.
_FREE = (
    "0bsd", "3-clause bsd license", "any-osi", "apache software license", "apache-2.0",
    "apache-2.0 with llvm-exception", "bsd", "bsd license", "bsd-2-clause", "bsd-3-clause", "cc0-1.0", "isc",
    "isc license (iscl)", "mit", "mit license", "mit-0", "mit-cmu", "psf-2.0", "python software foundation license",
    "unlicense", "zlib",
)  # fmt: skip
# Changes to the library itself stay open and it can be replaced: we ship it unchanged, as files of their own.
_SHARED = (
    "epl-2.0", "lgpl-2.1-or-later", "lgpl-3.0-only", "lgpl-3.0-or-later",
    "mozilla public license 2.0 (mpl 2.0)", "mpl-2.0",
)  # fmt: skip
_REFUSED = re.compile(r"(?<!l)gpl|sspl|busl|commons clause|non-?commercial|cc-by-nc|proprietary|elastic", re.IGNORECASE)
_ORDER = (FREE, SHARED, REFUSED, UNKNOWN)


def kind_of(words: str) -> str:
    """Return what a licence asks: `free`, `shared`, `refused` or `unknown`."""
    plain = words.strip()
    while plain.startswith("(") and plain.endswith(")") and _is_whole(plain):
        plain = plain[1:-1].strip()
    for word, choose in ((" AND ", max), (" OR ", min)):
        parts = _split(plain, word)
        if len(parts) > 1:
            return choose((kind_of(part) for part in parts), key=_ORDER.index)
    if plain.lower() in _FREE:
        return FREE
    if plain.lower() in _SHARED:
        return SHARED
    return REFUSED if _REFUSED.search(plain) else UNKNOWN


def _split(words: str, by: str) -> list[str]:
    """Return the parts of an expression outside brackets."""
    parts, depth, begun = [], 0, 0
    for place, letter in enumerate(words):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0 and words.startswith(by, place):
            parts.append(words[begun:place])
            begun = place + len(by)
    return [*parts, words[begun:]]


def _is_whole(words: str) -> bool:
    """Say whether the first bracket is closed by the last."""
    depth = 0
    for place, letter in enumerate(words):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0:
            return place == len(words) - 1
    return False
