"""The worked frames and the samples of the standards: `sanping.adapters.hj212.decode` and `.encode`."""

import pytest
from hj212_frames import MN, OFFICIAL_KEY, PAYLOADS, payload
from msgspec.structs import replace

from sanping.adapters.hj212.decode import decode_frame, explain, observations_of
from sanping.adapters.hj212.encode import acknowledgement, encoded, is_to_be_encrypted
from sanping.adapters.hj212.joining import joined
from sanping.adapters.hj212.sm4 import AreaCipher, area_cipher
from sanping.domain.errors import FrameBroken, SourceRefused

CLEAR = sorted(path.name for path in PAYLOADS.glob("*.txt") if "braced" not in path.name)
HIDDEN = ["official_2025_annex_a2_whole_blocks", "official_2025_annex_a2_clear_rest"]


@pytest.mark.parametrize("name", CLEAR)
def test_a_frame_goes_there_and_back_byte_for_byte(name: str) -> None:
    # given a frame as it was on the wire
    wire = payload(name)

    # when it is decoded and encoded again
    again = encoded(decode_frame(wire))

    # then not a byte differs
    assert again == wire


def test_the_realtime_frame_says_what_it_measured() -> None:
    # given worked frame A
    frame = decode_frame(payload("a_realtime_2017.txt"))

    # when its values are read
    found = {row.quantity: (row.value, row.unit) for row in observations_of(frame)}

    # then they are ours, in our units, at 08:00 in China, which is midnight UTC
    assert found == {
        "ph": (7.42, ""),
        "dissolved_oxygen": (5.8, "mg/L"),
        "water_temperature": (24.6, "°C"),
        "conductivity": (512.0, "µS/cm"),
        "permanganate_index": (4.1, "mg/L"),
        "ammonia_nitrogen": (0.86, "mg/L"),
        "total_phosphorus": (0.17, "mg/L"),
        "total_nitrogen": (2.35, "mg/L"),
    }
    assert {(row.station, row.event_ms, row.quality, row.mark) for row in observations_of(frame)} == {
        (MN, 1_781_222_400_000, "good", "N")
    }
    assert frame.version == "2017"


def test_an_hour_ends_an_hour_after_its_data_time() -> None:
    # given worked frame B, whose DataTime 08:00 is the start of the hour
    rows = observations_of(decode_frame(payload("b_hour_2017.txt")))

    # when its statistics are read
    found = {(row.quantity, row.statistic): row.value for row in rows}

    # then they belong to 09:00, for the hour before
    assert found[("ammonia_nitrogen", "min")] == 0.80
    assert found[("ammonia_nitrogen", "avg")] == 0.88
    assert found[("total_phosphorus", "max")] == 0.21
    assert {(row.event_ms, row.period_s) for row in rows} == {(1_781_226_000_000, 3600)}


def test_the_acknowledgement_of_the_hour_is_the_worked_one() -> None:
    assert acknowledgement(decode_frame(payload("b_hour_2017.txt"))) == payload("c_data_taken.txt")


def test_a_heartbeat_is_answered_as_a_notice() -> None:
    # given worked frame G
    beat = decode_frame(payload("g_heartbeat_2025.txt"))

    # when it is answered
    reply = decode_frame(acknowledgement(beat))

    # then by 9013 in the same edition, with the same QN and MN
    assert (reply.cn, reply.st, reply.flag, reply.qn, reply.mn) == ("9013", "91", 8, beat.qn, beat.mn)


def test_replies_tell_their_verdict() -> None:
    assert decode_frame(payload("d_request_accepted.txt")).value("QnRtn") == "1"
    assert decode_frame(payload("e_executed.txt")).value("ExeRtn") == "1"


def test_both_packets_of_a_split_make_one_message() -> None:
    # given worked frames F, the second first
    second, first = decode_frame(payload("f_split_2_of_2.txt")), decode_frame(payload("f_split_1_of_2.txt"))

    # when they are joined
    whole = joined((second, first))

    # then the message has both values, its DataTime once, and no packet numbers
    assert [name for name, _ in whole.pairs()] == [
        "DataTime", "w21003-Avg", "w21003-Flag", "w21011-Avg", "w21011-Flag",
    ]  # fmt: skip
    assert (whole.packets, whole.flag) == (0, 5)
    assert [row.quality for row in observations_of(whole)] == ["good", "bad"]


def test_an_outfall_of_2025_has_its_own_flow() -> None:
    # given worked frame H
    rows = observations_of(decode_frame(payload("h_outfall_2025.txt")))

    # then flow is in L/s, and a value over range is suspect
    assert [(row.quantity, row.value, row.unit, row.quality) for row in rows] == [
        ("outfall_flow", 12.60, "L/s", "good"),
        ("cod", 31.5, "mg/L", "good"),
        ("ammonia_nitrogen", 1.42, "mg/L", "suspect"),
    ]


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("form", ["raw.bin", "braced.txt"])
def test_the_official_encrypted_samples_open_with_their_key(name: str, form: str) -> None:
    # given a sample of annex A.2, encrypted, and its key
    wire = payload(f"{name}_{form}")

    # when it is decoded
    frame = decode_frame(wire, area_cipher(OFFICIAL_KEY))

    # then it says what the plain sample says, and its check code is that of the plain text
    assert frame == decode_frame(payload(f"{name}_plain.txt"))


@pytest.mark.parametrize("name", HIDDEN)
def test_our_own_encryption_gives_the_official_bytes(name: str) -> None:
    # given the plain sample
    frame = decode_frame(payload(f"{name}_plain.txt"))

    # when it is encrypted
    wire = encoded(frame, area_cipher("30" * 16))

    # then it is the official one, the rest of less than 16 bytes in clear
    assert is_to_be_encrypted(frame)
    assert wire == payload(f"{name}_raw.bin")


def test_the_cipher_is_sm4() -> None:
    # given the example of GB/T 32907
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")

    # when it is encrypted and decrypted
    hidden = AreaCipher(block).encrypted(block)

    # then it is the standard's, and comes back
    assert hidden.hex() == "681edf34d206965e86b3e94f536e4246"
    assert AreaCipher(block).decrypted(hidden) == block


def test_an_encrypted_frame_without_a_key_says_so() -> None:
    # given an encrypted frame and no key
    wire = payload("official_2025_annex_a2_clear_rest_raw.bin")

    # when it is decoded
    with pytest.raises(FrameBroken) as refused:
        decode_frame(wire)

    # then the message names the setting
    assert "sm4_key" in refused.value.message.en


@pytest.mark.parametrize("key", ["short", "密钥密钥密钥密钥密钥密钥密钥密钥", "0" * 31])
def test_a_key_of_a_wrong_length_is_refused(key: str) -> None:
    with pytest.raises(SourceRefused):
        area_cipher(key)


def test_explaining_all_samples_finds_nothing_wrong() -> None:
    # given all clear frames in one stream
    data = b"".join(payload(name) for name in CLEAR)

    # when they are explained
    pieces = list(explain(data))

    # then each is one good frame, in order, without a gap
    assert [piece.error for piece in pieces] == [""] * len(CLEAR)
    assert all(piece.crc_ok for piece in pieces)
    assert sum(piece.size for piece in pieces) == len(data)
    assert pieces[0].fields["w01001-Rtd"] == "7.42"
    assert pieces[0].fields["Flag"] == 5


def test_explaining_gives_a_packet_the_time_of_its_message() -> None:
    # given two packets, the second without DataTime
    second = decode_frame(payload("f_split_2_of_2.txt"))
    data = payload("f_split_1_of_2.txt") + encoded(replace(second, items=second.items[1:]))

    # when they are explained
    pieces = list(explain(data))

    # then both values have one time
    assert [piece.error for piece in pieces] == ["", ""]
    assert len({row.event_ms for piece in pieces for row in piece.observations}) == 1


def test_explaining_names_what_is_wrong() -> None:
    # given rubbish, a frame with one digit changed, and half a frame
    data = b"ATE0\r\n" + payload("b_hour_2017.txt").replace(b"0.88", b"0.98") + payload("a_realtime_2017.txt")[:100]

    # when they are explained
    rubbish, wrong, half = explain(data)

    # then each says what it is, and the wrong one shows its fields but measures nothing
    assert (rubbish.frame, rubbish.crc_ok) == ("ATE0", None)
    assert wrong.crc_ok is False
    assert "5D80" in wrong.error
    assert wrong.fields["w21003-Avg"] == "0.98"
    assert wrong.observations == ()
    assert (half.crc_ok, half.size) == (None, 100)
    assert "incomplete" in half.error
