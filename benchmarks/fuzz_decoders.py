"""Feeds decoders with damaged frames, a million and more: only declared errors may come out, none may take a second.

Recorded payloads are flipped, cut, spliced and repeated; every second input gets its length and check code put right
again (the adapter's `encode.sealed`), so that the damage reaches what lies behind the check. `--engine atheris` lets
libFuzzer follow the coverage instead (the dependency group `fuzz`, Python 3.11 on Linux). With `--seconds`, all
decoders share the time, and atheris has half of it where it is installed.
"""

import argparse
import contextlib
import importlib
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NoReturn

from sanping.domain.errors import FrameBroken, InputError

DECODERS = ("hj212", "sl651", "sl427", "jt808", "sparkplug", "mqtt", "http", "sensorthings", "cap")
READERS = (
    "osgb", "terrain", "tiles3d", "subtree", "i3s", "draco", "meshopt", "slpk", "las", "kml", "kmz", "glb", "geotiff",
    "terrain-rgb", "mbtiles", "hgt", "shapefile", "gpkg", "flatgeobuf", "geoparquet", "ifc", "obj", "ascii-grid",
    "geojson", "cityjson", "citygml",
)  # fmt: skip
LONGEST_S = 1.0
MOST_TOLD = 10
LONGEST_TOLD = 4096
SHORTEST_S = 1


def main() -> int:
    options = _options()
    names = options.decoder or list(READERS if options.readers else DECODERS)
    share_s = options.seconds / len(names)
    if options.engine == "atheris":
        return sum(_followed(name, share_s) for name in names)
    if options.is_child:
        _with_atheris(names[0], options.seconds)
    bad = 0
    if share_s and options.engine == "both" and find_spec("atheris") is not None:
        share_s /= 2
        bad += sum(_followed(name, share_s) for name in names)
    return 1 if bad + sum(_with_mutations(name, options, share_s) for name in names) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--decoder", action="append", choices=DECODERS + READERS, help="default: all protocols")
    parser.add_argument("--readers", action="store_true", help="the readers of model files instead of the protocols")
    parser.add_argument(
        "--seconds", type=float, default=0.0, help="stop after so long; default: after --inputs for each"
    )
    parser.add_argument("--inputs", type=int, default=1_000_000, help="stop after so many inputs, without --seconds")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("both", "mutations", "atheris"), default="both")
    parser.add_argument("--is-child", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def target_of(name: str) -> Any:
    """Return a decoder's `fuzz_targets.Target`, imported late so that atheris can instrument it."""
    return importlib.import_module("fuzz_readers" if name in READERS else "fuzz_targets").TARGETS[name]()


def _with_mutations(name: str, options: argparse.Namespace, seconds: float) -> int:
    """Run one decoder and print a line; return how many inputs did harm."""
    target = target_of(name)
    explore, seal, corpus = target.explore, target.seal, target.seeds
    dice = random.Random(options.seed)
    found: Counter[str] = Counter()
    inputs = harmful = 0
    slowest_s = 0.0
    started_s = time.perf_counter()
    while not _is_over(seconds or None, options.inputs, inputs, started_s):
        data = damaged(dice, corpus, target.longest)
        if seal is not None and inputs % 2:
            data = sealed(seal, data)
        began_s = time.process_time()
        try:
            found += explore(data)
        except (FrameBroken, InputError) as error:
            found[type(error).__name__] += 1
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


def _is_over(seconds: float | None, most: int, inputs: int, started_s: float) -> bool:
    if seconds is None:
        return inputs >= most
    return inputs % 64 == 0 and time.perf_counter() - started_s >= seconds


def damaged(dice: random.Random, corpus: Sequence[bytes], longest: int = 4096) -> bytes:
    """Return a payload with one to four injuries, of at most `longest` bytes."""
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
    return bytes(data[:longest])


def sealed(seal: Callable[[bytes], bytes], data: bytes) -> bytes:
    """Return a damaged payload with its check code put right; as it is where that cannot be done."""
    try:
        return seal(data)
    except FrameBroken:
        return data


def _tell(name: str, data: bytes, trouble: str) -> None:
    print(f"{name}: {trouble} for {data[:LONGEST_TOLD].hex()}, {len(data)} bytes", file=sys.stderr, flush=True)


def _followed(name: str, seconds: float) -> int:
    """Let libFuzzer follow the coverage of one decoder in a process of its own; return 1 when it found harm."""
    whole_s = max(SHORTEST_S, int(seconds))
    words = ["--decoder", name, "--seconds", str(whole_s), "--is-child"]
    began_s = time.perf_counter()
    done = subprocess.run([sys.executable, __file__, *words], capture_output=True, text=True, check=False)
    lines = done.stderr.splitlines()
    runs = next((line for line in lines if line.startswith("Done ")), lines[-1] if lines else "")
    print(f"{name}: atheris, {runs.strip()}, {time.perf_counter() - began_s:.1f} s in all")
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-4000:], sep="\n", file=sys.stderr)
    return int(done.returncode != 0)


def _with_atheris(name: str, seconds: float) -> NoReturn:
    """Hand one decoder to libFuzzer, which ends the process."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["sanping.adapters", "sanping.domain", "sanping.formats"]):
        target = target_of(name)
    folder = Path(__file__).with_name("out") / f"fuzz-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(target.seeds):
        (folder / f"seed-{number:03d}").write_bytes(data)

    def one(data: bytes) -> None:
        for tried in (data, *([sealed(target.seal, data)] if target.seal is not None else [])):
            with contextlib.suppress(FrameBroken, InputError):
                target.explore(tried)

    artifacts = f"-artifact_prefix={folder.parent}/"
    limits = [
        f"-max_total_time={int(seconds)}",
        f"-max_len={target.longest}",
        "-timeout=1",
        "-rss_limit_mb=1024",
        artifacts,
    ]
    atheris.Setup([sys.argv[0], *limits, str(folder)], one)
    atheris.Fuzz()
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
