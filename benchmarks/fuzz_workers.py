"""Feeds the readers of model files with damaged inputs inside the product's own workers, a million each and more.

Each batch is a job of `workers`: its own process, without network, with the limits of memory and time that opening a
file has. A batch that dies or hangs loses only itself; its last input is made again and kept. Counts add up in
`--state` over as many runs as it takes: after one batch each, the target that is done soonest comes first. Linux only.
"""

import argparse
import hashlib
import itertools
import json
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from fuzz_batch import IN_SIGHT, KINDS, Batch, inputs_of, run_batch
from fuzz_decoders import READERS

from sanping.domain.errors import WorkerFailed
from sanping.ports.jobs import Limits
from sanping.ports.progress import SilentProgress
from sanping.workers.jobs import WorkerJobs

COUNTS = ("inputs", *KINDS, "crashes", "hangs")
KEPT_OF_A_KIND = 3
_HANGING = ("SIGVTALRM", "processor time", "took longer")
_STOPPED = "kept its decoder busy"


def main() -> int:
    options = _options()
    state = json.loads(options.state.read_text(encoding="utf-8")) if options.state.is_file() else {}
    for name in options.forget:
        state.pop(name, None)
    names = options.target or list(READERS)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # a batch is lost, its files go
    ends_s = time.monotonic() + options.seconds
    home = Path(tempfile.mkdtemp(prefix="sanping-fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    try:
        while time.monotonic() < ends_s:
            open_names = [name for name in names if _of(state, name)["inputs"] < options.inputs]
            if not open_names:
                break
            name = min(open_names, key=lambda one: _left_s(_of(state, one), options.inputs))
            _one_batch(name, state, options, home)
            _write(options.state, state)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(table(state))
    return int(any(_of(state, name)[kind] for name in names for kind in COUNTS[3:]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--target", action="append", choices=READERS, help="default: all")
    parser.add_argument("--inputs", type=int, default=1_000_000, help="for each target, earlier runs counted")
    parser.add_argument("--seconds", type=float, default=86_400.0, help="stop after so long")
    parser.add_argument("--batch-seconds", type=float, default=30.0)
    parser.add_argument("--state", type=Path, default=Path(__file__).with_name("out") / "fuzz.json")
    parser.add_argument("--keep", type=Path, default=Path(__file__).with_name("out") / "fuzz", help="harmful inputs")
    parser.add_argument("--forget", action="append", choices=READERS, default=[], help="begin this target anew")
    options = parser.parse_args()
    options.state.parent.mkdir(parents=True, exist_ok=True)
    options.keep.mkdir(parents=True, exist_ok=True)
    return options


def _of(state: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the counts of a target, which begin at nothing."""
    empty = dict.fromkeys(COUNTS, 0) | {"seconds": 0.0, "worst_s": 0.0, "worst_mb": 0.0, "batches": 0, "harm": {}}
    counts: dict[str, Any] = state.setdefault(name, empty)
    return counts


def _left_s(counts: dict[str, Any], most: int) -> float:
    """Return how long a target still takes; none before its first batch."""
    return (most - counts["inputs"]) * counts["seconds"] / max(counts["inputs"], 1) if counts["batches"] else 0.0


def _one_batch(name: str, state: dict[str, Any], options: argparse.Namespace, home: Path) -> None:
    counts = _of(state, name)
    number = counts["batches"]
    counts["batches"] += 1
    place = home / f"{name}-{number}"
    place.mkdir()
    (place / "number").write_bytes(bytes(IN_SIGHT.size))
    left = options.inputs - counts["inputs"]
    batch = Batch(name=name, number=number, seconds=options.batch_seconds, most=left, place=str(place))
    limits = Limits(cpu_s=int(options.batch_seconds) + 60, wall_s=options.batch_seconds * 10 + 120)
    began_s = time.monotonic()
    try:
        found = WorkerJobs(at_once=1).run(run_batch, batch, progress=SilentProgress(), limits=limits)
    except WorkerFailed as error:
        found = _ended_by(batch, error.message.en)
    counts["seconds"] += time.monotonic() - began_s
    for kind in COUNTS:
        counts[kind] += found.get(kind, 0)
    for kind in ("worst_s", "worst_mb"):
        counts[kind] = max(counts[kind], found.get(kind, 0.0))
    for kind, words, data in found["harm"]:
        signature = f"{name}, {kind}: {words}"
        counts["harm"][signature] = counts["harm"].get(signature, 0) + 1
        if counts["harm"][signature] <= KEPT_OF_A_KIND:
            _keep(options.keep / f"{name}-{hashlib.sha256(data).hexdigest()[:12]}.bin", signature, data)
    shutil.rmtree(place, ignore_errors=True)


def _ended_by(batch: Batch, words: str) -> dict[str, Any]:
    """Return what is known of a batch whose worker died: how far it came, and the input it died of."""
    number, *counts = IN_SIGHT.unpack((Path(batch.place) / "number").read_bytes())
    tempfile.tempdir = batch.place
    data = next(itertools.islice(inputs_of(batch.name, batch.number), number, None))
    found: dict[str, Any] = {"inputs": number + 1, **dict(zip(KINDS, counts, strict=True))}
    if _STOPPED in words:  # a reader that cannot stop its decoder lets itself be ended, which refuses the file
        kind = "slow"
        found["refused"] += 1
    else:
        kind = "hangs" if any(word in words for word in _HANGING) else "crashes"
    found[kind] = found.get(kind, 0) + 1
    return {**found, "harm": [(kind, words[:200], data)]}


def _write(path: Path, state: dict[str, Any]) -> None:
    """Replace the file of counts, so that whenever this is stopped the file is whole."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps(state, indent=1, ensure_ascii=False), encoding="utf-8")
    new.replace(path)


def _keep(path: Path, signature: str, data: bytes) -> None:
    """Write a harmful input to a file and say so."""
    path.write_bytes(data)
    print(f"{signature} · {path}", file=sys.stderr, flush=True)


def table(state: dict[str, Any]) -> str:
    """Return the counts as a table in Markdown."""
    lines = [
        "| reader | inputs | inputs/s | accepted | refused | errors | slow | crashes | hangs | worst s | worst MB |"
    ]
    lines.append("|---" * 11 + "|")
    for name, counts in state.items():
        speed = counts["inputs"] / max(counts["seconds"], 1e-9)
        cells = [f"{counts['inputs']:,}".replace(",", " "), f"{speed:.0f}"]
        cells += [f"{counts[kind]:,}".replace(",", " ") for kind in COUNTS[1:]]
        lines.append("| " + " | ".join([name, *cells, f"{counts['worst_s']:.2f}", f"{counts['worst_mb']:.0f}"]) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
