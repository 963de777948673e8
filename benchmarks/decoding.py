"""How long a frame of HJ 212 takes: its check code beside two plain ways, cutting, reading, acknowledging, a session.

Usage: decoding.py [ROUNDS]. Microseconds of CPU a frame, best of rounds; the frame is a worked one of 359 bytes.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from sanping.adapters.hj212.codes import bundled_codes
from sanping.adapters.hj212.crc import crc16
from sanping.adapters.hj212.decode import decode_frame
from sanping.adapters.hj212.encode import acknowledgement, encoded
from sanping.adapters.hj212.frame import Frame
from sanping.adapters.hj212.framing import Framer
from sanping.adapters.hj212.options import options_from
from sanping.adapters.hj212.readings import Interpreter
from sanping.adapters.hj212.segment import decoded_segment
from sanping.adapters.hj212.server_session import ServerSession
from sanping.adapters.hj212.sm4 import area_cipher
from sanping.adapters.hj212.uplink import Uplink

WIRE = Path(__file__).resolve().parents[1] / "tests" / "contract" / "payloads" / "hj212" / "a_realtime_2017.txt"
NOW_MS = 1_781_222_405_000
TIMES = 2000
STATIONS = 5000
READ_BYTES = 65_536


def main() -> None:
    """Print every figure."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    wire = WIRE.read_bytes()
    segment, frame = wire[6:-6], decode_frame(wire)
    if not crc16(segment) == crc_by_table(segment) == crc_by_bits(segment):
        raise SystemExit("the check codes differ")
    interpreter, framer = Interpreter(codes=bundled_codes()), Framer()
    cipher = area_cipher("0" * 16)
    hidden, open_framer = encoded(frame, cipher), Framer(cipher)
    rows: list[tuple[str, Callable[[], object]]] = [
        ("check code, folded (ours)", lambda: crc16(segment)),
        ("check code, table byte by byte", lambda: crc_by_table(segment)),
        ("check code, bit by bit", lambda: crc_by_bits(segment)),
        ("cut out of the stream", lambda: framer.fed(wire)),
        ("cut out and decrypted (SM4)", lambda: open_framer.fed(hidden)),
        ("data segment to fields", lambda: decoded_segment(segment)),
        ("fields to eight observations", lambda: interpreter.read(frame, NOW_MS)),
        ("acknowledgement", lambda: acknowledgement(frame)),
    ]
    for title, work in rows:
        print(f"{title:34} {best_us(work, rounds):8.2f} µs")
    print(f"{'whole session, observations':34} {session_rate(frame, rounds):8.0f} /s")


def best_us(work: Callable[[], object], rounds: int) -> float:
    """Return microseconds of CPU a call, the best of rounds."""
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(TIMES):
            work()
        best = min(best, time.process_time() - began)
    return best / TIMES * 1e6


def session_rate(frame: Frame, rounds: int) -> float:
    """Return observations a second of CPU through a session: many stations, replay window, acknowledgements."""
    stream = b"".join(encoded(replace(frame, mn=f"3101{number:020d}")) for number in range(STATIONS))
    best = 0.0
    for _ in range(rounds):
        options = options_from({})
        session = ServerSession(options, Uplink(options), "192.0.2.1")
        began, count = time.process_time(), 0
        for at in range(0, len(stream), READ_BYTES):
            for step in session.received(stream[at : at + READ_BYTES], NOW_MS):
                count += len(getattr(step, "observations", ()))
        best = max(best, count / (time.process_time() - began))
    return best


def crc_by_bits(segment: bytes) -> int:
    """Return the check code as the standard writes it down."""
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ byte
        for _ in range(8):
            register = (register >> 1) ^ (0xA001 if register & 1 else 0)
    return register


_TABLE = [crc_by_bits(bytes([byte ^ 0xFF])) for byte in range(256)]


def crc_by_table(segment: bytes) -> int:
    """Return the check code with a table of 256 entries."""
    register = 0xFFFF
    for byte in segment:
        register = _TABLE[(register >> 8) ^ byte]
    return register


if __name__ == "__main__":
    main()
