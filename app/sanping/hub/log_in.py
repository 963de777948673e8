"""Passwords: Argon2id, five failures lock a name and address for a quarter of an hour; as slow for unknown names."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sanping.domain.text import Text
from sanping.ports.device_book import User

MOST_FAILURES = 5
LOCKED_MS = 15 * 60_000
SHORTEST = 10
LEAST_CLASSES = 3
MOST_REMEMBERED = 10_000
MEMORY_KIB, PASSES, LANES = 19_456, 2, 1  # OWASP's least for Argon2id

WEAK = Text(
    "口令至少 10 个字符，并含大写、小写、数字、符号中的三类",
    "A password has ten characters or more, of three kinds: capitals, small letters, digits, signs",
)


def hashed(password: str) -> str:
    """Return a password as an Argon2id hash in PHC form."""
    kdf = Argon2id(salt=os.urandom(16), length=32, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB)
    return kdf.derive_phc_encoded(password.encode())


def is_strong(password: str) -> bool:
    """Say whether a password is long and mixed enough (GB/T 22239-2019 8.1.4.1 a)."""
    kinds = (str.isupper, str.islower, str.isdigit, lambda letter: not letter.isalnum())
    classes = sum(any(is_kind(letter) for letter in password) for is_kind in kinds)
    return len(password) >= SHORTEST and classes >= LEAST_CLASSES


@dataclass(slots=True)
class _Tries:
    failures: int = 0
    locked_until_ms: int = 0


class LogIn:
    """Who may log in, and who tried too often. Times are milliseconds of a monotonic clock."""

    def __init__(self, users: Mapping[str, User]) -> None:
        self.users = dict(users)
        self.evaluated = 0
        self._tries: dict[tuple[str, str], _Tries] = {}
        self._nobody = hashed(os.urandom(16).hex())

    def is_locked(self, name: str, peer: str, now_ms: int) -> bool:
        """Say whether a name is locked for an address."""
        tries = self._tries.get((name, peer))
        return tries is not None and now_ms < tries.locked_until_ms

    def checked(self, name: str, password: str, peer: str, now_ms: int) -> User | None:
        """Return who it is; None for a wrong name or password, and while locked. Takes some 40 ms of a processor."""
        if self.is_locked(name, peer, now_ms):
            return None
        user = self.users.get(name)
        self.evaluated += 1
        try:
            Argon2id.verify_phc_encoded(password.encode(), self._nobody if user is None else user.password)
        except InvalidKey:
            user = None
        if user is None:
            self._failed((name, peer), now_ms)
        else:
            self._tries.pop((name, peer), None)
        return user

    def _failed(self, who: tuple[str, str], now_ms: int) -> None:
        tries = self._tries.setdefault(who, _Tries())
        tries.failures += 1
        if tries.failures >= MOST_FAILURES:
            tries.failures, tries.locked_until_ms = 0, now_ms + LOCKED_MS
        while len(self._tries) > MOST_REMEMBERED:
            del self._tries[next(iter(self._tries))]
