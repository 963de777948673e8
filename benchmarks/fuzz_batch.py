"""One batch of fuzzing inside a worker: what `fuzz_workers` runs as a job, with the worker's own limits.

An input follows from the name of its target, the number of its batch and its own number, so that whoever outlives the
worker can make the one again that ended it: its number, and the counts before it, stand in a file that both have
mapped.
"""

import gc
import itertools
import mmap
import random
import re
import signal
import struct
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fuzz_decoders import damaged, sealed, target_of

from sanping.domain.errors import SanpingError
from sanping.domain.text import Text
from sanping.ports.progress import Progress

HANGS_S = 10.0
SLOW_S = 3.0
MOST_TOLD = 20
IN_SIGHT = struct.Struct("<5q")
"""The number of the input, and how many before it were accepted, refused, errors and slow."""
KINDS = ("accepted", "refused", "errors", "slow")
_REPORT_EVERY = 256
_EDGES = (
    *(bytes.fromhex(one) * 8 for one in ("00", "ff", "7f", "80", "20", "39", "ffffff7f", "00000080", "01000000")),
    bytes.fromhex("0000c07f") * 2,
)
"""Numbers at which readers stumble; the last one stands for no number at all."""
_DIGITS = re.compile(rb"-?[0-9.]+")
_NUMBERS = (b"-1", b"0", b"1", b"2", b"7", b"255", b"65536", b"4294967295", b"1e308", b"0.5", b"[]", b'"a"', b"null")
_DOING = Text("正在试验损坏的输入", "Trying damaged inputs")


def inputs_of(name: str, number: int) -> Iterator[bytes]:
    """Return the inputs of a batch, without end and always the same."""
    return _damaged_inputs(target_of(name), name, number)


def _damaged_inputs(target: Any, name: str, batch_number: int) -> Iterator[bytes]:
    dice = random.Random(f"{name} {batch_number}")
    for number in itertools.count():
        data = scratched(dice, target.seeds) if number % 4 > 1 else damaged(dice, target.seeds, target.longest)
        yield sealed(target.seal, data) if target.seal is not None and number % 2 else data


def scratched(dice: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Return a seed with one to three numbers in it changed: of one to eight bytes, or written in digits."""
    data = bytearray(dice.choice(seeds))
    for _ in range(dice.randint(1, 3)):
        size = dice.choice((1, 1, 1, 2, 4, 8))
        at = dice.randrange(max(1, len(data) - size + 1))
        match dice.randrange(6):
            case 0 | 1 if written := _DIGITS.search(data, at, at + 200):
                data[written.start() : written.end()] = dice.choice(_NUMBERS)
            case 2:
                data[at] ^= 1 << dice.randrange(8)
            case 3:
                data[at : at + size] = dice.choice(_EDGES)[:size]
            case 4:
                data[at : at + size] = ((data[at] + dice.randint(-4, 4)) & 0xFF).to_bytes(size, "little")
            case _:
                data[at : at + size] = dice.randbytes(size)
    return bytes(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch: which target, which number, how many seconds and inputs at most, and a folder for files."""

    name: str
    number: int
    seconds: float
    most: int
    place: str


def run_batch(batch: Batch, progress: Progress) -> dict[str, Any]:
    """Try inputs for so long, or so many; return what came of them, with the harmful ones and how they did harm.

    An input that takes `HANGS_S` of its own processor time ends the process by SIGVTALRM. In the folder the file
    `number` has the size of `IN_SIGHT`.
    """
    gc.enable()
    tempfile.tempdir = batch.place
    target = target_of(batch.name)
    tally = _Tally()
    counts: dict[str, int] = {}
    with (Path(batch.place) / "number").open("r+b") as file, mmap.mmap(file.fileno(), IN_SIGHT.size) as in_sight:
        gc.collect()
        gc.freeze()
        before_mb = _peak_mb()
        ends_s = time.perf_counter() + batch.seconds
        for number, data in enumerate(_damaged_inputs(target, batch.name, batch.number)):
            if number >= batch.most or (number % 16 == 0 and time.perf_counter() > ends_s):
                break
            IN_SIGHT.pack_into(in_sight, 0, number, *(tally.counts[kind] for kind in KINDS))
            signal.setitimer(signal.ITIMER_VIRTUAL, HANGS_S)
            tally.tried(target.explore, data)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            if number % _REPORT_EVERY == 0:
                if not target.is_fit():
                    break
                counts = dict(tally.counts)
                gc.collect()
                progress.report(0.0, _DOING)
    if target.is_fit():  # else what came since the last look was refused without being read
        counts = dict(tally.counts)
    return {**counts, "worst_s": tally.worst_s, "worst_mb": _peak_mb() - before_mb, "harm": tally.harm}


class _Tally:
    """What came of the inputs of a batch."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.worst_s = 0.0
        self.harm: list[tuple[str, str, bytes]] = []

    def tried(self, explore: Any, data: bytes) -> None:
        """Try one input; only our own errors may come out, and none may take longer than `SLOW_S`."""
        self.counts["inputs"] += 1
        began_s = time.process_time()
        try:
            explore(data)
            self.counts["accepted"] += 1
        except SanpingError:
            self.counts["refused"] += 1
        except BaseException as error:  # a panic of a library is no Exception
            self._tell("errors", _where(error), data)
        took_s = time.process_time() - began_s
        self.worst_s = max(self.worst_s, took_s)
        if took_s > SLOW_S:
            self._tell("slow", "slow", data)

    def _tell(self, kind: str, words: str, data: bytes) -> None:
        self.counts[kind] += 1
        if len(self.harm) < MOST_TOLD:
            self.harm.append((kind, words, data))


def _where(error: BaseException) -> str:
    """Return the kind of an error and the last line of ours that it came through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/sanping/" in frame.filename]
    last = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{last}: {str(error)[:100]}"


def _peak_mb() -> float:
    """Return the most memory that the process ever held, in MB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1000
    return 0.0
