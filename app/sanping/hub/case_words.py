"""Words that people write about a case, before they are kept: without control characters, phone or ID numbers."""

from sanping.domain.case import Reporter
from sanping.twin.cases.privacy import masked_text


def said_plainly(words: str, of: Reporter | None = None) -> str:
    """Return words as they may be kept in a case and its audit, which nobody can erase; `of` is who reported it."""
    return masked_text("".join(letter for letter in words.strip() if letter.isprintable() or letter == "\n"), of)
