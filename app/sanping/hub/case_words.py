"""Words that people write about a case, before they are kept: without control characters, phone or ID numbers."""


def said_plainly(words: str) -> str:
    """Return words as they may be kept in a case and its audit, which nobody can erase."""
    return "".join(letter for letter in words.strip() if letter.isprintable() or letter == "\n")
