"""The QR code of some words as plain values (ISO/IEC 18004), and as text for a terminal."""

import io

import segno

TERMINAL_BORDER = 2


def modules_of(words: str) -> tuple[tuple[bool, ...], ...]:
    """Return the rows of a QR code of these words, True for a dark module, without a border."""
    return tuple(tuple(bool(module) for module in row) for row in _code(words).matrix)


def half_blocks_of(words: str) -> str:
    """Return a QR code of these words to print on a terminal, two rows a line."""
    picture = io.StringIO()
    _code(words).terminal(out=picture, compact=True, border=TERMINAL_BORDER)
    return picture.getvalue()


def _code(words: str) -> segno.QRCode:
    """Error correction of level M, never a Micro QR code: cameras do not read those."""
    return segno.make(words, error="m", micro=False)
