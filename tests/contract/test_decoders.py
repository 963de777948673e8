"""What every decoder promises (`ports.explain`), tried on the recorded payloads of each installed adapter."""

import importlib
import random
from pathlib import Path

import msgspec
import pytest

from sanping.bootstrap.adapters import decodes, known_adapters
from sanping.domain.quantity import QUANTITIES
from sanping.ports.explain import Explain, Explained

PAYLOADS = Path(__file__).with_name("payloads")
TEXT = {".md", ".json", ".jsonl", ".toml"}


def decoders() -> list[str]:
    """Return the adapters that decode and of which frames were recorded."""
    return [adapter.name for adapter in known_adapters()[0] if decodes(adapter) and (PAYLOADS / adapter.name).is_dir()]


def explain_of(name: str) -> Explain:
    target = next(adapter.target for adapter in known_adapters()[0] if adapter.name == name)
    explain: Explain = importlib.import_module(f"{target.partition(':')[0].rpartition('.')[0]}.decode").explain
    return explain


def recorded(name: str) -> list[bytes]:
    """Return the frames of an adapter."""
    return [
        frame
        for path in sorted((PAYLOADS / name).iterdir())
        if path.suffix not in TEXT
        for frame in frames_in(path.read_bytes())
    ]


def frames_in(data: bytes) -> list[bytes]:
    """Return the frame that a file is, or those that it lists: "# …" at its top, then "NAME hexadecimal digits"."""
    if not data.startswith(b"# "):
        return [data]
    lines = data.decode("utf-8").splitlines()
    return [bytes.fromhex(line.split()[1]) for line in lines if line.strip() and not line.startswith("#")]


def damaged(data: bytes, dice: random.Random) -> bytes:
    """Return a frame with one injury."""
    at = dice.randrange(len(data))
    return dice.choice([data[:at], data[at:], data[:at] + dice.randbytes(3) + data[at:], data[:at] + data[at + 1 :]])


def missed(data: bytes, pieces: list[Explained]) -> bytes:
    """Return the bytes that no piece covers; pieces that overlap or come out of order fail."""
    found, reached = b"", 0
    for piece in pieces:
        assert piece.offset >= reached
        found += data[reached : piece.offset]
        reached = piece.offset + piece.size
    assert reached <= len(data)
    return found + data[reached:]


def test_some_decoders_are_there() -> None:
    assert "hj212" in decoders()


@pytest.mark.parametrize("name", decoders())
def test_all_bytes_of_recorded_frames_are_explained(name: str) -> None:
    # given all recorded frames in one stream, with rubbish between
    data = b"\x00rubbish\x00".join(recorded(name))

    # when they are explained
    pieces = list(explain_of(name)(data))

    # then no byte is left out but blanks, line ends and their written forms
    assert not missed(data, pieces).replace(b"\\r", b"").replace(b"\\n", b"").strip()


@pytest.mark.parametrize("name", decoders())
def test_damaged_frames_are_explained_too(name: str) -> None:
    # given recorded frames with injuries, as devices and lines make them
    dice = random.Random(7)
    frames, explain = recorded(name), explain_of(name)

    # when a thousand of them are explained
    for _ in range(1000):
        data = damaged(dice.choice(frames), dice)
        pieces = list(explain(data))

        # then nothing is raised, and the pieces stay within the data
        missed(data, pieces)


@pytest.mark.parametrize("name", decoders())
def test_rows_have_our_units_or_the_name_of_the_protocol(name: str) -> None:
    # given every value of every recorded frame
    explain = explain_of(name)
    rows = [row for data in recorded(name) for piece in explain(data) for row in piece.observations]

    # when quantities and units are compared with ours
    wrong = {
        (row.quantity, row.unit)
        for row in rows
        if (QUANTITIES[row.quantity].unit != row.unit if row.quantity in QUANTITIES else ":" not in row.quantity)
    }

    # then each is one of ours in our unit, or is named after the protocol; and each has a station and a time
    assert rows
    assert wrong == set()
    assert all(row.station and row.event_ms > 0 for row in rows)


@pytest.mark.parametrize("name", decoders())
def test_what_is_explained_can_be_written_as_json(name: str) -> None:
    explain = explain_of(name)
    for data in recorded(name):
        for piece in explain(data):
            assert msgspec.json.decode(msgspec.json.encode(piece))["offset"] == piece.offset
