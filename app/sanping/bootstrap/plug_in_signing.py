"""Signatures of plug-ins: Ed25519 (RFC 8032) over a package's name, version and digest, in a file beside its code."""

import base64
import binascii
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from sanping.domain.errors import InputError
from sanping.domain.text import Text
from sanping.settings.allowed_code import SIGNATURE_FILE

KEY_BYTES, SIGNATURE_BYTES = 32, 64
_LARGEST_BYTES = 4096

UNSIGNED = Text("没有签名", "there is no signature")
FORGED = Text(
    "签名与名称、版本或文件不符，或不是这把公钥签的",
    "the signature does not fit name, version and files, or another key made it",
)
_NO_KEY = Text(
    "公钥须为 32 字节的 Base64，见 sanping plug-ins make-key",
    "A public key is 32 bytes in Base64, see sanping plug-ins make-key",
)
_BAD_FILE = Text("签名私钥无法使用：{reason}", "The signing key cannot be used: {reason}")
_NO_ED25519 = Text("不是 Ed25519 私钥", "it is no Ed25519 key")
_UNWRITTEN = Text("无法写入：{reason}", "It cannot be written: {reason}")


def made_key(path: Path) -> str:
    """Make a signing key in a new file for its owner alone; return its public half in Base64. Raises `InputError`."""
    key = Ed25519PrivateKey.generate()
    written = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(written)
    except OSError as error:
        raise InputError(_UNWRITTEN.with_values(reason=error.strerror), path=str(path)) from error
    return _public(key)


def sign(statement: bytes, folder: Path, key_file: Path) -> str:
    """Sign what is said of a package, into its folder; return the public key. Raises `InputError`."""
    try:
        key = load_pem_private_key(key_file.read_bytes()[:_LARGEST_BYTES], None)
    except (OSError, ValueError, TypeError) as error:
        raise InputError(_BAD_FILE.with_values(reason=str(error)[:120]), path=str(key_file)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InputError(_BAD_FILE.with_values(reason=_NO_ED25519), path=str(key_file))
    path = folder / SIGNATURE_FILE
    try:
        path.write_bytes(base64.b64encode(key.sign(statement)) + b"\n")
    except OSError as error:
        raise InputError(_UNWRITTEN.with_values(reason=error.strerror), path=str(path)) from error
    return _public(key)


def statement_of(distribution: str, version: str, digest: str) -> bytes:
    """Return what a signature is over; no other package gives the same bytes."""
    return f"sanping plug-in 1\n{distribution}\n{version}\n{digest}\n".encode()


def fault(folder: Path | None, statement: Callable[[], bytes], public: str) -> Text | None:
    """Return why a package does not count as signed with a public key, None when it does."""
    path = None if folder is None else folder / SIGNATURE_FILE
    try:
        written = b"" if path is None else path.read_bytes()[:_LARGEST_BYTES]
    except OSError:
        written = b""
    if not written:
        return UNSIGNED
    try:
        signature = base64.b64decode(written.strip(), validate=True)
        Ed25519PublicKey.from_public_bytes(checked_key(public)).verify(signature, statement())
    except (InvalidSignature, binascii.Error, InputError):
        return FORGED
    return None


def checked_key(public: str) -> bytes:
    """Return a public key as bytes. Raises `InputError`."""
    try:
        found = base64.b64decode(public, validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != KEY_BYTES:
        raise InputError(_NO_KEY, place=public[:60])
    return found


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
