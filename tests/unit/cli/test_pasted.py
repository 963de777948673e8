"""Hexadecimal text as field engineers paste it."""

import pytest

from sanping.cli.pasted import bytes_in

FRAME = bytes.fromhex(
    "7E7E0100631007011234330021020003260612081503F1F1006310070148F0F026061208153923000035623812125803A4DE"
)


def spaced(data: bytes, between: str = " ") -> str:
    return data.hex(between).upper()


def dumped(data: bytes) -> str:
    """Return what `hexdump -C` prints."""
    lines = []
    for at in range(0, len(data), 16):
        part = data[at : at + 16]
        shown = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        lines.append(f"{at:08x}  {part[:8].hex(' ')}  {part[8:].hex(' ')}".ljust(60) + f"|{shown}|")
    return "\n".join([*lines, f"{len(data):08x}"])


@pytest.mark.parametrize(
    "text",
    [
        FRAME.hex(),
        spaced(FRAME),
        spaced(FRAME, "-"),
        spaced(FRAME, ":"),
        spaced(FRAME[:20]) + "\n  " + spaced(FRAME[20:]) + "\r\n",
        ", ".join(f"0x{byte:02X}" for byte in FRAME),
        "{" + ",\n".join(f"0x{byte:02x}" for byte in FRAME) + "};",
        'b"' + "".join(f"\\x{byte:02x}" for byte in FRAME) + '"',
        "0x" + FRAME.hex(),
        dumped(FRAME),
        " ".join(FRAME.hex()[at : at + 4] for at in range(0, 100, 4)),
        f"2026-06-12 08:00:13.221 [INFO] RX(52): {spaced(FRAME)}",
        f"[2026/06/12 08:00:13] 收到 {FRAME.hex()} 长度 50",
        f"2026-06-12T08:00:13+08:00 recv<-10.1.2.3:9651 {spaced(FRAME)}",
        f"rx: {spaced(FRAME[:16])}\n    {spaced(FRAME[16:])}",
        f"<<< {spaced(FRAME)}",
        f"station connected\n{FRAME.hex()}\nbye",
    ],
)
def test_a_frame_is_found_however_it_was_pasted(text: str) -> None:
    # given the same frame as different programs show it
    # when its bytes are looked for, then they are all there and nothing else
    assert bytes_in(text) == FRAME


def test_frames_of_several_lines_follow_one_another() -> None:
    # given a log of two frames
    text = f"08:00:01 RX: {spaced(FRAME)}\n08:00:02 TX: {FRAME.hex()}\n"

    # when its bytes are looked for, then both are there
    assert bytes_in(text) == FRAME + FRAME


@pytest.mark.parametrize("text", ["", "\n", "no frame here", "7E7", "7E 7E 0", "2026-06-12 08:00:13"])
def test_text_without_whole_bytes_gives_none(text: str) -> None:
    # given nothing, or half a byte
    # when its bytes are looked for, then there are none
    assert bytes_in(text) is None
