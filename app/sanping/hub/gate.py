"""The way in for other devices: their tokens, codes for new ones, and people who log in on them."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping

from sanping.domain.device import Device, DeviceKind, Identity
from sanping.domain.errors import InputError, NotAllowed
from sanping.domain.label import NO_CLEARANCES, Clearing
from sanping.domain.role import TITLES, Role, is_at_least
from sanping.domain.text import Text
from sanping.hub.device_desk import DeviceDesk
from sanping.hub.log_in import LogIn
from sanping.hub.pairing import Codes, Offer
from sanping.ports.device_book import DeviceBook, User

MOST_WRONG_CODES = 10
WRONG_CODES_WITHIN_MS = 60_000

NO_GATE = Text("这个中枢不接受其他设备", "This hub takes no other devices")
_NO_CODE = Text(
    "配对码无效、已用过或已过期（60 秒）；请在桌面上重新生成二维码",
    "The code is wrong, was used, or is older than 60 seconds; make a new one at the desk",
)
_TOO_OFTEN = Text("尝试次数过多；请 {minutes} 分钟后再试", "Too many attempts; try again in {minutes} minutes")
_WRONG = Text("用户名或口令不正确", "The name or the password is wrong")
_NO_DEVICE = Text("请先扫码配对这台设备", "Pair this device first")
_PLAIN = Text(
    "未加密的连接只能浏览；请用 sanping certs 生成证书后以 https 打开",
    "Over a connection that is not encrypted a device can only look; make certificates with sanping certs, use https",
)
_NOT_ALLOWED = Text(
    "“{title}”需要{least}及以上角色；当前为{role}，请在“我的”中申请或登录",
    "{title} needs the role {least} or above, and this is {role}; ask for it or log in",
)


class Gate:
    """Everybody who may come in. Decides by `time.monotonic`; the time of day only tells people when."""

    def __init__(self, book: DeviceBook, clearances: Clearing = NO_CLEARANCES) -> None:
        self.devices = DeviceDesk(book, _now_ms(), _tick_ms(), clearances)
        self.codes = Codes()
        self._log_in = LogIn({user.name: user for user in book.users()})
        self._logging_in = asyncio.Lock()
        self._book = book
        self._wrong: Counter[str] = Counter()
        self._wrong_since_ms = 0

    def who(self, token: str) -> Identity | None:
        """Return whose token it is, None for no device's."""
        found = self.devices.who(token, _tick_ms())
        if found is not None:
            self.devices.seen(found.device, _now_ms())
        return found

    def still(self, identity: Identity) -> Identity | None:
        """Return what somebody may do now, None when he is out."""
        return self.devices.identity(identity.device, _tick_ms())

    def kind(self, device: str) -> str | None:
        """Return what kind of screen a device was let in as."""
        known = self.devices.book.get(device)
        return None if known is None else known.kind

    def offered(self, by: Identity) -> tuple[Offer, int]:
        """Make a code for a new device; return it and when it ends by the time of day."""
        offer = self.codes.offer(by.device or "hub", _tick_ms())
        return offer, _now_ms() + offer.until_ms - _tick_ms()

    def paired(self, code: str, name: str, peer: str) -> tuple[Device, str]:
        """Let a device in by its code; return it and its token. Raises `NotAllowed`, `InputError` or `StoreFailed`."""
        tick_ms = _tick_ms()
        if tick_ms - self._wrong_since_ms > WRONG_CODES_WITHIN_MS:
            self._wrong.clear()
            self._wrong_since_ms = tick_ms
        if self._wrong[peer] >= MOST_WRONG_CODES:
            raise NotAllowed(_TOO_OFTEN.with_values(minutes=1))
        if self.codes.use(code, tick_ms) is None:
            self._wrong[peer] += 1
            raise NotAllowed(_NO_CODE)
        return self.devices.admitted(name, "phone", _now_ms(), tick_ms)

    def enrolled(self, name: str, kind: DeviceKind) -> tuple[Device, str]:
        """Let in a screen that an administrator sets up. Raises `InputError` or `StoreFailed`."""
        return self.devices.admitted(name, kind, _now_ms(), _tick_ms())

    async def logged_in(self, identity: Identity, name: str, password: str, peer: str) -> Device:
        """Give a device the role of a person, for one shift. Raises `NotAllowed`, `InputError` or `StoreFailed`."""
        if not identity.device:
            raise InputError(_NO_DEVICE)
        user = await self.proved(identity, name, password, peer)
        return self.devices.given(identity.device, user.role, user.name, _now_ms(), _tick_ms())

    async def proved(self, identity: Identity, name: str, password: str, peer: str) -> User:
        """Return who somebody is by his password. Raises `NotAllowed`."""
        if identity.is_plain:
            raise NotAllowed(_PLAIN)
        async with self._logging_in:  # one after another, so that guesses sent at once are counted
            if self._log_in.is_locked(name, peer, _tick_ms()):
                raise NotAllowed(_TOO_OFTEN.with_values(minutes=15))
            self._log_in.users = {user.name: user for user in self._book.users()}
            loop = asyncio.get_running_loop()
            user = await loop.run_in_executor(None, self._log_in.checked, name, password, peer, _tick_ms())
        if user is None:
            raise NotAllowed(_WRONG)
        return user

    def has_people(self) -> bool:
        """Say whether anybody has an account."""
        return bool(self._book.users())

    def commanded(self, action: str, arguments: Mapping[str, object], by: Identity) -> Device:
        """Do one of the commands about roles and devices; return the device as it is now.

        Raises `InputError` or `StoreFailed`.
        """
        if action == "role.ask":
            return self.devices.asked(_own(by), str(arguments.get("role", "")))
        if action == "role.leave":
            return self.devices.logged_out(_own(by))
        device = str(arguments.get("device", ""))
        if action == "device.approve":
            match, role = str(arguments.get("match", "")), str(arguments.get("role") or "")
            return self._placed(self.devices.approved(device, match, by, _now_ms(), _tick_ms(), role=role), arguments)
        if action == "device.place":
            role = str(arguments.get("role") or self.devices.known(device).role)
            return self._placed(self.devices.moved(device, role, by, _now_ms(), _tick_ms()), arguments)
        if action == "device.decline":
            return self.devices.declined(device)
        return self.devices.revoked(device)

    def _placed(self, device: Device, arguments: Mapping[str, object]) -> Device:
        """Say where a device works, as far as the arguments do."""
        if not arguments.keys() & {"department", "areas", "person"}:
            return device
        areas = arguments.get("areas") or ()
        return self.devices.placed(
            device.id,
            str(arguments.get("department") or ""),
            tuple(map(str, areas)) if isinstance(areas, list | tuple) else (),
            str(arguments.get("person") or ""),
        )


def check_role(by: Identity, least: Role, title: Text) -> None:
    """Raise `NotAllowed` unless somebody may do what needs `least`."""
    if not is_at_least(by.role, least):
        raise NotAllowed(_NOT_ALLOWED.with_values(title=title, least=TITLES[least], role=TITLES[by.role]))


def _own(by: Identity) -> str:
    if not by.device:
        raise InputError(_NO_DEVICE)
    return by.device


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _tick_ms() -> int:
    return time.monotonic_ns() // 1_000_000
