"""Where devices and the people who log in are kept. Tokens and passwords are kept as hashes only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sanping.domain.device import Device
from sanping.domain.role import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person; `password` is an Argon2id hash in PHC form."""

    name: str
    role: Role
    password: str


class DeviceBook(Protocol):
    """Safe on disk before each method that writes returns. Raises `StoreFailed`. One thread at a time."""

    def devices(self) -> Sequence[tuple[Device, bytes]]:
        """Return all devices with the SHA-256 of their tokens."""

    def keep(self, device: Device, token_hash: bytes | None = None) -> None:
        """Write a device; `token_hash` only for a new one."""

    def users(self) -> Sequence[User]:
        """Return who can log in."""

    def keep_user(self, user: User) -> None:
        """Write a person, or another password or role of one."""

    def forget_user(self, name: str) -> bool:
        """Remove a person; False when there is none."""
