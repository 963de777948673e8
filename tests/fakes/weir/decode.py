"""Lines of an invented weir: "A1|1781222405000|3.25|*5f", the last two digits being the sum of all bytes before."""

from collections.abc import Iterator

from sanping.domain.errors import FrameBroken
from sanping.domain.observation import Observation
from sanping.domain.text import Text
from sanping.ports.explain import Explained

_BROKEN = Text("报文无效：{reason}", "The frame is invalid: {reason}")


def check_code(body: bytes) -> bytes:
    """Return the check code of what stands before it."""
    return b"%02x" % (sum((number + 1) * byte for number, byte in enumerate(body)) % 251)


def decode(frame: bytes, now_ms: int) -> tuple[Observation, ...]:
    """Return what one whole frame measured. Raises `FrameBroken`."""
    body, mark, code = frame.strip(b"\r\n").rpartition(b"*")
    if not mark or check_code(body) != code:
        raise FrameBroken(_BROKEN.with_values(reason="*"))
    try:
        station, event_ms, level_m = body.decode("ascii").rstrip("|").split("|")
        return (
            Observation(
                station=station, quantity="water_level", value=float(level_m), unit="m", event_ms=int(event_ms)
            ),
        )
    except ValueError as error:
        raise FrameBroken(_BROKEN.with_values(reason=str(error)[:100])) from error


def explain(data: bytes) -> Iterator[Explained]:
    """Explain all of `data` for a person, frame by frame; never raises."""
    at = 0
    for line in data.splitlines(keepends=True) or []:
        try:
            rows, error = decode(line, 0), ""
        except FrameBroken as broken:
            rows, error = (), broken.in_language("zh")
        yield Explained(
            offset=at, size=len(line), frame=line.decode("latin-1"), fields={}, observations=rows, crc_ok=not error,
            error=error,
        )  # fmt: skip
        at += len(line)
