"""What of a reporter's personal data a role sees (PIPL): nothing, masked, or whole; and free text without any."""

import re
from collections.abc import Iterable
from datetime import date

from sanping.domain.case import CaseRole, Reporter
from sanping.twin.cases.rules import CaseRules, Sight

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦"
    "向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强"
    "柴华车冉房边"
)
_COMPOUND = "欧阳|上官|司马|诸葛|司徒|皇甫|慕容|令狐|东方|尉迟|公孙|夏侯"
_WHO = "姓名|联系人|投诉人|举报人|反映人|来电人|报案人"
_AFTER_NAME = (
    "女士|先生|小姐|阿姨|叔叔|大爷|奶奶|同志|师傅|老师|电话|手机|联系|身份|反映|来电|住|请|要求|称|说|的|在|已|，|。"
)
# Blanks are bounded, so that no text however long takes long.
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z.])([A-Za-z]*(?:\+?86[- ]?)?)(1[3-9]\d)([- ]?)(\d{4})([- ]?)(\d{4})(?![0-9A-Za-z]|\.\d|-\d)"
)
_LANDLINE = re.compile(
    r"(?<![0-9A-Za-z.-])([(（]?0(?:10|2\d|[3-9]\d\d)[)）]?[- ]|[(（]0(?:10|2\d|[3-9]\d\d)[)）]|0(?:10|2\d))"
    r"(\d{3,4})(\d{4})"
    r"(?![0-9A-Za-z]|\.\d|-\d{3})"
)
_LABELLED = re.compile(
    r"((?:电话|手机|号码|联系方式|微信|[Tt]el|TEL|[Pp]hone|[Mm]obile)(?:号码?|号)?\s{0,4}[:：为是]?\s{0,4})"
    r"(?![48]00)(\d{3,8})(\d{4})(?!\d|\.\d|-\d)"
)
_CARD = re.compile(r"(?<![0-9A-Za-z.])([1-8]\d{5})([- ]?)(\d{8})([- ]?)(\d{3}[0-9Xx])(?![0-9A-Za-z]|\.\d)")
_LABELLED_CARD = re.compile(
    r"(身份证(?:件)?(?:号码?|号)?\s{0,4}[:：为是]?\s{0,4})(\d{3})(\d{12,15}[0-9Xx]?)(?![0-9A-Za-z])"
)
_NAME = re.compile(
    rf"((?:{_WHO})\s{{0,4}}(?:[:：]|为|是|叫)?\s{{0,4}})({_COMPOUND}|[{_SURNAMES}])"
    rf"(?!女士|先生|小姐|阿姨|叔叔|大爷|奶奶|同志|师傅|老师|某)"
    rf"([\u4e00-\u9fff]{{1,2}}?(?=$|[^\u4e00-\u9fff*]|{_AFTER_NAME})|[\u4e00-\u9fff]{{2}}(?!\*))"
)
_OTHER_NAME = re.compile(rf"((?:{_WHO})\s{{0,4}}[:：]\s{{0,4}})([A-Za-z])([A-Za-z.'·-]*(?: [A-Z][A-Za-z.'·-]*){{0,3}})")
_CARD_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CARD_CHECKS = "10X98765432"
_SHORTEST_NAME = 2
_ORDER: tuple[Sight, ...] = ("none", "masked", "whole")


def sight_of(roles: Iterable[CaseRole], rules: CaseRules) -> Sight:
    """Return the widest sight among roles."""
    return max((rules.roles[role].sight for role in roles if role in rules.roles), key=_ORDER.index, default="none")


def seen_by(reporter: Reporter, roles: Iterable[CaseRole], rules: CaseRules) -> Reporter:
    """Return what people with these roles may see of a reporter; a wall has no role and sees nothing."""
    sight = sight_of(roles, rules)
    if sight == "whole":
        return reporter
    if sight == "none":
        return Reporter()
    return Reporter(name=_masked(reporter.name, 1, 0), phone=_masked_phone(reporter.phone))


def masked_text(text: str, of: Reporter | None = None) -> str:
    """Return free text with phone numbers, identity-card numbers and names after 姓名 or 联系人 masked.

    Identity cards are known by their check digit (GB 11643) or by the word before them. Name and phone of `of` are
    masked wherever they stand. Case ids, codes of areas and components, places, dates and licence plates stay.
    """
    if of is not None and len(of.name) >= _SHORTEST_NAME:
        text = text.replace(of.name, _masked_name(of.name))
    if of is not None and len(of.phone) >= len("12345678"):
        text = text.replace(of.phone, _masked_phone(of.phone))
    text = _CARD.sub(_without_card, text)
    text = _LABELLED_CARD.sub(lambda found: found[1] + found[2] + "*" * len(found[3]), text)
    text = _MOBILE.sub(lambda found: f"{found[1]}{found[2]}{found[3]}****{found[5]}{found[6]}", text)
    text = _LANDLINE.sub(lambda found: found[1] + "*" * len(found[2]) + found[3], text)
    text = _LABELLED.sub(_without_number, text)
    text = _NAME.sub(lambda found: found[1] + found[2] + "*" * len(found[3]), text)
    return _OTHER_NAME.sub(lambda found: found[1] + found[2] + "*" * len(found[3]), text)


def is_identity_card(number: str) -> bool:
    """Say whether 18 signs are an identity-card number: a day of birth, and the check digit of GB 11643."""
    if len(number) != len(_CARD_WEIGHTS) + 1 or not number[:-1].isdigit():
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _CARD_WEIGHTS, strict=False))
    return _CARD_CHECKS[total % 11] == number[-1].upper()


def _without_card(found: re.Match[str]) -> str:
    number = found[1] + found[3] + found[5]
    return number[:3] + "*" * 15 if is_identity_card(number) else found[0]


def _without_number(found: re.Match[str]) -> str:
    """Mask a number that its label calls a phone; a day of the calendar is none."""
    number = found[2] + found[3]
    return found[0] if len(number) < len("1234567") else found[1] + "*" * len(found[2]) + found[3]


def _masked_name(name: str) -> str:
    """Keep the surname; 王女士 tells no more than that already."""
    return name if re.search(r"女士|先生|小姐|阿姨|同志|师傅", name) else _masked(name, 1, 0)


def _masked(text: str, first: int, last: int) -> str:
    """Keep the ends; a text that would be all ends is hidden whole."""
    if len(text) <= first + last:
        return "*" * len(text)
    return text[:first] + "*" * (len(text) - first - last) + text[len(text) - last :]


def _masked_phone(phone: str) -> str:
    return _masked(phone, 3, 4) if len(phone) >= 11 else _masked(phone, 0, 2)
