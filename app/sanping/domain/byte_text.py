"""Tells UTF-8 from GBK in text that does not say which it is; pure."""

import codecs

_UNIT_SIGNS = frozenset("°±²³µ·×÷øØΩμαβδ")


def is_utf8(head: bytes, *, is_whole: bool) -> bool:
    """Whether text begins as UTF-8; a head that is not the whole may end within a character.

    Many pairs of GBK bytes are letters of UTF-8 by chance, 站 for one is Armenian. So text whose only signs beyond
    ASCII are pairs of bytes is taken for GBK, unless they are the signs that units are written with.
    """
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=is_whole)
    except UnicodeDecodeError:
        return False
    beyond = {sign for sign in text if sign > "\x7f"}
    return any(sign >= "\u0800" for sign in beyond) or beyond <= _UNIT_SIGNS
