"""Every fault that a hub must survive, tried one after another, in one table: what was done, the goal, what was seen.

    python benchmarks/faults.py [--long] [--rows 3 8 …] [--report FILE]

`make faults` runs the short set, some seconds to a minute each; `make faults LONG=1` the long one, for a night. A row
is met when nothing that was acknowledged is lost or wrong and its times hold; on a busy machine times may be missed
that a quiet one keeps. What cannot be tried here (no root, no compiler) says so. The report is a table in Markdown, one
row as soon as it is known, with the time it took and the load of the machine.
"""

import argparse
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SKIPPED = 77
MOST_BYTES = 1 << 24
PATIENCE_S = {False: 900.0, True: 6 * 3600.0}
Report = dict[str, Any]
Judged = tuple[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One row: its number in the list of faults, what is tried, the goal, the words of either set, and how to judge."""

    row: int
    what: str
    goal: str
    short: Sequence[str]
    long: Sequence[str]
    judge: Callable[[str, Report], Judged]


def plain(text: str, report: Report) -> Judged:
    """Judge a run of tests by its last line."""
    found = re.findall(r"(\d+) (passed|failed|error)", text)
    counts = {what: int(count) for count, what in found}
    wrong = re.findall(r"^(?:FAILED|ERROR) \S*?([^/\s]+)(?: - |$)", text, re.MULTILINE)
    words = ", ".join([f"{counts.get('passed', 0)} tests passed", *(f"not {name}" for name in wrong)])
    return words, not (counts.get("failed") or counts.get("error")) and bool(counts)


def killed_stores(text: str, report: Report) -> Judged:
    words = "{rows_checked} rows, {lost} lost, {wrong} wrong, open again {slowest_reopen_s} s".format(**report)
    return words, not (report["lost"] or report["wrong"]) and report["slowest_reopen_s"] < 2.0


def cut_power(text: str, report: Report) -> Judged:
    words = "{cuts} cuts, {rows_checked} rows, {lost} lost, {wrong} wrong".format(**report)
    return words, not (report["lost"] or report["wrong"])


def killed_hub(text: str, report: Report) -> Judged:
    lost = re.search(r"acknowledged and lost\s+(\d+)", text)
    back = re.search(r"median ([\d.]+) worst", text)
    if lost is None or back is None:
        return "no result", False
    return f"{lost[1]} lost, answers again after {back[1]} s at worst", lost[1] == "0" and float(back[1]) < 10.0


def failed_disk(text: str, report: Report) -> Judged:
    words = "{faults} faults, {lost} lost, said after {alarm_s} s".format(**report)
    return words, not report["lost"] and report["alarm_s"] <= 5.0


def bad_lines(text: str, report: Report) -> Judged:
    words = "{adapters} adapters, {lost} lost, {doubled} doubled, slowest again {slowest_s} s".format(**report)
    late = f"; late: {', '.join(report['late'])}" if report["late"] else ""
    is_met = not (report["lost"] or report["doubled"] or report["late"] or report["never_live"])
    return words + late, is_met


def jumped_clock(text: str, report: Report) -> Judged:
    words = "{jumps} jumps, {rows} rows, {lost} lost".format(**report)
    return words, not (report["lost"] or report["bad"]) and report["numbers_whole"]


def cut_off(text: str, report: Report) -> Judged:
    words = "{stations} stations: stale after {stale_s} s, equal again after {resync_s} s".format(**report)
    return words, report["stale_s"] <= 3.0 and report["resync_s"] <= 2.0 and report["others_went_on"]


def soaked(text: str, report: Report) -> Judged:
    words = (
        "{rows_per_s} rows/s for {seconds:g} s: {lost} frames and {cases_lost} cases lost, acknowledged p99 "
        "{acknowledged_p99_ms:.0f} ms, to screens p99 {fan_out_p99_ms:.0f} ms, files {files_before} to {files_after}"
    ).format(**report)
    is_quick = report["acknowledged_p99_ms"] < 500 and report["fan_out_p99_ms"] < 500
    return words, is_quick and not (report["lost"] or report["cases_lost"])


def burst(text: str, report: Report) -> Judged:
    lost = re.search(r"acknowledged and lost\s+(\d+)", text)
    late = re.search(r"frame to screen, ms\s+p50 \d+ p90 \d+ p99 (\d+)", text)
    if lost is None or late is None:
        return "no result", False
    return f"{lost[1]} lost, frame to screen p99 {late[1]} ms", lost[1] == "0" and int(late[1]) <= 2000


def backfill(text: str, report: Report) -> Judged:
    words = "{late_rows} late rows, {late_lost} lost, live lag {lag_worst_s} s at worst".format(**report)
    words += f"; hub {report['hub_cpu']:.0%} of a core"
    return words, not (report["late_lost"] or report["alarms_of_late"]) and report["lag_worst_s"] <= 2.0


def flood(text: str, report: Report) -> Judged:
    words = "{institutions} alarms, {alarms_lost} lost, {rows_seen} rows seen, first red after {red_visible_s} s"
    return words.format(**report), not report["alarms_lost"] and report["rows_seen"] <= 10


def federated(text: str, report: Report) -> Judged:
    words = "{steps} steps, cut for {cut_s:g} s: {lost} lost, {doubled} doubled, equal after {equal_s:.1f} s"
    return words.format(**report), not (report["lost"] or report["doubled"]) and report["equal_s"] <= 2.0


def taken_over(text: str, report: Report) -> Judged:
    words = "{rounds} losses: first answer of the next owner after {answered_s} s at worst, {lost} lost, "
    words += "{doubled} doubled, {strays} by the former one"
    is_met = report["answered_s"] <= 10.0 and not (report["lost"] or report["doubled"] or report["strays"])
    return words.format(**report), is_met


def upgraded(text: str, report: Report) -> Judged:
    words = "{kills} kills, {lost} lost, file of before kept: {former_kept}".format(**report)
    return words, not report["lost"] and report["former_kept"]


def fuzzed(text: str, report: Report) -> Judged:
    return text.strip().splitlines()[-1][:80], True


TESTS = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0")
FLIPS = (
    *TESTS, "tests/faults/test_bit_flips.py", "tests/unit/storage/test_recording.py",
    "tests/unit/storage/test_exports.py", "tests/unit/tiles/test_tile_cache.py", "tests/faults/test_store_faults.py",
    "-k", "flipped or damage",
)  # fmt: skip
MACHINES = (
    *TESTS, "tests/unit/storage/test_case_book_machine.py", "tests/unit/hub/test_source_machine.py",
    "tests/unit/hub/test_session_machine.py", "tests/ui/test_playback_machine.py",
    "tests/contract/test_linked_machine.py",
)  # fmt: skip
EXAMPLES_LONG = "2000"
LOOP = (*TESTS, "tests/unit/storage/test_case_book_year.py", "tests/unit/twin/test_case_year.py")
POSTGRES = (*TESTS, "tests/contract/test_hub_on_postgres.py")
LATE_SHORT = ("floods.py", "--late", "30000", "--over", "5")
LATE_LONG = ("floods.py", "--late", "1000000", "--over", "60")
TRIES = (
    Try(row=1, what="state machines: cases, sources, sessions, playback, links", goal="no invariant broken",
        short=MACHINES, long=MACHINES, judge=plain),
    Try(row=2, what="damaged frames into every decoder", goal="only declared errors",
        short=("fuzz_decoders.py", "--seconds", "20"), long=("fuzz_decoders.py", "--seconds", "3600"), judge=fuzzed),
    Try(row=3, what="kill -9 of what writes to the stores", goal="0 lost, open again < 2 s",
        short=("kill_store.py", "--cycles", "10"), long=("kill_store.py", "--cycles", "1000"), judge=killed_stores),
    Try(row=3, what="kill -9 of the hub under load", goal="0 lost, back < 10 s",
        short=("kill_hub.py", "--kills", "5"), long=("kill_hub.py", "--kills", "1000"), judge=killed_hub),
    Try(row=4, what="power cut: ext4 shut down without flushing", goal="0 lost",
        short=("power_cut.py", "--cycles", "5"), long=("power_cut.py", "--cycles", "300"), judge=cut_power),
    Try(row=5, what="disk: sync fails, writing fails, full", goal="0 lost, said <= 5 s",
        short=("disk_faults.py",), long=("disk_faults.py", "--rounds", "30"), judge=failed_disk),
    Try(row=6, what="flipped bits, 100 files a format", goal="0 silent wrong values",
        short=FLIPS, long=FLIPS, judge=plain),
    Try(row=8, what="bad lines under every adapter", goal="again <= back-off + 2 s, 0 lost, 0 doubled",
        short=("toxic_adapters.py", "--seconds", "3"), long=("toxic_adapters.py", "--seconds", "60"),
        judge=bad_lines),
    Try(row=9, what="clock: seconds, hours, 1970, 2038, leap, DST", goal="0 lost, no storm, nobody in or out",
        short=("clock_jumps.py", "--seconds", "2"), long=("clock_jumps.py", "--seconds", "120"), judge=jumped_clock),
    Try(row=10, what="a screen's machine cut off", goal="stale <= 3 s, equal again <= 2 s",
        short=("partition.py", "--seconds", "5", "12"), long=("partition.py", "--seconds", "5", "60", "600"),
        judge=cut_off),
    Try(row=10, what="city, county and town cut apart under load", goal="0 lost, 0 doubled, equal <= 2 s",
        short=("federation.py", "--seconds", "10"), long=("federation.py", "--seconds", "60"), judge=federated),
    Try(row=10, what="a site's owner killed, or without power",
        goal="taken over <= 10 s, 0 lost, 0 doubled, none answered by the former",
        short=("take_over.py", "--rounds", "1"), long=("take_over.py", "--rounds", "20"), judge=taken_over),
    Try(row=10, what="the hub's PostgreSQL goes away and returns", goal="0 lost",
        short=POSTGRES, long=POSTGRES, judge=plain),
    Try(row=11, what="soak: 2 000 rows/s, 10 screens, 1 case/s",
        goal="0 lost, acknowledged p99 < 250 + 250, screens p99 < 500 ms",
        short=("soak.py", "--seconds", "60"), long=("soak.py", "--minutes", "60"), judge=soaked),
    Try(row=12, what="burst: ten times the usual rate", goal="0 lost, live lag <= 2 s",
        short=("hub_throughput.py", "--seconds", "10"), long=("hub_throughput.py", "--seconds", "60"), judge=burst),
    Try(row=12, what="late values handed in beside live ones", goal="0 lost, live lag <= 2 s",
        short=LATE_SHORT, long=LATE_LONG, judge=backfill),
    Try(row=13, what="alarm flood: every institution at once", goal="0 lost, <= 10 rows, first red <= 2 s",
        short=LATE_SHORT, long=LATE_LONG, judge=flood),
    Try(row=14, what="a year of cases through their loop", goal="audit whole, reminders exact",
        short=LOOP, long=LOOP, judge=plain),
    Try(row=15, what="takeover of earlier stores, killed in it", goal="0 lost, file of before kept",
        short=("upgrade_kills.py", "--kills", "8", "--rows", "50000"), long=("upgrade_kills.py", "--kills", "50"),
        judge=upgraded),
    Try(row=16, what="adapter spins, leaks, crashes, blocks", goal="others' lag <= 1 s, started again",
        short=(*TESTS, "tests/journeys/test_hub_isolation.py"), long=(*TESTS, "tests/journeys/test_hub_isolation.py"),
        judge=plain),
)  # fmt: skip


def last_json(text: str) -> Report:
    """Return the line of JSON with which most scripts end."""
    for line in reversed(text.strip().splitlines()):
        if line.startswith("{"):
            return dict(json.loads(line))
    return {}


class Bench:
    """Runs each script once, even where two rows read it."""

    def __init__(self, *, is_long: bool) -> None:
        self._is_long = is_long
        self._done: dict[tuple[str, ...], tuple[int, str]] = {}

    def tried(self, one: Try) -> tuple[str, str, float]:
        """Return what was seen, the verdict ("met", "MISSED", "not here"), and the seconds it took."""
        words = tuple(one.long if self._is_long else one.short)
        began_s = time.monotonic()
        if words not in self._done:
            self._done[words] = self._run(words)
        code, text = self._done[words]
        took_s = time.monotonic() - began_s
        is_skipped = one.judge is plain and "passed" not in text and "skipped" in text
        if code == SKIPPED or is_skipped:
            return text.strip().splitlines()[-1], "not here", took_s
        try:
            seen, is_met = one.judge(text, last_json(text))
        except (KeyError, IndexError, TypeError):
            return (text.strip().splitlines() or ["no result"])[-1][:100], "MISSED", took_s
        is_failed = code != 0 and one.judge in (plain, fuzzed)
        return seen, "met" if is_met and not is_failed else "MISSED", took_s

    def _run(self, words: tuple[str, ...]) -> tuple[int, str]:
        environment = {**os.environ, **({"SANPING_EXAMPLES": EXAMPLES_LONG} if self._is_long else {})}
        command = [sys.executable, *words] if words[0] == "-m" else [sys.executable, str(HERE / words[0]), *words[1:]]
        with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
            done = subprocess.Popen(
                command, cwd=HERE.parent, stdout=said, stderr=complained, env=environment, start_new_session=True
            )
            try:
                code = done.wait(PATIENCE_S[self._is_long])
            except subprocess.TimeoutExpired:
                return 1, "it did not end in time"
            finally:
                end_all(done)
            texts = [os.pread(file.fileno(), MOST_BYTES, 0).decode(errors="replace") for file in (said, complained)]
        return code, texts[0] or texts[1]


def end_all(done: subprocess.Popen[bytes]) -> None:
    """End a script with all that it started: one that failed may have left a hub behind."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(done.pid, signal.SIGKILL)
    done.wait()


class Table:
    """The report: a page of Markdown that is whole after each row, so that a night that is cut short has one too."""

    def __init__(self, path: Path | None, words: str) -> None:
        self._path = path
        head = "| | tried | goal | measured | | seconds | load |\n|---|---|---|---|---|---|---|\n"
        self._text = f"# Faults, {words} set, {time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} cores\n\n{head}"

    def take(self, one: Try, seen: str, verdict: str, took_s: float) -> None:
        """Add a row."""
        load = f"{os.getloadavg()[1]:.1f}"  # of the last five minutes
        cells = (str(one.row), one.what, one.goal, seen.replace("|", "/"), verdict, f"{took_s:.0f}", load)
        self._text += f"| {' | '.join(cells)} |\n"
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_text(self._text, encoding="utf-8")


def line(one: Try, seen: str, verdict: str, took_s: float) -> str:
    return f"{one.row:>2}  {one.what:52.52}{verdict:>9}   {seen}\n{'':4}goal: {one.goal}\n{'':4}{took_s:.0f} s"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", action="store_true", help="the set for a night")
    parser.add_argument("--rows", type=int, nargs="+", help="only these rows")
    parser.add_argument("--report", type=Path, help="write a table in Markdown here")
    options = parser.parse_args()
    bench, missed = Bench(is_long=options.long), 0
    table = Table(options.report, "long" if options.long else "short")
    for one in TRIES:
        if options.rows and one.row not in options.rows:
            continue
        seen, verdict, took_s = bench.tried(one)
        missed += verdict == "MISSED"
        table.take(one, seen, verdict, took_s)
        print(line(one, seen, verdict, took_s), flush=True)
    print(f"\n{missed} missed")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
