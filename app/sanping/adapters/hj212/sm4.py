"""Encryption of the data area, HJ 212-2025 annex A.2: SM4 (GB/T 32907), ECB, whole blocks, the rest stays clear."""

import re

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sanping.domain.errors import SourceRefused
from sanping.domain.text import Text

BLOCK = 16

_HEX_KEY = re.compile(r"[0-9A-Fa-f]{32}")
_BAD_KEY = Text(
    "SM4 密钥应为 16 个 ASCII 字符或 32 个十六进制数字，现为 {size} 个字符；请核对 sm4_key",
    "The SM4 key must be 16 ASCII characters or 32 hexadecimal digits, it has {size} characters; check sm4_key",
)


class AreaCipher:
    """Encrypts and decrypts data areas with one 16-byte key."""

    def __init__(self, key: bytes) -> None:
        self._cipher = Cipher(algorithms.SM4(key), modes.ECB())

    def encrypted(self, area: bytes) -> bytes:
        """Return the data area with its whole blocks encrypted; as long as before."""
        whole = len(area) - len(area) % BLOCK
        return self._cipher.encryptor().update(area[:whole]) + area[whole:]

    def decrypted(self, area: bytes) -> bytes:
        """Return the data area with its whole blocks decrypted; as long as before."""
        whole = len(area) - len(area) % BLOCK
        return self._cipher.decryptor().update(area[:whole]) + area[whole:]


def area_cipher(key: str) -> AreaCipher | None:
    """Return the cipher of a key as people write it, None for an empty one.

    The key is 32 hexadecimal digits, or 16 ASCII characters that are its bytes. Raises `SourceRefused` for others.
    """
    if not key:
        return None
    if _HEX_KEY.fullmatch(key):
        return AreaCipher(bytes.fromhex(key))
    if len(key) == BLOCK and key.isascii():
        return AreaCipher(key.encode("ascii"))
    raise SourceRefused(_BAD_KEY.with_values(size=len(key)))
