"""How a file is sealed: AES-256-GCM, or SM4-GCM (GB/T 32907) where a site must use commercial cryptography of China.

What is sealed says by which it was, so that either is opened whatever is set now.
"""

import secrets
from typing import Literal

Sealing = Literal["aes", "sm4"]

NONCE_BYTES, TAG_BYTES, SM4_KEY_BYTES = 12, 16, 16
SM4_HEAD = b"sanping sm4-gcm 1\n"


def sealed(plain: bytes, key: bytes, purpose: bytes, sealing: Sealing) -> bytes:
    """Return bytes sealed under a key of 32 bytes; `purpose` is bound to them."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    if sealing == "aes":
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  20 ms that most words do not need

        return nonce + AESGCM(key).encrypt(nonce, plain, purpose)
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415

    sealer = Cipher(algorithms.SM4(_sm4_key(key)), modes.GCM(nonce)).encryptor()
    sealer.authenticate_additional_data(SM4_HEAD + purpose)
    body = sealer.update(plain) + sealer.finalize()
    return SM4_HEAD + nonce + body + sealer.tag


def unsealed(written: bytes, key: bytes, purpose: bytes) -> bytes:
    """Return what was sealed. Raises `ValueError` when anything about it is not as it was."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415

    try:
        if written.startswith(SM4_HEAD):
            return _sm4_opened(written[len(SM4_HEAD) :], key, purpose)
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        return AESGCM(key).decrypt(written[:NONCE_BYTES], written[NONCE_BYTES:], purpose)
    except InvalidTag as error:
        raise ValueError("what was sealed was altered") from error


def _sm4_opened(written: bytes, key: bytes, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415

    nonce, body, tag = written[:NONCE_BYTES], written[NONCE_BYTES:-TAG_BYTES], written[-TAG_BYTES:]
    opener = Cipher(algorithms.SM4(_sm4_key(key)), modes.GCM(nonce, tag)).decryptor()
    opener.authenticate_additional_data(SM4_HEAD + purpose)
    return opener.update(body) + opener.finalize()


def _sm4_key(key: bytes) -> bytes:
    """Return the 128 bits that SM4 takes, from the whole key by HMAC-SM3 (GB/T 32905)."""
    from cryptography.hazmat.primitives import hashes, hmac  # noqa: PLC0415

    mixer = hmac.HMAC(key, hashes.SM3())
    mixer.update(b"sanping sm4 key 1")
    return mixer.finalize()[:SM4_KEY_BYTES]
