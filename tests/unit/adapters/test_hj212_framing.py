"""`sanping.adapters.hj212.framing`: frames out of any stream."""

import pytest
from hj212_frames import MN, OFFICIAL_KEY, framed, payload, reported
from hypothesis import given
from hypothesis import strategies as st

from sanping.adapters.hj212.framing import LONGEST_BRACED, LONGEST_FRAME, Framer, looks_encrypted
from sanping.adapters.hj212.sm4 import area_cipher

HOUR, BEAT = payload("b_hour_2017.txt"), payload("g_heartbeat_2025.txt")


def faults(data: bytes, *, size: int = 0) -> list[str]:
    """Return the faults of all cuts, the data fed in pieces of `size`, or at once."""
    framer = Framer()
    pieces = [data[at : at + size] for at in range(0, len(data), size)] if size else [data]
    return [cut.fault for piece in pieces for cut in framer.fed(piece)] + [cut.fault for cut in framer.ended()]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 100, 1000])
def test_pieces_of_any_size_give_the_same_frames(size: int) -> None:
    assert faults(HOUR + BEAT + HOUR, size=size) == ["", "", ""]


@pytest.mark.parametrize("garbage", [b"ATE0", b"#", b"###", b"##12", b"##12a4", b"\x00\x01\xff", b"DTU,00123;"])
def test_a_frame_is_found_behind_garbage(garbage: bytes) -> None:
    # given garbage before and between frames
    framer = Framer()

    # when all is fed at once
    cuts = framer.fed(garbage + HOUR + garbage + BEAT)

    # then both frames are whole, and every other byte is counted as garbage
    assert [cut.segment[:3] for cut in cuts if not cut.fault] == [b"QN=", b"QN="]
    assert sum(len(cut.wire) for cut in cuts if cut.fault == "garbage") == 2 * len(garbage)


def test_a_frame_cut_short_does_not_swallow_the_next_one() -> None:
    assert faults(HOUR[:120] + BEAT + HOUR) == ["cut", "", ""]


def test_a_frame_with_a_wrong_byte_is_named_and_passed_over() -> None:
    assert faults(HOUR.replace(b"0.88", b"0.89") + BEAT) == ["crc", ""]


@pytest.mark.parametrize("said", [b"0233", b"0235", b"0200", b"0300", b"0000"])
def test_a_wrong_length_is_told_from_a_wrong_check_code(said: bytes) -> None:
    assert faults(b"##" + said + HOUR[6:] + BEAT) == ["length", ""]


def test_a_length_that_is_too_long_holds_up_no_frame_behind() -> None:
    # given a frame whose length says that much more is to come, with the next frame behind it
    framer = Framer()

    # when they arrive, and nothing more does
    cuts = framer.fed(b"##0999" + HOUR[6:] + BEAT)

    # then both are there at once
    assert [cut.fault for cut in cuts] == ["length", ""]
    assert not framer.holds_part


def test_a_length_over_the_limit_costs_nothing_but_its_head() -> None:
    # given a head that promises 9999 bytes, and a good frame behind it
    framer = Framer()

    # when they are fed
    cuts = framer.fed(b"##9999" + HOUR)

    # then nobody waits for the rest
    assert [cut.fault for cut in cuts] == ["length", ""]
    assert not framer.holds_part


def test_a_longer_segment_passes_when_the_limit_is_raised() -> None:
    # given a segment of 2000 bytes
    wire = reported("DataTime=20260612080000;" + "w01001-Rtd=7.4;" * 127)

    # when it meets the standard limit and a higher one
    strict, lenient = Framer().fed(wire), Framer(longest_segment=4084).fed(wire)

    # then only the higher one lets it in
    assert strict[0].fault == "length"
    assert [cut.fault for cut in lenient] == [""]


def test_never_more_than_one_frame_is_held() -> None:
    # given a head whose frame never comes, then a brace that never closes
    framer = Framer()
    most = 0

    # when 100 KB follow, byte by byte at the end of which nothing is right
    for data in (b"##1024", b"##0300ST=21;CP=&&{0x"):
        framer.fed(data)
        for _ in range(1000):
            framer.fed(b"0x41," * 20)
            most = max(most, len(framer._held))

    # then what is kept stays within the cap
    assert most <= max(LONGEST_FRAME, LONGEST_BRACED) + 100


def test_head_and_marks_inside_encrypted_bytes_do_not_end_a_frame() -> None:
    # given an encrypted area with everything in it that could be taken for an end
    cipher = area_cipher(OFFICIAL_KEY)
    assert cipher is not None
    tricky = b"&&0000\r\n##0010&&" * 3
    head = f"QN=20260612080000123;ST=21;CN=2011;PW=123456;MN={MN};Flag=9;CP=&&".encode()
    plain = framed(head + cipher.decrypted(tricky) + b"&&")
    wire = plain.replace(cipher.decrypted(tricky), tricky)

    # when it is cut with the key
    cuts = Framer(cipher).fed(wire + BEAT)

    # then the length alone decides
    assert [(cut.fault, cut.was_encrypted) for cut in cuts] == [("", True), ("", False)]


def test_text_is_not_taken_for_encrypted_bytes() -> None:
    chinese = f"MN={MN};CP=&&i11001-Info=//管路清洗管路清洗//&&"
    assert not looks_encrypted(chinese.encode())
    assert not looks_encrypted(chinese.encode("gb18030"))
    assert looks_encrypted(payload("official_2025_annex_a2_whole_blocks_raw.bin").strip()[6:-4])


@given(st.binary(max_size=600), st.integers(1, 50))
def test_cuts_cover_every_byte_in_order(data: bytes, size: int) -> None:
    # given any bytes, in pieces
    framer = Framer()
    cuts = [cut for at in range(0, len(data), size) for cut in framer.fed(data[at : at + size])] + framer.ended()

    # when the cuts are laid side by side
    reached = 0
    for cut in cuts:
        # then nothing overlaps, and only blanks and line ends lie between
        assert cut.offset >= reached
        assert not data[reached : cut.offset].replace(b"\\r", b"").replace(b"\\n", b"").strip()
        assert data[cut.offset : cut.offset + len(cut.wire)] == cut.wire
        reached = cut.offset + len(cut.wire)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_good_frame_survives_any_neighbours(before: bytes, after: bytes) -> None:
    # given a good frame between any bytes that hold no head of their own
    before, after = before.replace(b"#", b"+"), after.replace(b"#", b"+")

    # when the stream is cut
    framer = Framer()
    cuts = [*framer.fed(before + HOUR + after), *framer.ended()]

    # then the frame is among the cuts
    assert [cut.segment for cut in cuts if not cut.fault] == [HOUR[6:-6]]
