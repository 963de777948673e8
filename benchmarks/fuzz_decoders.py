"""Feeds decoders with damaged frames, a million and more: only declared errors may come out, none may take a second.

Recorded payloads are flipped, cut, spliced and repeated; every second input gets its length and check code put right
again (the adapter's `encode.sealed`), so that the damage reaches what lies behind the check. `--engine atheris` lets
libFuzzer follow the coverage instead (`pip install atheris`, Python 3.11 on Linux).
"""

import argparse
import contextlib
import importlib
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

from sanping.domain.errors import FrameBroken

PAYLOADS = Path(__file__).resolve().parents[1] / "tests" / "contract" / "payloads"
DECODERS = ("hj212", "sl651", "sl427")
SESSIONS = {
    "hj212": "server_session:ServerSession",
    "sl651": "session:StationSession",
    "sl427": "session:TerminalSession",
}
LONGEST_S = 1.0
LONGEST_INPUT = 4096
MOST_TOLD = 10
NOW_MS = 1_781_222_405_000

Explore = Callable[[bytes], Counter[str]]


def main() -> int:
    options = _options()
    names = options.decoder or [name for name in DECODERS if find_spec(f"sanping.adapters.{name}") is not None]
    if options.engine == "atheris":
        _with_atheris(names[0], options.seconds)
    bad = 0
    for name in names:
        bad += _with_mutations(name, options)
    return 1 if bad else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--decoder", action="append", choices=DECODERS, help="default: all there are")
    parser.add_argument("--seconds", type=float, default=0.0, help="stop after so long; default: after --inputs")
    parser.add_argument("--inputs", type=int, default=1_000_000, help="stop after so many inputs, without --seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("mutations", "atheris"), default="mutations")
    return parser.parse_args()


def explorer(name: str) -> Explore:
    """Return what tries one input on a decoder and counts what came of it."""
    explain = importlib.import_module(f"sanping.adapters.{name}.decode").explain
    session = _session(name)

    def explore(data: bytes) -> Counter[str]:
        found: Counter[str] = Counter()
        size = 0
        for piece in explain(data):
            size += piece.size
            found["bad frames" if piece.error else "good frames"] += 1
            found["observations"] += len(piece.observations)
        if size > len(data):
            raise AssertionError(f"{size} bytes explained of {len(data)}")
        if session is not None:
            session(data)
        return found

    return explore


def _session(name: str) -> Callable[[bytes], None] | None:
    """Return what feeds an input to a fresh session of the adapter, in two pieces; None where there is none yet."""
    if name not in SESSIONS:
        return None
    settings = {"strict_crc": False} if name == "hj212" else {}
    options = importlib.import_module(f"sanping.adapters.{name}.options").options_from(settings)
    uplink = importlib.import_module(f"sanping.adapters.{name}.uplink").Uplink(options)
    module, _, kind_name = SESSIONS[name].partition(":")
    kind = getattr(importlib.import_module(f"sanping.adapters.{name}.{module}"), kind_name)

    def feed(data: bytes) -> None:
        session = kind(options, uplink, "192.0.2.1")
        for piece in (data[: len(data) // 2], data[len(data) // 2 :]):
            for _ in session.received(piece, NOW_MS):
                pass
        for _ in session.woken(NOW_MS + 1000):
            pass

    return feed


def seeds(name: str) -> list[bytes]:
    """Return the recorded frames of a decoder; a file is one, or lists them: "# …", then "NAME hexadecimal digits"."""
    found: list[bytes] = []
    for path in sorted((PAYLOADS / name).iterdir()):
        data = b"" if path.suffix in (".md", ".json", ".jsonl", ".toml") else path.read_bytes()
        if data.startswith(b"# "):
            lines = data.decode("utf-8").splitlines()
            found += [bytes.fromhex(line.split()[1]) for line in lines if line.strip() and not line.startswith("#")]
        elif data:
            found.append(data)
    return found


def sealer(name: str) -> Callable[[bytes], bytes] | None:
    """Return what puts the check code of a damaged frame right again, None where nobody knows how."""
    seal = getattr(importlib.import_module(f"sanping.adapters.{name}.encode"), "sealed", None)
    if name == "hj212" and seal is not None:
        return lambda frame: seal(frame[6:-6])
    if seal is None and name == "sl651":
        check = importlib.import_module("sanping.adapters.sl651.crc").crc16
        return lambda frame: frame[:-2] + check(frame[:-2]).to_bytes(2, "big")
    return seal


def _with_mutations(name: str, options: argparse.Namespace) -> int:
    """Run one decoder and print a line; return how many inputs did harm."""
    explore, seal, corpus = explorer(name), sealer(name), seeds(name)
    dice = random.Random(options.seed)
    found: Counter[str] = Counter()
    inputs = harmful = 0
    slowest_s = 0.0
    started_s = time.perf_counter()
    while not _is_over(options, inputs, started_s):
        data = damaged(dice, corpus)
        if seal is not None and inputs % 2:
            data = _sealed(seal, data)
        began_s = time.process_time()
        try:
            found += explore(data)
        except FrameBroken:
            found["FrameBroken"] += 1
        except Exception as error:
            harmful += 1
            if harmful <= MOST_TOLD:
                _tell(name, data, repr(error))
        took_s = time.process_time() - began_s
        slowest_s = max(slowest_s, took_s)
        if took_s > LONGEST_S:
            harmful += 1
            _tell(name, data, f"{took_s:.2f} s")
        inputs += 1
    spent_s = time.perf_counter() - started_s
    counts = ", ".join(f"{count} {what}" for what, count in sorted(found.items()))
    print(
        f"{name}: {inputs} inputs in {spent_s:.1f} s ({inputs / spent_s:.0f}/s), {harmful} harmful, "
        f"slowest {slowest_s * 1000:.1f} ms of CPU; {counts}"
    )
    return harmful


def _is_over(options: argparse.Namespace, inputs: int, started_s: float) -> bool:
    if options.seconds:
        return inputs % 64 == 0 and time.perf_counter() - started_s >= options.seconds
    return inputs >= options.inputs


def damaged(dice: random.Random, corpus: Sequence[bytes]) -> bytes:
    """Return a payload with one to four injuries."""
    data = bytearray(dice.choice(corpus))
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        match dice.randrange(8):
            case 0 if at < len(data):
                data[at] ^= 1 << dice.randrange(8)
            case 1 if at < len(data):
                data[at] = dice.randrange(256)
            case 2:
                del data[at : at + dice.randint(1, 20)]
            case 3:
                data[at:at] = dice.randbytes(dice.randint(1, 12))
            case 4:
                other = dice.choice(corpus)
                start = dice.randrange(len(other))
                data[at:at] = other[start : start + dice.randint(1, 200)]
            case 5:
                data[at:at] = data[at : at + dice.randint(1, 60)] * dice.randint(1, 6)
            case 6:
                data[at : at + 4] = dice.choice((b"\x00" * 4, b"\xff" * 4, b"9999", b"##", b"&&", b";", b"=", b"-"))
            case _:
                del data[at:]
    return bytes(data[:LONGEST_INPUT])


def _sealed(seal: Callable[[bytes], bytes], data: bytes) -> bytes:
    try:
        return seal(data)
    except FrameBroken:
        return data


def _tell(name: str, data: bytes, trouble: str) -> None:
    print(f"{name}: {trouble} for {data.hex()}", file=sys.stderr, flush=True)


def _with_atheris(name: str, seconds: float) -> NoReturn:
    """Hand one decoder to libFuzzer, which ends the process."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["sanping.adapters", "sanping.domain"]):
        explore = explorer(name)
    seal = sealer(name)
    folder = Path(__file__).with_name("out") / f"fuzz-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(name)):
        (folder / f"seed-{number:03d}").write_bytes(data)

    def one(data: bytes) -> None:
        for tried in (data, *([_sealed(seal, data)] if seal is not None else [])):
            with contextlib.suppress(FrameBroken):
                explore(tried)

    limits = [f"-max_total_time={int(seconds) or 20}", f"-max_len={LONGEST_INPUT}", "-timeout=1", "-rss_limit_mb=1024"]
    atheris.Setup([sys.argv[0], *limits, str(folder)], one)
    atheris.Fuzz()
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
