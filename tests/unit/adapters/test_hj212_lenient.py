"""What real senders do wrong and what is made of it: one test a habit."""

import pytest
from hj212_frames import MN, OFFICIAL_KEY, framed, payload, reported

from sanping.adapters.hj212.decode import decode_frame, observations_of
from sanping.adapters.hj212.encode import acknowledgement, encoded
from sanping.adapters.hj212.sm4 import area_cipher
from sanping.domain.errors import FrameBroken

HOUR = payload("b_hour_2017.txt")


@pytest.mark.parametrize("check", [b"5d80", b"5D80", b"5d80\r\n", b"5d80\n"])
def test_the_check_code_may_be_in_small_letters(check: bytes) -> None:
    assert decode_frame(HOUR[:-6] + check) == decode_frame(HOUR)


@pytest.mark.parametrize("tail", [b"", b"\n", b"\r", b"\r\n\r\n", b"\\r\\n"])
def test_the_line_end_may_be_missing_or_written_out(tail: bytes) -> None:
    assert decode_frame(HOUR[:-2] + tail) == decode_frame(HOUR)


def test_a_frame_of_2005_needs_no_exchange_number_and_no_flag() -> None:
    # given a frame as loggers of 2005 send it, with three-digit codes
    area = "DataTime=20260612080000;011-Rtd=31.5,011-Flag=N;060-Rtd=1.42;B01-Rtd=12.6"
    frame = decode_frame(framed(f"ST=32;CN=2011;PW=123456;MN={MN};CP=&&{area}&&"))

    # when it is read
    found = {row.quantity: (row.value, row.unit) for row in observations_of(frame)}

    # then the codes are understood, and nobody waits for an answer
    assert found == {"cod": (31.5, "mg/L"), "ammonia_nitrogen": (1.42, "mg/L"), "outfall_flow": (12.6, "L/s")}
    assert (frame.version, frame.wants_reply, frame.qn) == ("2005", False, "")


def test_an_answer_to_2005_carries_the_flag_of_2005() -> None:
    # given a frame of 2005 that wants an answer
    frame = decode_frame(framed(f"QN=20260612080000123;ST=32;CN=2051;PW=123456;MN={MN};Flag=1;CP=&&&&"))

    # when it is acknowledged
    reply = decode_frame(acknowledgement(frame))

    # then in the same edition
    assert (reply.cn, reply.flag) == ("9014", 0)


@pytest.mark.parametrize(
    "area", ["DataTime=20260612080000;w01001-Rtd=7.4;", ";DataTime=20260612080000;;w01001-Rtd=7.4"]
)
def test_semicolons_too_many_are_passed_over(area: str) -> None:
    frame = decode_frame(reported(area))
    assert [row.value for row in observations_of(frame)] == [7.4]


@pytest.mark.parametrize("mn", ["A110000_0001", "88888888888888", "ABC-12.3", "310107000000000000000001"])
def test_station_numbers_come_in_many_forms(mn: str) -> None:
    assert decode_frame(reported("DataTime=20260612080000;w01001-Rtd=7.4", mn=mn)).mn == mn


def test_a_long_password_is_kept_and_echoed_but_never_shown() -> None:
    # given a password of 24 characters
    frame = decode_frame(framed(f"QN=20260612080000123;ST=21;CN=2011;PW={'s3cret' * 4};MN={MN};Flag=5;CP=&&&&"))

    # when the frame is shown and answered
    shown, reply = repr(frame), acknowledgement(frame)

    # then only the answer has it
    assert "s3cret" not in shown
    assert b"PW=" + b"s3cret" * 4 in reply


@pytest.mark.parametrize("code", ["W01001", "w01001", "01001", "001"])
def test_factor_codes_are_found_in_capitals_without_prefix_and_by_their_old_number(code: str) -> None:
    frame = decode_frame(reported(f"DataTime=20260612080000;{code}-Rtd=7.4,{code}-Flag=D"))
    assert [(row.quantity, row.quality) for row in observations_of(frame)] == [("ph", "bad")]


def test_a_comma_may_stand_after_the_exchange_number() -> None:
    # given the comma of table C.48 of the standard itself
    frame = decode_frame(framed(f"QN=20260612080000123,ST=21;CN=2051;PW=123456;MN={MN};Flag=5;CP=&&&&"))

    # then the header is read all the same
    assert (frame.qn, frame.st, frame.cn) == ("20260612080000123", "21", "2051")


def test_header_names_may_have_other_letter_case_and_order() -> None:
    frame = decode_frame(framed(f"mn={MN};cn=2011;st=21;FLAG=5;Qn=20260612080000123;pw=123456;CP=&&&&"))
    assert (frame.mn, frame.cn, frame.flag, frame.qn) == (MN, "2011", 5, "20260612080000123")


def test_all_factors_may_stand_between_two_semicolons() -> None:
    # given a sender that separates everything by commas
    area = "DataTime=20260612080000;w01001-Rtd=7.4,w01001-Flag=N,w21003-Rtd=0.5,w21003-Flag=T"
    rows = observations_of(decode_frame(reported(area)))

    # then each mark goes to its own factor
    assert [(row.quantity, row.quality) for row in rows] == [("ph", "good"), ("ammonia_nitrogen", "suspect")]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_chinese_text_is_read_in_both_encodings(encoding: str) -> None:
    # given a log line of a logger
    segment = f"QN=20260612080000123;ST=21;CN=3020;PW=123456;MN={MN};Flag=5;CP=&&i11001-Info=//管路清洗//&&"

    # when the frame is read
    frame = decode_frame(framed(segment.encode(encoding)))

    # then the words are there
    assert frame.value("i11001-Info") == "//管路清洗//"


def test_packet_numbers_may_be_padded() -> None:
    frame = decode_frame(
        framed(f"QN=20260612080000123;ST=21;CN=2051;PW=123456;MN={MN};Flag=7;PNUM=0012;PNO=0003;CP=&&&&")
    )
    assert (frame.packets, frame.packet) == (12, 3)


def test_encrypted_bytes_in_braces_count_as_bytes_or_as_characters() -> None:
    # given the official sample in braces, and the same from a sender whose length counts the characters written
    wire = payload("official_2025_annex_a2_clear_rest_braced.txt")
    segment = wire.strip()[6:-4]
    counted = b"##%04d" % len(segment) + wire[6:]

    # when both are decoded
    frames = [decode_frame(data, area_cipher(OFFICIAL_KEY)) for data in (wire, counted)]

    # then they say the same
    assert frames[0] == frames[1]
    assert encoded(frames[0]) == payload("official_2025_annex_a2_clear_rest_plain.txt")


def test_braces_may_lack_their_commas() -> None:
    # given the official sample in braces, written without commas
    wire = payload("official_2025_annex_a2_clear_rest_braced.txt").replace(b",0x", b"0x")

    # when it is decoded
    frame = decode_frame(wire, area_cipher(OFFICIAL_KEY))

    # then it is the sample
    assert encoded(frame) == payload("official_2025_annex_a2_clear_rest_plain.txt")


@pytest.mark.parametrize(
    "segment",
    [
        f"ST=21;PW=123456;MN={MN};CP=&&&&",
        "ST=21;CN=2011;PW=123456;CP=&&&&",
        f"ST=21;CN=20x1;PW=123456;MN={MN};CP=&&&&",
        f"ST=21;CN=2011;PW=123456;MN={MN} x;CP=&&&&",
        f"ST=21;CN=2011;PW=123456;MN={MN};Flag=-1;CP=&&&&",
        f"ST=21;CN=2011;PW=123456;MN={MN};Flag=5",
        f"ST=21;CN=2011;PW=123456;MN={MN};Flag=5;CP=&&",
        "",
    ],
    ids=["no CN", "no MN", "bad CN", "bad MN", "bad Flag", "no area", "half an area", "nothing"],
)
def test_a_segment_that_cannot_be_told_is_refused(segment: str) -> None:
    with pytest.raises(FrameBroken):
        decode_frame(framed(segment))
