"""How secrets are sealed: by AES or by SM4, told from one another, and noticed when altered."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from sanping.domain.errors import StoreFailed
from sanping.storage.sealed_file import SealedFile
from sanping.storage.sealing import SM4_HEAD, Sealing, sealed, unsealed

KEY, PURPOSE = bytes(range(32)), b"a test"
WAYS: tuple[Sealing, ...] = ("aes", "sm4")


def test_the_library_computes_what_the_standards_print() -> None:
    # given the examples of GB/T 32905 (SM3 of "abc") and RFC 8998 A.1 (SM4-GCM)
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")
    key, nonce = bytes.fromhex("0123456789abcdeffedcba9876543210"), bytes.fromhex("00001234567800000000abcd")

    # when they are computed
    sealer = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    sealer.authenticate_additional_data(bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    body = sealer.update(
        bytes.fromhex("aa" * 8 + "bb" * 8 + "cc" * 8 + "dd" * 8 + "ee" * 8 + "ff" * 8 + "ee" * 8 + "aa" * 8)
    )
    sealer.finalize()

    # then they are as printed
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert body.hex().startswith("17f399f08c67d5ee19d0dc9969c4bb7d")
    assert sealer.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


@pytest.mark.parametrize("way", WAYS)
def test_a_changed_byte_anywhere_is_noticed_and_nothing_is_opened(way: Sealing) -> None:
    # given something that is sealed
    plain = "口令".encode()
    written = sealed(plain, KEY, PURPOSE, way)
    assert unsealed(written, KEY, PURPOSE) == plain
    assert plain not in written
    assert written.startswith(SM4_HEAD) == (way == "sm4")

    # when a byte of it is another, or it is cut, or the key or the purpose is another
    altered = [written[:at] + bytes([written[at] ^ 1]) + written[at + 1 :] for at in range(len(written))]
    tries = [(one, KEY, PURPOSE) for one in (*altered, written[:-1], written[:20], b"")]
    tries += [(written, bytes(32), PURPOSE), (written, KEY, b"another")]

    # then it stays shut
    for content, key, purpose in tries:
        with pytest.raises(ValueError, match=r".*"):
            unsealed(content, key, purpose)


def test_a_file_is_opened_whichever_way_it_was_sealed_and_sealed_anew_as_it_is_set(tmp_path: Path) -> None:
    # given a file of a machine that is told to use SM4 from now on
    old = SealedFile(tmp_path / "data", tmp_path / "config")
    old.write({"bus": "canary"})
    new = SealedFile(tmp_path / "data", tmp_path / "config", sealing=lambda: "sm4")

    # when it is read and written again
    assert new.read() == {"bus": "canary"}
    new.write({"bus": "canary", "mqtt": "second"})

    # then it is sealed with SM4 and can still be read by either; altered it is refused
    assert new.path.read_bytes().startswith(SM4_HEAD)
    assert old.read() == {"bus": "canary", "mqtt": "second"}
    content = new.path.read_bytes()
    new.path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(StoreFailed):
        new.read()
