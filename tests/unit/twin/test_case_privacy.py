"""Free text without personal data: phones, identity cards and names go; ids, codes, places, dates and plates stay."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanping.domain.case import Reporter
from sanping.twin.cases.privacy import is_identity_card, masked_text

CARD = "31010719900307123"  # a made-up number without its check digit
MASKED = (
    ("请回电13812345678，谢谢", "请回电138****5678，谢谢"),
    ("138 1234 5678 或 138-1234-5678", "138 **** 5678 或 138-****-5678"),
    ("手机+86 13812345678", "手机+86 138****5678"),
    ("tel13812345678", "tel138****5678"),
    ("单位电话021-62345678转2", "单位电话021-****5678转2"),
    ("（021）62345678", "（021）****5678"),
    ("0513-8512345", "0513-***2345"),
    ("座机02162345678", "座机021****5678"),
    ("电话：62345678", "电话：****5678"),
    ("联系人：王小明，住三楼", "联系人：王**，住三楼"),
    ("联系人王小明电话13812345678", "联系人王**电话138****5678"),
    ("姓名 张三 反映垃圾", "姓名 张* 反映垃圾"),
    ("投诉人欧阳修文称夜间施工", "投诉人欧阳**称夜间施工"),
    ("举报人：John Smith", "举报人：J*********"),
    ("姓名为李四，请保密", "姓名为李*，请保密"),
    ("身份证号：310107900307123", "身份证号：310************"),
    ("身份证310107199003071230", "身份证310***************"),
)
KEPT = (
    "案件 310107-20261121-0001 已派遣",
    "网格 310107014001001，社区 310107014001，街道 310107014，区 310107",
    "网格 310107001001001 与 310107900101001",
    "部件 3205080101000001 井盖缺失",
    "坐标 121.385123,31.2481382 与 121.38512345678901",
    "经度 121.13812345678 纬度 31.13812345678",
    "2026-11-21 18:40:02、20261121184002、2026年11月21日",
    "时间戳 1780365600000 与 1780365600",
    "照片 3f13812345678a9c1e 哈希",
    "车牌沪A12345、苏F·D12345 违停",
    "工单 PT2026112100813 拨打 12345",
    "公告电话 4008200588 见 400-820-0588",
    "水位 3.138 米，流量 13812345678.5 立方米",
    "联系人：王女士",
    "联系人不在，姓名未填",
    "EPSG:4549 东 637100.0 北 3458900.0",
    "GB/T 30428.2-2026 与 HJ 212-2025",
    "310107199003071234 是一个校验位不对的编号",
)


def with_check(number: str) -> str:
    """Return the identity-card number with its check digit."""
    return next(number + check for check in "0123456789X" if is_identity_card(number + check))


@pytest.mark.parametrize(("written", "expected"), MASKED)
def test_personal_data_are_masked_in_free_text(written: str, expected: str) -> None:
    # given words of a caller
    # when they are masked
    # then number and name are gone, and once more changes nothing
    assert masked_text(written) == expected
    assert masked_text(expected) == expected


@pytest.mark.parametrize("written", KEPT)
def test_what_is_no_personal_data_stays(written: str) -> None:
    # given ids, codes, places, dates and plates
    # when they are masked
    # then nothing is changed
    assert masked_text(written) == written


@settings(max_examples=50)
@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)), st.integers(0, 999))
def test_an_identity_card_is_known_by_its_check_digit(born: date, serial: int) -> None:
    # given a number with the right check digit, in whole and in groups, and one with a wrong one
    number = with_check(f"310107{born:%Y%m%d}{serial:03d}")
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")

    # when the texts are masked
    # then only the right one is hidden
    assert masked_text(f"证件{number}。") == "证件310***************。"
    assert masked_text(f"{number[:6]} {number[6:14]} {number[14:]}") == "310***************"
    assert masked_text(f"编号{wrong}。") == f"编号{wrong}。"


def test_the_card_of_the_corpus_has_one_check_digit() -> None:
    assert [check for check in "0123456789X" if is_identity_card(CARD + check)] == [with_check(CARD)[-1]]


def test_the_callers_own_name_and_number_are_masked_wherever_they_stand() -> None:
    # given words that name the caller without any label
    caller = Reporter(name="王小明", phone="62345678")

    # when they are masked for that caller
    # then both are gone, and a caller who gave a title alone stays as written
    assert masked_text("业主王小明在62345678等回复", caller) == "业主王**在******78等回复"
    assert masked_text("王女士反映", Reporter(name="王女士")) == "王女士反映"


@settings(max_examples=50)
@given(st.text(max_size=200))
def test_any_text_can_be_masked_twice_with_one_result(written: str) -> None:
    # given any text
    # when it is masked, and masked again
    once = masked_text(written)

    # then the second time changes nothing, and its length is that of the text unless a card was in it
    assert masked_text(once) == once
