"""Telling UTF-8 from GBK."""

import pytest

from sanping.domain.byte_text import is_utf8


@pytest.mark.parametrize("text", ["站,flow", "苏州河水位站", "名称,联通", "武宁路桥\n", "水位（m）"])
def test_chinese_text_is_told_apart(text: str) -> None:
    # given a text in both encodings
    # when each is looked at, then each is known
    assert is_utf8(text.encode("utf-8"), is_whole=True)
    assert is_utf8(text.encode("utf-8-sig"), is_whole=True)
    assert not is_utf8(text.encode("gb18030"), is_whole=True)


@pytest.mark.parametrize("text", ["", "station,flow", "flow in m³/s", "5 µg/L at 20 °C", "Ø 300"])
def test_signs_of_units_are_utf8(text: str) -> None:
    # given a table without Chinese
    # when it is looked at, then its units are read as they are written
    assert is_utf8(text.encode("utf-8"), is_whole=True)


def test_a_head_may_end_within_a_character() -> None:
    # given the beginning of a text, cut anywhere
    text = ("station,flow\n" + "苏州河水位站,3.1\n" * 3).encode("utf-8")

    # when a head of each length is looked at
    cut = [is_utf8(text[:length], is_whole=False) for length in range(len(text))]

    # then it is UTF-8 all the same; a whole text that ends so is not
    assert all(cut[17:])
    assert all(cut[:14])
    assert not is_utf8(text[:14], is_whole=True)
