"""`domain.text`."""

from sanping.domain.text import Text


def test_values_are_filled_in_each_language() -> None:
    # given a sentence with a placeholder and a value that is itself bilingual
    sentence = Text("打开{what}失败", "Could not open {what}")
    # when it is filled
    filled = sentence.with_values(what=Text("地形", "the terrain"))
    # then each language carries its own words
    assert filled == Text("打开地形失败", "Could not open the terrain")


def test_plain_str_is_chinese() -> None:
    assert str(Text("图层", "Layers")) == "图层"
