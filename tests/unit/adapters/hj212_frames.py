"""Frames of HJ 212 for tests."""

from pathlib import Path
from typing import Any

from sanping.adapters.hj212.crc import crc16
from sanping.adapters.hj212.options import Options, options_from
from sanping.ports.source import Count, Deliver, HangUp, Send, Step

PAYLOADS = Path(__file__).parents[2] / "contract" / "payloads" / "hj212"
MN = "310107000000000000000001"
NOW_MS = 1_781_222_405_000
"""2026-06-12 08:00:05 in UTC+8, five seconds after the worked realtime frame."""
OFFICIAL_KEY = "0" * 16


def payload(name: str) -> bytes:
    """Return one recorded frame."""
    return (PAYLOADS / name).read_bytes()


def framed(segment: str | bytes) -> bytes:
    """Return a segment with head, length, check code and tail."""
    body = segment.encode() if isinstance(segment, str) else segment
    return b"##%04d%s%04X\r\n" % (len(body), body, crc16(body))


def reported(area: str, *, cn: str = "2011", qn: str = "20260612080000123", flag: int = 5, mn: str = MN) -> bytes:
    """Return the report of a surface-water station."""
    return framed(f"QN={qn};ST=21;CN={cn};PW=123456;MN={mn};Flag={flag};CP=&&{area}&&")


def options(password: str = "", key: str = "", **settings: Any) -> Options:
    """Return options as the settings make them."""
    return options_from(settings, password, key)


def delivered(steps: list[Step]) -> list[Deliver]:
    """Return the deliveries among steps."""
    return [step for step in steps if isinstance(step, Deliver)]


def counts(steps: list[Step]) -> dict[str, int]:
    """Return what steps count."""
    found: dict[str, int] = {}
    for step in steps:
        if isinstance(step, Count):
            found[step.what] = found.get(step.what, 0) + step.times
    return found


def sent(steps: list[Step]) -> bytes:
    """Return all bytes that steps send, replies included."""
    return b"".join(
        step.reply if isinstance(step, Deliver) else step.data if isinstance(step, Send) else b"" for step in steps
    )


def hang_ups(steps: list[Step]) -> list[str]:
    """Return the reasons of hanging up, in English."""
    return [step.reason.en for step in steps if isinstance(step, HangUp)]
