"""What a port of a source is made to suffer: recorded frames damaged, doubled, cut, dribbled, and floods of rubbish."""

import asyncio
import contextlib
import random
from collections.abc import Iterator, Sequence

from sanping.bootstrap.conformance.far_end import LOOPBACK

MOST_PIECES = 6
FLIPS = 72
TELLING_BITS = (0, 0, 1, 1, 2, 3, 7)  # mostly those that leave a digit a digit: the harder to notice
AT_ONCE = 4
FLOOD_BYTES = 4 << 20
LONGEST_DRIBBLE = 400
DRIBBLE_S = 0.005
SLOW_BYTES = 6
AFTER_S = 0.15
SEED = 427


async def abused(port: int, pieces: Sequence[bytes], *, has_check_code: bool) -> None:
    """Do all of it, a few connections at once, while another one says a byte a second."""
    slow = asyncio.create_task(said(port, pieces[0][:SLOW_BYTES], pause_s=1.0))
    try:
        everything = list(torments(pieces, has_check_code=has_check_code))
        for first in range(0, len(everything), AT_ONCE):
            await asyncio.gather(*(said(port, data) for data in everything[first : first + AT_ONCE]))
        await said(port, pieces[0][:LONGEST_DRIBBLE], pause_s=DRIBBLE_S)
    finally:
        await slow


def torments(pieces: Sequence[bytes], *, has_check_code: bool) -> Iterator[bytes]:
    """Yield what to say; a frame that is whole in it is one that was said before."""
    dice = random.Random(SEED)
    chosen = sorted(set(pieces), key=len, reverse=True)[:MOST_PIECES]
    flips = FLIPS // len(chosen)
    for piece in chosen:
        yield piece + piece
        yield dice.randbytes(40) + piece + dice.randbytes(40)
        if has_check_code:
            yield from (_flipped(piece, len(piece) * number // flips, dice) for number in range(flips))
            yield piece[: len(piece) // 2] + piece
    yield dice.randbytes(20_000)
    yield b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    yield b"A" * FLOOD_BYTES
    yield (chosen[0][: len(chosen[0]) // 2] or b"A") * (FLOOD_BYTES // max(1, len(chosen[0]) // 2))


async def said(port: int, data: bytes, pause_s: float = 0.0) -> None:
    """Say something on a connection of its own, byte by byte with a pause between where one is given."""
    with contextlib.suppress(OSError, TimeoutError):
        reader, writer = await asyncio.wait_for(asyncio.open_connection(LOOPBACK, port), 5.0)
        try:
            async with asyncio.timeout(10.0 + len(data) * pause_s):
                if pause_s:
                    for number in range(len(data)):
                        writer.write(data[number : number + 1])
                        await asyncio.sleep(pause_s)
                else:
                    writer.write(data)
                await writer.drain()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(65_536), AFTER_S)
        finally:
            writer.close()


def _flipped(piece: bytes, at: int, dice: random.Random) -> bytes:
    return piece[:at] + bytes([piece[at] ^ 1 << dice.choice(TELLING_BITS)]) + piece[at + 1 :]
