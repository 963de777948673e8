"""A phone comes in once by its code; more takes a person; who is out stays out."""

from pathlib import Path

import pytest

from fakes.looped import looped
from sanping.domain.device import OWNER, Identity
from sanping.domain.errors import InputError, NotAllowed
from sanping.domain.text import Text
from sanping.hub.access import Access
from sanping.hub.device_desk import HOUR_MS, LIVES_MS, SHIFT_MS, DeviceDesk
from sanping.hub.gate import Gate, check_role
from sanping.hub.log_in import LOCKED_MS, LogIn, hashed, is_strong
from sanping.hub.pairing import LIFE_MS, MOST_OFFERS, Codes
from sanping.ports.device_book import User
from sanping.storage.device_book import SqliteDeviceBook

NOON_MS = 1_780_000_000_000
PASSWORD = "Su-he 2026 sanping"


def desk_in(folder: Path, now_ms: int = NOON_MS, tick_ms: int = 0) -> DeviceDesk:
    return DeviceDesk(SqliteDeviceBook(folder), now_ms, tick_ms)


def test_a_code_lets_one_in_and_is_worth_nothing_afterwards() -> None:
    # given a code
    codes = Codes()
    offer = codes.offer("desk", 0)

    # when two phones race for it, and another comes with a code of its own
    # then the first gets it
    assert codes.use("guess", 1) is None
    assert codes.use(offer.code, 1) == offer
    assert codes.use(offer.code, 2) is None


def test_a_code_lives_for_sixty_seconds_and_there_are_only_a_few() -> None:
    # given a code, and many more after it
    codes = Codes()
    late, first = codes.offer("desk", 0), codes.offer("desk", 0)

    # when one is used in its last millisecond and the other a millisecond later
    # then only the first counts
    assert LIFE_MS == 60_000
    assert codes.use(first.code, LIFE_MS - 1) == first
    assert codes.use(late.code, LIFE_MS) is None
    oldest = codes.offer("desk", 0)
    for _ in range(MOST_OFFERS):
        codes.offer("desk", 0)
    assert codes.use(oldest.code, 1) is None


def test_a_device_is_known_by_its_token_also_after_a_restart_and_the_token_is_nowhere_on_disk(tmp_path: Path) -> None:
    # given a phone that was let in
    desk = desk_in(tmp_path)
    device, token = desk.admitted("李工的手机", "phone", NOON_MS, 0)

    # when the hub starts again
    again = desk_in(tmp_path, NOON_MS + 1000, 500)

    # then the phone is the same viewer, others are nobody, and no file holds the token
    assert again.who(token, 600) == Identity(
        device=device.id, name="李工的手机", user="", role="viewer", clearance="public"
    )
    assert again.who(token + "x", 600) is None
    for file in tmp_path.iterdir():
        assert token.encode() not in file.read_bytes()
        assert file.name != "devices.sqlite" or (file.stat().st_mode & 0o077) == 0


def test_a_role_is_given_for_one_shift_when_the_digits_agree(tmp_path: Path) -> None:
    # given a phone that asks to be an operator
    desk = desk_in(tmp_path)
    device, token = desk.admitted("phone", "phone", NOON_MS, 0)
    wish = desk.asked(device.id, "operator")

    # when the desk compares the digits
    wrong = f"{(int(wish.match) + 1) % 10_000:04d}"
    with pytest.raises(InputError, match="四位"):
        desk.approved(device.id, wrong, OWNER, NOON_MS, 0)
    with pytest.raises(InputError, match="坐席员"):
        desk.approved(device.id, wish.match, Identity(device="x", role="grid_worker"), NOON_MS, 0)
    desk.approved(device.id, wish.match, OWNER, NOON_MS, 0)

    # then it is one until its shift ends, and a viewer afterwards
    assert _role(desk, token, 1) == "operator"
    assert _role(desk, token, SHIFT_MS) == "viewer"
    with pytest.raises(InputError):
        desk.approved(device.id, wish.match, OWNER, NOON_MS, 0)


def test_a_clock_that_jumps_neither_lengthens_nor_ends_a_life(tmp_path: Path) -> None:
    # given a phone let in at noon
    desk = desk_in(tmp_path)
    _, token = desk.admitted("phone", "phone", NOON_MS, 0)

    # when the monotonic clock goes on, whatever the time of day is set to
    # then its life ends when it has lasted, not before
    assert desk.who(token, LIVES_MS["phone"] - 1) is not None
    assert desk.who(token, LIVES_MS["phone"]) is None

    # when the hub starts again an hour in the past
    past = desk_in(tmp_path, NOON_MS - HOUR_MS, 0)

    # then the life is no longer than it may be
    assert past.who(token, LIVES_MS["phone"]) is None


def test_who_is_revoked_is_out_and_stays_out(tmp_path: Path) -> None:
    # given a phone of an operator
    desk = desk_in(tmp_path)
    device, token = desk.admitted("phone", "phone", NOON_MS, 0)
    desk.given(device.id, "operator", "li", NOON_MS, 0)

    # when it is revoked
    desk.revoked(device.id)

    # then its token is nobody's, now and after a restart
    assert desk.who(token, 1) is None
    assert desk_in(tmp_path, NOON_MS, 0).who(token, 1) is None
    with pytest.raises(InputError):
        desk.asked(device.id, "operator")


def test_five_wrong_passwords_lock_and_a_thousand_guesses_cost_five(tmp_path: Path) -> None:
    # given a person
    log_in = LogIn({"li": User(name="li", role="operator", password=hashed(PASSWORD))})

    # when somebody guesses a thousand times within ten seconds
    found = [log_in.checked("li", f"guess {number}", "10.0.0.9", number * 10) for number in range(1000)]

    # then five were looked at, the right one waits too, another address does not, and time opens the lock
    assert not any(found)
    assert log_in.evaluated == 5
    assert log_in.checked("li", PASSWORD, "10.0.0.9", 10_000) is None
    user = log_in.checked("li", PASSWORD, "10.0.0.7", 10_000)
    assert user is not None
    assert user.role == "operator"
    assert log_in.checked("li", PASSWORD, "10.0.0.9", 50 + LOCKED_MS) is not None


def test_a_name_that_nobody_has_costs_as_much_as_one_that_is_known() -> None:
    # given a person
    log_in = LogIn({"li": User(name="li", role="operator", password=hashed(PASSWORD))})

    # when somebody tries a wrong password for that name, and for one that nobody has
    tried = []
    for name in ("li", "wang"):
        assert log_in.checked(name, "guess", "10.0.0.9", 0) is None
        tried.append(log_in.evaluated)

    # then a password was computed each time, so that the time taken tells nothing, and both are counted alike
    assert tried == [1, 2]
    for _ in range(4):
        log_in.checked("wang", "guess", "10.0.0.9", 0)
    assert log_in.is_locked("wang", "10.0.0.9", 1)


def test_passwords_are_strong_or_refused() -> None:
    # given passwords
    # when they are looked at
    # then length and kinds decide
    assert is_strong(PASSWORD)
    assert not is_strong("Short-1")
    assert not is_strong("alllettersnothingelse")
    assert hashed(PASSWORD) != hashed(PASSWORD)


@looped
async def test_the_gate_counts_wrong_codes_and_lets_people_log_in(tmp_path: Path) -> None:
    # given a gate with one person
    book = SqliteDeviceBook(tmp_path)
    book.keep_user(User(name="li", role="duty_officer", password=hashed(PASSWORD)))
    gate = Gate(book)
    offer, _ = gate.offered(OWNER)

    # when a stranger guesses codes until he is told to wait, and a phone comes in and logs in
    for _ in range(10):
        with pytest.raises(NotAllowed, match="60"):
            gate.paired("guess", "x", "10.0.0.9")
    with pytest.raises(NotAllowed, match="1 分钟"):
        gate.paired(offer.code, "x", "10.0.0.9")
    device, token = gate.paired(offer.code, "phone", "10.0.0.7")
    who = gate.who(token)
    assert who is not None
    with pytest.raises(NotAllowed, match="口令"):
        await gate.logged_in(who, "li", "wrong", "10.0.0.7")
    await gate.logged_in(who, "li", PASSWORD, "10.0.0.7")

    # then it may do what the person may, until it leaves
    now = gate.still(who)
    assert now is not None
    assert (now.role, now.user) == ("duty_officer", "li")
    assert gate.commanded("role.leave", {}, now).role == "viewer"
    assert book.forget_user("li")
    assert not book.forget_user("li")
    assert gate.devices.book[device.id].name == "phone"


@looped
async def test_over_a_plain_network_nobody_logs_in(tmp_path: Path) -> None:
    # given a phone that reached its hub without encryption
    gate = Gate(SqliteDeviceBook(tmp_path))
    offer, _ = gate.offered(OWNER)
    _, token = gate.paired(offer.code, "phone", "192.168.1.7")
    who = Access("owner", gate).who(token, is_plain=True)
    assert who is not None

    # when it tries to log in
    # then it is told to use https
    with pytest.raises(NotAllowed, match="https"):
        await gate.logged_in(who, "li", PASSWORD, "192.168.1.7")


def test_a_role_that_is_too_low_is_told_which_it_takes() -> None:
    # given a visitor
    # when he wants to acknowledge an alarm
    # then he reads what it takes, in both languages
    with pytest.raises(NotAllowed) as refused:
        check_role(Identity(device="d", role="viewer"), "operator", Text("确认告警", "Acknowledge"))
    assert "坐席员" in refused.value.in_language("zh")
    assert "Operator" in refused.value.in_language("en")


def _role(desk: DeviceDesk, token: str, tick_ms: int) -> str:
    found = desk.who(token, tick_ms)
    assert found is not None
    return found.role
